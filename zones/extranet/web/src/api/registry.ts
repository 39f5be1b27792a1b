// The registry's interface as the pages use it (GET /api/openapi.json of registryd).
import type { Flow } from './desk';
import { get, path, post, query, upload } from '@sanwang/ui';
import { signed } from './signing';
import type { components } from '@sanwang/api/registryd';

type Schemas = components['schemas'];
export type Named = Schemas['Named'];
export type Field = Schemas['BusinessField'];
export type Role = Schemas['BusinessRole'];
export type MaterialKind = Schemas['BusinessMaterial'];
export type Business = Schemas['Business'];
export type Needs = Schemas['Needs'];
export type CaseRow = Schemas['CaseRow'];
export type Party = Schemas['Party'];
export type Material = Schemas['CaseMaterial'];
export type Step = Schemas['Step'];
export type Tax = Schemas['Tax'];
export type BookRow = Schemas['BookRow'];
export type Block = Schemas['Block'];
export type ModelColumn = Schemas['ModelColumn'];
export type ModelTable = Schemas['ModelTable'];
export type Model = Schemas['Model'];
export type LogRow = Schemas['LogRow'];
export type Decision = Schemas['Decision'];
export type Found = Schemas['RegisterFound']['rows'][number];
export type Document = Schemas['Document'];
export type Checked = Schemas['Checked'];

// An act of the office's people as it was signed.
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
let businesses: Promise<Business[]> | null = null;
let asked = 0;

// A failed load is tried again.
export function loadBusinesses(): Promise<Business[]> {
  // A business may be published while the page is open.
  if (!businesses || Date.now() - asked > 30000) {
    asked = Date.now();
    businesses = get<{ rows: Business[] }>(path('businesses')).then((r) => r.rows);
    businesses.catch(() => (businesses = null));
  }
  return businesses;
}
// A published version never changes.
const versions = new Map<string, Promise<Business>>();
export function loadBusiness(code: string, version: number): Promise<Business> {
  const key = `${code} ${version}`, known = versions.get(key) ?? get<Business>(path('businesses', code, version));
  versions.set(key, known);
  known.catch(() => versions.delete(key));
  return known;
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
export const listDocuments = async (id: string): Promise<Document[]> => (await get<{ rows: Document[] }>(path('cases', id, 'documents'))).rows;
export const makeSheet = (id: string, kind: 'approval-sheet' | 'check-sheet'): Promise<{ number: string }> => post(path('cases', id, kind), {});
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
