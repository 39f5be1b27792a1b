// Drafts while the line is away: what is answered is kept on this device, shown as if it were saved, and handed in when the line is back. It is kept for
// the person who wrote it, half a day at most, and goes when that person signs out.
import { ref } from 'vue';
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

const keyOf = (id: string): string => `${prefix}${useSession().who.value?.user ?? ''}.${id}`;
const away = (e: unknown): boolean => e instanceof ApiError && e.status === 0;

export const applied = (a: Application, p: Patch): Application => ({
  ...a,
  ...(p.unit_code === undefined ? {} : { unit_code: p.unit_code }),
  ...(p.parties ? { parties: p.parties } : {}),
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

export function forgetDrafts(): void {
  try {
    for (const k of Object.keys(localStorage)) if (k.startsWith(prefix)) localStorage.removeItem(k);
  } catch {
    // Nothing was kept there.
  }
}
whenLeaving(forgetDrafts);

// From the portal, with what was answered meanwhile handed in; from this device when the line is away.
export async function loadDraft(id: string): Promise<Application> {
  const kept = read(id);
  try {
    let a = await getApplication(id);
    if (kept?.patch && a.state === 'draft') a = await saveApplication(a, kept.patch);
    unsent.value = false;
    if (a.state !== 'draft' || !keep(a, null)) drop(id);
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
    const saved = await saveApplication(a, joined(kept?.patch ?? null, patch));
    unsent.value = false;
    if (!keep(saved, null)) drop(a.id);
    return saved;
  } catch (e) {
    if (!away(e)) throw e;
    const base = kept?.application ?? a;
    const all = joined(kept?.patch ?? null, patch);
    if (!keep(base, all)) throw e;
    unsent.value = true;
    return applied(base, all);
  }
}
