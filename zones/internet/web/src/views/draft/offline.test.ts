import { beforeEach, expect, test, vi } from 'vitest';
import { ApiError } from '@sanwang/ui';
import type { Application, Patch } from '../../api/portal';

const portal = { a: {} as Application, away: false, ended: false, saved: [] as Patch[] };
const line = (): void => {
  if (portal.ended) throw new ApiError(401, 'LOGIN', '');
  if (portal.away) throw new ApiError(0, 'OFFLINE', '');
};
vi.mock('../../api/portal', () => ({
  getApplication: async () => {
    line();
    return structuredClone(portal.a);
  },
  saveApplication: async (a: Application, p: Patch) => {
    line();
    if (a.version !== portal.a.version) throw new ApiError(409, 'CONFLICT', '');
    portal.saved.push(p);
    portal.a = { ...portal.a, version: portal.a.version + 1, unit_code: p.unit_code ?? portal.a.unit_code, form: { ...portal.a.form, ...p.fields } };
    return structuredClone(portal.a);
  }
}));
const { answersKept, forgetDrafts, loadDraft, saveDraft, unsent } = await import('./offline');

beforeEach(() => {
  const store = new Map<string, string>();
  const storage = { getItem: (k: string) => store.get(k) ?? null, setItem: (k: string, v: string) => void store.set(k, v), removeItem: (k: string) => void store.delete(k) };
  vi.stubGlobal('localStorage', new Proxy(storage, { ownKeys: () => [...store.keys()], getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }) }));
  portal.a = { id: 'i', state: 'draft', version: 1, unit_code: '', form: { x: 1 }, parties: [] } as unknown as Application;
  portal.away = false;
  portal.ended = false;
  portal.saved = [];
});

test('answers while the line is away are kept, shown, and handed in once it is back', async () => {
  let a = await loadDraft('i');
  portal.away = true;
  a = await saveDraft(a, { unit_code: 'U' });
  a = await saveDraft(a, { fields: { y: 2 } });
  expect([a.unit_code, a.form]).toEqual(['U', { x: 1, y: 2 }]);
  expect(unsent.value).toBe(true);
  expect((await loadDraft('i')).unit_code).toBe('U');
  portal.away = false;
  a = await loadDraft('i');
  expect(portal.saved).toEqual([{ unit_code: 'U', fields: { y: 2 } }]);
  expect(portal.a.form).toEqual({ x: 1, y: 2 });
  expect(unsent.value).toBe(false);
  await loadDraft('i');
  expect(portal.saved).toHaveLength(1);
});

test('what somebody changed elsewhere meanwhile stays', async () => {
  const a = await loadDraft('i');
  portal.away = true;
  await saveDraft(a, { fields: { y: 2 } });
  portal.away = false;
  portal.a = { ...portal.a, version: 9, form: { x: 7 } };
  expect((await loadDraft('i')).form).toEqual({ x: 7, y: 2 });
});

test('a refusal is no lost line, and nothing is kept of a draft never seen', async () => {
  const a = await loadDraft('i');
  portal.a.version = 5;
  await expect(saveDraft(a, { unit_code: 'U' })).rejects.toMatchObject({ code: 'CONFLICT' });
  portal.away = true;
  await expect(loadDraft('other')).rejects.toMatchObject({ code: 'OFFLINE' });
});

test('signing out takes everything away', async () => {
  await loadDraft('i');
  forgetDrafts();
  portal.away = true;
  await expect(loadDraft('i')).rejects.toMatchObject({ code: 'OFFLINE' });
});

test('a session that ran out costs no answer: it is kept, counted, and handed in after signing in', async () => {
  const a = await loadDraft('i');
  portal.ended = true;
  await expect(saveDraft(a, { unit_code: 'U', fields: { x: 1, y: 2 } })).rejects.toMatchObject({ code: 'LOGIN' });
  expect(answersKept()).toBe(2);
  portal.ended = false;
  expect((await loadDraft('i')).form).toEqual({ x: 1, y: 2 });
  expect(answersKept()).toBe(0);
});

test('a correction is kept like a draft', async () => {
  portal.a = { ...portal.a, state: 'correction' };
  const a = await loadDraft('i');
  portal.away = true;
  await saveDraft(a, { fields: { y: 3 } });
  portal.away = false;
  expect((await loadDraft('i')).form).toEqual({ x: 1, y: 3 });
});
