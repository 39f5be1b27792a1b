// The registry's interface as the pages use it (GET /api/openapi.json of registryd).
import type { Flow } from './desk';
import { get, path, post, query, upload } from '@sanwang/ui';
import { signed } from './signing';

export interface Named {
  code: string;
  zh: string;
  en: string;
}
export interface Field extends Named {
  type: 'text' | 'int' | 'money' | 'area' | 'date' | 'code' | 'bool';
  required: boolean;
  min: number;
  max: number;
  values?: { value: string; label: string }[];
}
export interface Role extends Named {
  min: number;
  max: number;
  signs: boolean;
  id_kinds: string;
}
export interface MaterialKind extends Named {
  required: boolean;
  size_max: number;
  formats: string;
  sample: string;
  shared: string;
}
export interface Business extends Named {
  needs: Needs;
  holder_role: string;
  ended_role: string;
  promised_days: number;
  legal_days: number;
  roles: Role[];
  fields: Field[];
  materials: MaterialKind[];
  channels: { portal: boolean; window: boolean; department: boolean };
  steps: Named[];
}
export interface Needs {
  tax: boolean;
  cadastral: boolean;
}
export interface CaseRow {
  id: string;
  number: string;
  business: string;
  state: string;
  state_zh: string;
  state_en: string;
  version: number;
  unit_code: string;
  location: string;
  applicant: string;
  received: string;
  deadline: string;
  reviewer: string;
  note: string;
  has_tax: boolean;
  has_cadastral: boolean;
  channel: string;
}
export interface Party {
  role: string;
  name: string;
  id_kind: string;
  id_number: string;
  share_num: number;
  share_den: number;
  signed_at: string;
  certificate: string;
}
export interface Material {
  index: number;
  code: string;
  name: string;
  media: string;
  size: number;
  digest: string;
  round: number;
  replaced: boolean;
}
export interface Step {
  state: string;
  state_zh: string;
  state_en: string;
  at: string;
  by: string;
  note: string;
}
// An act of the office's people as it was signed.
export interface Decision {
  step: number;
  act: string;
  by: string;
  at: string;
  key: string;
  until: string;
}
export interface Tax {
  voucher_no: string;
  amount_cents: number;
  paid_on: string;
  by: string;
  at: string;
}
export type BookRow = Record<string, string | number | null>;
// Rows of one unit by table; what stands on the land and the building it belongs to; what binds although a lapse is not written yet.
export interface Book {
  rows: Record<string, BookRow[]>;
  land: Record<string, BookRow[]>;
  building: Record<string, BookRow[]>;
  binding: Record<string, BookRow[]> | null;
  blocks: Block[];
  day: string;
}
// A restriction that stands on the unit, with what it does and its legal basis.
export interface Block {
  code: string;
  effect: 'never' | 'consent' | 'turn' | 'commit' | 'warn';
  zh: string;
  en: string;
  basis: string;
  doubt: string;
  what: string;
}
export interface Found {
  unit: string;
  location: string;
  table: string;
}
export interface ModelColumn extends Named {
  show: string;
}
export interface ModelTable extends Named {
  class: number;
  columns: ModelColumn[];
}
export interface Model {
  tables: ModelTable[];
  codes: Record<string, Named[]>;
}
export interface Case extends CaseRow {
  business_zh: string;
  business_en: string;
  needs: Needs;
  parties: Party[];
  form: Record<string, string | number | null>;
  materials: Material[];
  steps: Step[];
  tax: Tax | null;
  register_now: Book;
  corrections: { round: number; items: { kind: string; code: string; text: string }[]; asked_at: string; who: string; answered_at: string }[];
  flow: Flow;
  decisions: Decision[];
}
export interface LogRow {
  xh: number;
  ywh: string;
  bdcdyh: string;
  djlx: string;
  qllx: string;
  djyy: string;
  bdcqzh: string;
  dbr: string;
  djsj: string;
  hs: number;
  zy: string;
  lz: string;
}
let businesses: Promise<Business[]> | null = null;

// The definitions do not change while a page is open; a failed load is tried again.
export function loadBusinesses(): Promise<Business[]> {
  businesses ??= get<{ rows: Business[] }>(path('businesses')).then((r) => r.rows);
  businesses.catch(() => (businesses = null));
  return businesses;
}

export const PAGE = 100; // rows of one answer of the daemon

export const listCases = async (state: string, before = ''): Promise<CaseRow[]> => (await get<{ rows: CaseRow[] }>(path('cases') + query({ state, before }))).rows;
export async function getCase(by: string, reveal = ''): Promise<Case> {
  const c = await get<Omit<Case, 'register_now'> & { register_now: RawBook }>(path('cases', by) + query({ reveal }));
  return { ...c, register_now: bookOf(c.register_now) };
}
export const materialUrl = (id: string, index: number): string => path('cases', id, 'materials', index);
export const act = (c: CaseRow, action: string, body: Record<string, unknown> = {}): Promise<CaseRow> => signed(() => post(path('cases', c.id, action), { version: c.version, ...body }));
export const addGraphics = (c: CaseRow, file: File): Promise<CaseRow> => upload(path('cases', c.id, 'graphics') + query({ name: file.name }), file);
type RawBook = Record<string, unknown>;
const tablesOf = (raw: unknown): Record<string, BookRow[]> =>
  Object.fromEntries(Object.entries((raw ?? {}) as RawBook).filter(([, v]) => Array.isArray(v))) as Record<string, BookRow[]>;
export const bookOf = (raw: RawBook): Book => ({
  rows: tablesOf(raw),
  land: tablesOf(raw.land),
  building: tablesOf(raw.building),
  binding: raw.binding ? tablesOf(raw.binding) : null,
  blocks: (raw.blocks ?? []) as Block[],
  day: String(raw.day ?? '')
});
export const getUnit = async (code: string, day = ''): Promise<Book> => bookOf(await get<RawBook>(path('register', 'units', code) + query({ day })));

// In the body: no number of a person stands in an address.
export const searchRegister = (wanted: Record<string, string>): Promise<{ rows: Found[]; next: string }> => post(path('register', 'search'), wanted);

let model: Promise<Model> | null = null;
export function loadModel(): Promise<Model> {
  model ??= get<Model>(path('register', 'model'));
  model.catch(() => (model = null));
  return model;
}
export const getLog = async (before?: number): Promise<LogRow[]> => (await get<{ rows: LogRow[] }>(path('register', 'log') + query({ before }))).rows;
export interface Document {
  number: string;
  kind: string;
  zh: string;
  en: string;
  at: string;
  by: string;
  sealed: boolean;
}
export interface Checked {
  number: string;
  valid: boolean;
  findings: { what: string; where: string }[];
}
export const listDocuments = async (id: string): Promise<Document[]> => (await get<{ rows: Document[] }>(path('cases', id, 'documents'))).rows;
export const makeSheet = (id: string): Promise<{ number: string }> => post(path('cases', id, 'approval-sheet'), {});
export const documentUrl = (number: string, format: 'pdf' | 'ofd'): string => path('documents', number, 'file', format);
export const checkDocument = (number: string): Promise<Checked> => get(path('documents', number, 'check'));

export interface Arrival {
  disc: string;
  from: string;
  mark: string;
  seal: string;
  blank: string;
  passphrase: string;
}
export const receiveDisc = (a: Arrival): Promise<{ disc: string }> => post(path('discs'), { ...a });
