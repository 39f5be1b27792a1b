// The disc ferry's interface as both of its sides offer it (common/service/disc_api.h).
import { get, path, post } from '../request';

export interface Step {
  state: string;
  at: string;
  by: string;
  note: string;
}
export interface Signature {
  who: string;
  at: string;
  key?: string;
}
export interface Sectors {
  bad: number;
  repaired: number;
  total: number;
  map?: [first: number, count: number, state: 'repaired' | 'bad'][];
}
export interface Disc {
  disc: string;
  state: string;
  created: string;
  reason: string;
  bundles: number;
  size: number;
  digest: string;
  prev: string;
  mark?: string;
  use?: string;
  medium?: string;
  blank?: string;
  label?: string;
  seal?: string;
  from?: string;
  to?: string;
  set?: { first: string; n: number; of: number };
  approvals: Signature[];
  steps: Step[];
  sectors?: Sectors;
  receipt?: { from: string; signatures: Signature[] };
  destruction?: { how: string; signatures: Signature[] };
}
export interface Blank {
  serial: string;
  label: string;
  mark: string;
  state: string;
  disc: string;
  told: string;
  steps: Step[];
}
export interface Refusal {
  act: string;
  at: string;
  by: string;
  code: string;
  subject: string;
  text: string;
}
export interface Ledger {
  rows: Disc[];
  missing: { identity: string; before: string }[];
  sets: { absent: string[]; first: string; of: number }[];
  voided: { by: string; disc: string; identity: string }[];
  blanks: Blank[];
  refused: Refusal[];
  revoked: { key: string; last: string; by: string; at: string; reason: string }[];
  policy: { allows: string[]; demands: string[]; version: number };
  burning?: { disc: string; state: 'running' | 'done' | 'failed'; code: string; text: string } | null;
  drive?: string;
}
export interface Content {
  name: string;
  digest: string;
  size: number;
}
export interface Shown {
  record: Disc;
  files: Content[];
}

export const listDiscs = (): Promise<Ledger> => get(path('discs'));
export const showDisc = (disc: string): Promise<Shown> => get(path('discs', disc));
export const discAct = (disc: string, action: string, body: Record<string, unknown> = {}): Promise<unknown> => post(path('discs', disc, action), body);
export const scrapBlank = (serial: string, reason: string): Promise<unknown> => post(path('blanks', serial, 'scrap'), { reason });
// Papers are PDF files which the browser shows and prints.
export const paperOf = (disc: string, paper: 'slip' | 'label'): string => path('discs', disc, paper);
export const bookOf = (month: string): string => path('disc-books', month);
