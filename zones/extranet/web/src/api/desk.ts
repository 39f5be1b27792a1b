// The desk's interface: queue, claims, judgement, marks, opinions, batches, window intake.
import { get, path, post, put, query, remove, upload } from '@sanwang/ui';
import { signed } from './signing';
import type { CaseRow } from './registry';
import type { components } from '@sanwang/api/registryd';

type Schemas = components['schemas'];
export type Claim = Schemas['Claim'];
export type QueueRow = Schemas['QueueRow'];
export type DeskState = Schemas['Desk'];
export type RuleFinding = Schemas['RuleFinding'];
export type PlanFinding = Schemas['PlanFinding'];
export type Tables = Schemas['Tables'];
export type Judgement = Schemas['Judgement'];
export type Mark = Schemas['Mark'];
export type Opinion = Schemas['OpinionTemplate'];
export type FlowStep = Schemas['FlowStep'];
export type Flow = Schemas['Flow'];
export type Verdict = Schemas['Verdict'];
export type Scan = Schemas['Scan'];

export type Band = 'over' | 'warn' | 'fine' | 'none' | 'notice' | 'held';
export interface Filter {
  business: string;
  step: string;
  state: string;
  band: string;
  holder: string;
  office: string;
  channel: string;
  words: string;
}
export type Counts = { total: number } & Record<Exclude<keyof Filter, 'words'>, Record<string, number>>;
export const NO_FILTER: Filter = { business: '', step: '', state: '', band: '', holder: '', office: '', channel: '', words: '' };
export interface Cursor {
  due: string;
  number: string;
}

export const queuePage = async (f: Filter, after: Cursor, limit: number, signal?: AbortSignal): Promise<QueueRow[]> =>
  (await get<{ rows: QueueRow[] }>(path('queue') + query({ ...f, ...after, limit }), signal)).rows;
export const queueCounts = (f: Filter): Promise<Counts> => get(path('queue', 'counts') + query({ ...f }));

export const claimCase = (id: string): Promise<Claim> => post(path('cases', id, 'claim'));
export const releaseCase = (id: string): Promise<unknown> => remove(path('cases', id, 'claim'));
export const unclaimCase = (id: string, reason: string): Promise<unknown> => post(path('cases', id, 'unclaim'), { reason });
export const deskOf = (id: string): Promise<DeskState> => get(path('cases', id, 'desk'));
export const keepDraft = (id: string, opinion: string): Promise<unknown> => put(path('cases', id, 'draft'), { opinion });

export type Severity = 'block' | 'warn' | 'info';
export const judge = (id: string): Promise<Judgement> => get(path('cases', id, 'judgement'));

export type Box = Pick<Mark, 'x' | 'y' | 'w' | 'h'>;
export const marksOf = async (id: string): Promise<Mark[]> => (await get<{ rows: Mark[] }>(path('cases', id, 'marks'))).rows;
export const addMark = (id: string, m: Omit<Mark, 'n' | 'by' | 'at'>): Promise<unknown> => post(path('cases', id, 'marks'), { ...m });
export const removeMark = (id: string, n: number): Promise<unknown> => remove(path('cases', id, 'marks', n));

let opinions: Promise<Opinion[]> | null = null;
export function loadOpinions(anew = false): Promise<Opinion[]> {
  if (anew) opinions = null;
  opinions ??= get<{ rows: Opinion[] }>(path('opinions')).then((r) => r.rows);
  opinions.catch(() => (opinions = null));
  return opinions;
}
export const putOpinion = (code: string, o: Pick<Opinion, 'act' | 'name' | 'body' | 'basis'>): Promise<unknown> => put(path('opinions', code), { ...o });
export const dropOpinion = (code: string): Promise<unknown> => remove(path('opinions', code));

// A legal ground 法定事由 of a decision that stops a case.
export type Ground = Schemas['Ground'];
let grounds: Promise<Ground[]> | null = null;
export function loadGrounds(): Promise<Ground[]> {
  grounds ??= get<{ rows: Ground[] }>(path('grounds')).then((r) => r.rows);
  grounds.catch(() => (grounds = null));
  return grounds;
}

// What others were asked for a case 部门协同.
export type Consult = Schemas['Consult'];
export const consultsOf = async (id: string): Promise<Consult[]> => (await get<{ rows: Consult[] }>(path('cases', id, 'consults'))).rows;
export const askAgain = async (id: string, key: string, reason: string): Promise<Consult[]> => (await post<{ rows: Consult[] }>(path('cases', id, 'consults', key, 'again'), { reason })).rows;

export type Reminder = Schemas['ReminderList']['rows'][number];
export const reminders = async (): Promise<Reminder[]> => (await get<{ rows: Reminder[] }>(path('reminders'))).rows;

export interface Outcome {
  id: string;
  number: string;
  state: string;
  error: string;
  text: string;
}
export const batch = (act: string, cases: { id: string; version: number }[], opinion: string): Promise<{ done: number; rows: Outcome[] }> =>
  signed(() => post(path('batches', act), opinion ? { cases, opinion } : { cases }));

// ---- what stands in the book of a case's course
export const verdictsOf = async (id: string): Promise<Verdict[]> => (await get<{ rows: Verdict[] }>(path('cases', id, 'verdicts'))).rows;

// ---- window
export const scanMaterial = (file: File): Promise<Scan> => upload(path('window', 'uploads') + query({ name: file.name }), file);
export const takeIn = (body: Record<string, unknown>): Promise<CaseRow> => post(path('window', 'cases'), body);
