// Drafts while the line is away: what is answered is kept on this device, shown as if it were saved, and handed in when the line is back. It is kept for
// the person who wrote it, half a day at most, and goes when that person signs out.
import { onBeforeUnmount, onMounted, ref } from 'vue';
import { ApiError, useSession, whenLeaving } from '@sanwang/ui';
import { getApplication, saveApplication, type Application, type Patch } from '../../api/portal';

interface Kept {
  application: Application;
  patch: Patch | null;
  at: number;
}
const prefix = 'sanwang.draft.';
const lifeMs = 12 * 3600 * 1000;

// Answers of this page that are not at the portal yet.
export const unsent = ref(false);

// For a page's set-up: `load` when it opens; `again` when the line is back and something here is not at the portal yet.
export function withLine(load: () => unknown, again: () => unknown = load): void {
  const back = (): void => {
    if (unsent.value) void again();
  };
  onMounted(() => {
    window.addEventListener('online', back);
    void load();
  });
  onBeforeUnmount(() => window.removeEventListener('online', back));
}

// Whose it is: the session may have run out when there is something to keep.
let writer = '';
function keyOf(id: string): string {
  writer = useSession().who.value?.user ?? writer;
  return `${prefix}${writer}.${id}`;
}
const away = (e: unknown): boolean => e instanceof ApiError && e.status === 0;
const ended = (e: unknown): boolean => e instanceof ApiError && e.code === 'LOGIN';

// What the portal lets be changed.
export const open = (a: Pick<Application, 'state'>): boolean => a.state === 'draft' || a.state === 'correction';

export const applied = (a: Application, p: Patch): Application => ({
  ...a,
  ...(p.unit_code === undefined ? {} : { unit_code: p.unit_code }),
  ...(p.parties ? { parties: p.parties } : {}),
  ...(p.papers ? { papers: p.papers } : {}),
  ...(p.delivery === undefined ? {} : { delivery_asked: p.delivery }),
  ...(p.fields ? { form: { ...a.form, ...p.fields } } : {})
});

export const joined = (first: Patch | null, then: Patch): Patch => ({ ...first, ...then, ...(first?.fields || then.fields ? { fields: { ...first?.fields, ...then.fields } } : {}) });

function read(id: string): Kept | null {
  try {
    const kept = JSON.parse(localStorage.getItem(keyOf(id)) ?? 'null') as Kept | null;
    return kept && Date.now() - kept.at < lifeMs ? kept : null;
  } catch {
    return null;
  }
}

// A device that keeps nothing (private window, full) still works online.
function keep(application: Application, patch: Patch | null): boolean {
  try {
    localStorage.setItem(keyOf(application.id), JSON.stringify({ application, patch, at: Date.now() } satisfies Kept));
    return true;
  } catch {
    return false;
  }
}

function drop(id: string): void {
  try {
    localStorage.removeItem(keyOf(id));
  } catch {
    // Nothing was kept there.
  }
}

// Answers on this device that are not at the portal: what a session that ran out left behind.
export function answersKept(): number {
  let n = 0;
  try {
    for (const k of Object.keys(localStorage)) {
      const kept = k.startsWith(prefix) ? (JSON.parse(localStorage.getItem(k) ?? 'null') as Kept | null) : null;
      const p = kept?.patch;
      if (p) n += Object.keys(p.fields ?? {}).filter((f) => p.fields?.[f] !== kept.application.form[f]).length + (p.unit_code === undefined ? 0 : 1) + (p.parties ? 1 : 0) + (p.papers ? 1 : 0) + (p.delivery === undefined ? 0 : 1);
    }
  } catch {
    return 0;
  }
  return n;
}

export function forgetDrafts(): void {
  try {
    for (const k of Object.keys(localStorage)) if (k.startsWith(prefix)) localStorage.removeItem(k);
  } catch {
    // Nothing was kept there.
  }
}
whenLeaving(forgetDrafts);

// The application as the portal has it now; only a correction says anew what is still to be put right.
async function handIn(a: Application, patch: Patch): Promise<Application> {
  const saved = await saveApplication(a, patch);
  return a.round > 0 ? getApplication(a.id) : { ...applied(a, patch), ...saved };
}

// From the portal, with what was answered meanwhile handed in; from this device when the line is away.
export async function loadDraft(id: string): Promise<Application> {
  const kept = read(id);
  try {
    let a = await getApplication(id);
    if (kept?.patch && open(a)) a = await handIn(a, kept.patch);
    unsent.value = false;
    if (!open(a) || !keep(a, null)) drop(id);
    return a;
  } catch (e) {
    if (!away(e) || !kept) throw e;
    unsent.value = kept.patch !== null;
    return kept.patch ? applied(kept.application, kept.patch) : kept.application;
  }
}

export async function saveDraft(a: Application, patch: Patch): Promise<Application> {
  const kept = read(a.id);
  try {
    const saved = await handIn(a, joined(kept?.patch ?? null, patch));
    unsent.value = false;
    if (!keep(saved, null)) drop(a.id);
    return saved;
  } catch (e) {
    if (!away(e) && !ended(e)) throw e;
    const base = kept?.application ?? a;
    const all = joined(kept?.patch ?? null, patch);
    if (!keep(base, all) || ended(e)) throw e;
    unsent.value = true;
    return applied(base, all);
  }
}
