// 核对: unit code, certificate number and present holder are held against the register while the draft is filled in. Asked a moment after the last key,
// once for each wording, only when all is there in its form; what cannot be asked hinders nobody.
import { computed, onBeforeUnmount, onMounted, ref, watch, type Ref } from 'vue';
import { numberValid, unitCodeValid, useSession } from '@sanwang/ui';
import { listRegions, type Application, type Business } from '../../api/portal';
import { askHolding } from '../../api/queries';
import { awaited } from '../query/queries';
import { certificateNumber, checkOf, presentHolder, type Check, type Live } from './checks';
import type { Question } from './steps';

export interface Holding {
  certificate_no: string;
  unit_code: string;
  id_kind: string;
  id_number: string;
  name: string;
}
const pauseMs = 700;
const personsMax = 4;

// What there is to be asked, a question for each present holder; none while something is missing.
export function holdingsOf(a: Application, b: Business): Holding[] {
  const certificate_no = String(a.form.certificate_no ?? '').trim();
  const own = a.parties.filter((p) => p.role === presentHolder(b));
  if (!b.fields.some((f) => f.code === 'certificate_no') || !certificateNumber.test(certificate_no) || !unitCodeValid(a.unit_code)) return [];
  if (!own.length || own.length > personsMax || own.some((p) => !p.name || !numberValid(p.id_kind, p.id_number))) return [];
  return own.map((p) => ({ certificate_no, unit_code: a.unit_code, id_kind: p.id_kind ?? '1', id_number: p.id_number, name: p.name }));
}

// Answers by who asked what: going from page to page asks nothing anew.
const told = new Map<string, Live>();
const keyOf = (h: Holding): string => JSON.stringify([useSession().who.value?.user ?? '', h]);

const unavailable: Live = { state: 'unavailable', location: '' };

async function askOne(h: Holding): Promise<Live> {
  const key = keyOf(h);
  const known = told.get(key);
  if (known) return known;
  const live = JSON.parse((await awaited(await askHolding(h), false)).answer) as Partial<Live>;
  const found: Live = { state: live.state === 'matches' ? 'matches' : 'differs', location: live.location ?? '' };
  told.set(key, found);
  return found;
}

// All of them: one that differs makes the whole differ.
export async function askAll(list: readonly Holding[], ask: (h: Holding) => Promise<Live> = askOne): Promise<Live> {
  try {
    let last: Live = unavailable;
    for (const h of list) {
      last = await ask(h);
      if (last.state !== 'matches') return last;
    }
    return last;
  } catch {
    return unavailable;
  }
}

// For a page's set-up: the mark of each question, as the answers of `a` are now.
export function useChecks(a: Readonly<Ref<Application | null>>, b: Readonly<Ref<Business | null>>): { of: (q: Question) => Check | null; live: Readonly<Ref<Live | null>> } {
  const live = ref<Live | null>(null);
  const offices = ref<string[]>([]);
  const list = computed(() => (a.value && b.value ? holdingsOf(a.value, b.value) : []));
  let timer = 0;
  watch(
    () => JSON.stringify(list.value),
    (key) => {
      window.clearTimeout(timer);
      live.value = list.value.length ? { state: 'pending', location: '' } : null;
      if (!list.value.length) return;
      const now = list.value;
      timer = window.setTimeout(() => {
        void askAll(now).then((found) => {
          if (JSON.stringify(list.value) === key) live.value = found;
        });
      }, now.every((h) => told.has(keyOf(h))) ? 0 : pauseMs);
    },
    { immediate: true }
  );
  onMounted(async () => {
    offices.value = (await listRegions().catch(() => [])).map((r) => r.code);
  });
  onBeforeUnmount(() => window.clearTimeout(timer));
  return { of: (q) => (a.value && b.value ? checkOf(q, a.value, b.value, offices.value, live.value) : null), live };
}
