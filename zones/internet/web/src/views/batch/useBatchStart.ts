// The first half of a batch: for whom, which business, the sheet and its files, checked here; then on its way row by row.
import { computed, reactive, ref, shallowRef, watch } from 'vue';
import { today } from '@sanwang/ui';
import { loadBusinesses, loadConfig, saveRecord, type Business, type Mandate, type RecordEntry, type Role } from '../../api/portal';
import { copyMaterial, fixRow, saveRow, sendRow, startBatch } from '../../api/batches';
import { askingsOf, recordOf, standsInTheWay, type Asking } from './answers';
import { covers, inForce, takes } from '../draft/parties';
import { deliver, materialLine, waitForLine } from '../draft/sending';
import { useRegion } from '../region/useRegion';
import { readRows, sheetName, type Applicant, type RowDraft } from './rows';
import { readSheet } from './sheet';
import { prepare, sheetKey, type RowResult, type Wire } from './run';

export const parseXml = (text: string): Document => new DOMParser().parseFromString(text, 'application/xml');

export function wireOf(batch: string, record: (parties: RowDraft['parties']) => RecordEntry[]): Wire {
  return {
    save: (n, row) => saveRow(batch, n, { unit_code: row.unit_code, fields: row.fields, parties: row.parties }),
    upload: (application, code, file) => deliver(materialLine(application), code, file, () => undefined),
    copy: copyMaterial,
    fix: fixRow,
    answer: async (application, row) => {
      const own = record(row.parties);
      if (own.length) await saveRecord(application, own);
    },
    send: (n) => sendRow(batch, n),
    wait: waitForLine
  };
}

export function useBatchStart(mandates: () => readonly Mandate[], self: () => { name: string; id_number: string }) {
  const businesses = ref<Business[]>([]);
  const { region, places, load: loadRegions, keep } = useRegion();
  const chosen = reactive({ business: '', principal: '', role: '', forAll: false });
  const sheet = shallowRef<string[][] | null>(null);
  const bytes = shallowRef<Uint8Array | null>(null);
  const name = ref(''); // of the sheet's file
  const shared = reactive(new Map<string, File[]>());
  const single = reactive(new Map<string, File>());
  const results = reactive(new Map<number, RowResult>());
  const typed = reactive<Record<string, string>>({}); // answers to what is asked of every row alike

  const held = computed(() => mandates().filter((m) => inForce(m, today())));
  // What is compared for each application by itself, a face, is not taken in batches.
  const faces = ref<string[]>([]);
  const takenInBatches = (b: Business): boolean => !faces.value.some((c) => c === '*' || c === b.code);
  // What each of them may be used for: a business that takes such a party online.
  const principal = computed(() => held.value.find((m) => m.power === chosen.principal) ?? null);
  const side = (r: Role): boolean => r.signs && takes(r, principal.value?.principal.id_kind ?? '');
  const open = computed(() => businesses.value.filter((b) => b.channels.portal && takenInBatches(b) && principal.value && covers(principal.value, b.code) && b.roles.some(side)));
  const business = computed(() => open.value.find((b) => b.code === chosen.business) ?? null);
  const roles = computed(() => business.value?.roles.filter(side) ?? []);
  const applicant = computed<Applicant | null>(() =>
    business.value && principal.value && roles.value.some((r) => r.code === chosen.role) ? { business: business.value, role: chosen.role, principal: principal.value.principal, agent: self(), forAll: chosen.forAll } : null
  );
  const rows = computed<RowDraft[]>(() => (sheet.value && applicant.value ? readRows(sheet.value, applicant.value, new Set([...shared].filter(([, l]) => l.length).map(([c]) => c)), new Set(single.keys())) : []));
  const wrong = computed(() => rows.value.filter((r) => r.wrong.length));
  const askings = computed<Asking[]>(() => (applicant.value ? askingsOf(applicant.value, typed) : []));
  // What is not answered yet, or ends it.
  const unanswered = computed(() => (business.value ? askings.value.filter((x) => standsInTheWay(x, business.value as Business, typed)) : []));

  // A sheet is of one business, side and template: when these change it is chosen anew, and the files with the business.
  function forget(): void {
    results.clear();
    sheet.value = null;
    name.value = '';
  }
  watch(() => [chosen.principal, chosen.business, chosen.role, chosen.forAll], forget, { flush: 'sync' });
  watch(
    () => chosen.business,
    () => {
      shared.clear();
      single.clear();
      for (const key of Object.keys(typed)) delete typed[key];
    }
  );

  async function load(): Promise<void> {
    const [all, config] = await Promise.all([loadBusinesses(), loadConfig(), loadRegions()]);
    faces.value = config.face ? config.face_businesses : [];
    businesses.value = all;
  }
  async function drop(file: File): Promise<void> {
    forget();
    const content = new Uint8Array(await file.arrayBuffer());
    if (!business.value) return;
    sheet.value = readSheet(content, sheetName(business.value), parseXml);
    bytes.value = content;
    name.value = file.name;
  }
  // Begins the batch, or goes on with what this sheet began, and takes its rows over; the batch's id.
  async function go(stop: () => boolean): Promise<string> {
    const a = applicant.value as Applicant;
    results.clear();
    keep();
    const key = await sheetKey(bytes.value as Uint8Array, a.business.code, a.role, a.principal.id_number, chosen.forAll ? 'all' : '');
    const { id } = await startBatch(a.business.code, rows.value.length, key, region.value);
    await prepare(rows.value, { shared, single }, wireOf(id, (parties) => recordOf(a, typed, parties)), (r) => results.set(r.n, r), stop);
    return id;
  }
  return { businesses: open, inForce: held, region, places, chosen, business, roles, applicant, name, rows, wrong, askings, unanswered, typed, shared, single, results, load, drop, forget, go };
}
