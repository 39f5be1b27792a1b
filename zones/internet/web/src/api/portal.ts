// The portal's interface as the pages use it (GET /api/openapi.json of intaked).
import { get, path, post, put, remove, upload, query } from '@sanwang/ui';

export interface Role {
  code: string;
  zh: string;
  en: string;
  min: number;
  max: number;
  signs: boolean;
  id_kinds: string;
}
export interface Field {
  code: string;
  zh: string;
  en: string;
  type: 'text' | 'int' | 'money' | 'area' | 'date' | 'code' | 'bool';
  required: boolean;
  min: number;
  max: number;
  values?: { value: string; label: string; en?: string }[];
}
export interface MaterialKind {
  code: string;
  zh: string;
  en: string;
  required: boolean;
  size_max: number;
  formats: string;
  sample: string;
  shared: string;
}
export interface Step {
  code: string;
  zh: string;
  en: string;
}
export interface Business {
  code: string;
  version: number;
  zh: string;
  en: string;
  needs: { tax: boolean; cadastral: boolean };
  channels: { portal: boolean; window: boolean; department: boolean };
  right_type: number;
  registration_type: number;
  notice_days: number;
  certificate: string;
  legal_days: number;
  promised_days: number;
  fee: { dwelling_cents: number; other_cents: number; basis: string };
  holder_role: string;
  ended_role: string;
  roles: Role[];
  fields: Field[];
  materials: MaterialKind[];
  steps: Step[];
}
export interface Row {
  id: string;
  business: string;
  business_zh: string;
  business_en: string;
  state: string;
  number: string;
  updated: string;
  mine: boolean;
  needs_my_signature: boolean;
}
export interface Party {
  role: string;
  name: string;
  id_number: string;
  id_kind?: string;
  share_num: number;
  share_den: number;
  signed_at?: string;
  signs?: boolean;
}
export interface Material {
  id: string;
  code: string;
  name: string;
  media: string;
  size: number;
  digest: string;
}
export interface CorrectionItem {
  kind: 'unit' | 'field' | 'party' | 'material' | 'other';
  code: string;
  text: string;
  done: boolean;
}
export interface Correction {
  text: string;
  items: CorrectionItem[];
  replaced: { code: string; old: string; new: string }[];
}
export interface Progress {
  state: string;
  step_zh: string;
  step_en: string;
  at: string;
  office: string;
  note: string;
  deadline: string;
  legal: string;
  held: boolean;
  discs: string[];
  items: unknown;
}
export type FieldValue = string | number | boolean | null;
export interface Application {
  id: string;
  business: string;
  business_version: number;
  state: string;
  version: number;
  unit_code: string;
  form: Record<string, FieldValue>;
  parties: Party[];
  materials: Material[];
  progress: Progress[];
  business_number: string;
  reason: string;
  updated: string;
  mine: boolean;
  my_party: number;
  round: number;
  correction?: Correction;
  canonical?: string;
  digest?: string;
  certificate?: { number: string };
}
export interface Patch extends Record<string, unknown> {
  unit_code?: string;
  fields?: Record<string, FieldValue>;
  parties?: Party[];
}
export interface Signature extends Record<string, unknown> {
  signature: string;
  certificate: string;
  token: string;
  token_signature: string;
  token_certificate: string;
}
export interface SealedCertificate extends Record<string, unknown> {
  number?: string;
  certificate: string;
  signature: string;
  seal_certificate: string;
}

const at = (id: string, ...rest: string[]): string => path('applications', id, ...rest);

let businesses: Promise<Business[]> | null = null;

// The newest version of each business; they do not change while a page is open. A failed load is tried again.
export function loadBusinesses(): Promise<Business[]> {
  businesses ??= get<{ rows: Business[] }>(path('businesses')).then((r) => r.rows);
  businesses.catch(() => (businesses = null));
  return businesses;
}

// The version an application is pinned to.
export async function businessOf(a: Pick<Application, 'business' | 'business_version'>): Promise<Business> {
  const newest = (await loadBusinesses()).find((b) => b.code === a.business && b.version === a.business_version);
  return newest ?? get<Business>(path('businesses', a.business, String(a.business_version)));
}

export const loadConfig = (): Promise<{ identity_url: string; oidc: boolean; registration: boolean }> => get(path('config'));
export const beginSignIn = (): Promise<{ url: string; state: string }> => post(path('oidc', 'begin'));
export const finishSignIn = (code: string, state: string): Promise<unknown> => post(path('oidc', 'finish'), { code, state });
export const listApplications = async (): Promise<Row[]> => (await get<{ rows: Row[] }>(path('applications'))).rows;
// key: of this start; the same one never starts twice.
export const startApplication = (business: string, key: string): Promise<{ id: string; resumed: boolean }> => post(path('applications'), { business, key });
export const getApplication = (id: string): Promise<Application> => get(at(id));
export const saveApplication = (a: Application, patch: Patch): Promise<Application> => put(at(a.id), { version: a.version, ...patch });
export const addMaterial = (id: string, code: string, file: File): Promise<Material> => upload(at(id, 'materials') + query({ code, name: file.name }), file);
export const addPiece = (id: string, code: string, name: string, size: number, offset: number, digest: string, part: Blob): Promise<Material | { offset: number }> =>
  upload(at(id, 'materials') + query({ code, name, size, offset, digest }), part);
export const pieceOffset = async (id: string, code: string, digest: string): Promise<number> => (await get<{ offset: number }>(at(id, 'uploads', digest) + query({ code }))).offset;
export const invite = (id: string, party: number): Promise<{ code: string; until: string }> => post(at(id, 'invitations'), { party });
export const openInvitation = (code: string): Promise<{ id: string }> => post(path('invitations'), { code });
export const decline = (id: string, reason: string): Promise<unknown> => post(at(id, 'decline'), { reason });
export interface Receipt extends Record<string, unknown> {
  receipt: string;
  digest: string;
  signature: string;
  certificate: string;
  at: string;
}
export const receiptUrl = (id: string): string => at(id, 'receipt');
export const receiptText = (id: string): Promise<Receipt> => get(at(id, 'receipt.json'));
export const checkReceipt = (id: string, digest: string): Promise<{ valid: boolean; at: string }> => get(path('receipts', id, digest));
export const listRegions = async (): Promise<{ code: string; name: string }[]> => (await get<{ rows: { code: string; name: string }[] }>(path('regions'))).rows;
export const removeMaterial = (id: string, material: string): Promise<unknown> => remove(at(id, 'materials', material));
export const freeze = (a: Application): Promise<Application> => post(at(a.id, 'freeze'), { version: a.version });
export const thaw = (id: string): Promise<Application> => post(at(id, 'thaw'));
export const addSignature = (id: string, s: Signature): Promise<{ remaining: number }> => post(at(id, 'signature'), s);
export const withdraw = (id: string): Promise<Application> => post(at(id, 'withdraw'));
export const certificateUrl = (id: string): string => at(id, 'certificate');
export const certificateText = (id: string): Promise<SealedCertificate> => get(at(id, 'certificate.json'));
