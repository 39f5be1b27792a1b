// The portal's interface as the pages use it (GET /api/openapi.json of intaked).
import { askEarly, get, path, post, put, remove, upload, query } from '@sanwang/ui';
import type { components } from '@sanwang/api/intaked';

type Schemas = components['schemas'];
export type Role = Schemas['BusinessRole'];
export type Field = Schemas['BusinessField'];
export type MaterialKind = Schemas['BusinessMaterial'];
export type Paper = Schemas['BusinessPaper'];
export type Asked = Schemas['BusinessQuestion'];
export type Answers = Schemas['Answers'];
export type RecordEntry = Schemas['RecordEntry'];
export type DraftPaper = Schemas['DraftPaper'];
export type Step = Schemas['Named'];
export type Business = Schemas['Business'];
export type Row = Schemas['ApplicationRow'];
export type Party = Schemas['ApplicationParty'];
export type Agent = Schemas['Agent'];
export type Mandate = Schemas['Mandate'];
export type MandateFacts = Schemas['MandateFacts']['rows'][number];
export type Material = Schemas['Material'];
export type CorrectionItem = Schemas['CorrectionItem'];
export type Correction = Schemas['ApplicationCorrection'];
export type Progress = Schemas['Progress'];
export type Application = Schemas['Application'];
export type DeliveryAsked = Schemas['DeliveryAsked'];
export type DeliveryEvent = Schemas['DeliveryEvent'];
export type Withdrawal = Schemas['Withdrawal'];
export type Signature = Schemas['Signature'];
export type SealedCertificate = Schemas['SealedCertificate'];
export type Receipt = Schemas['Receipt'];

export type FieldValue = string | number | boolean | null;
export interface Patch extends Record<string, unknown> {
  unit_code?: string;
  fields?: Record<string, FieldValue>;
  parties?: Party[];
  papers?: DraftPaper[];
  delivery?: DeliveryAsked | null; // null: after the submission
  confirmed?: string[]; // places that are right as they stand, in a correction
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

export interface PortalConfig {
  identity_url: string;
  oidc: boolean;
  registration: boolean;
  face: boolean;
  payment: boolean;
  post: boolean;
  authority: boolean;
  face_businesses: string[];
}
export const loadConfig = (): Promise<PortalConfig> => get(path('config'));
export const faceState = (id: string): Promise<{ matches: boolean }> => get(at(id, 'face'));
export const compareFace = (id: string, image: string): Promise<{ matches: boolean }> => post(at(id, 'face'), { image });

// For whom the signed-in person may act 法人认证与授权委托.
export const loadMandates = async (): Promise<Mandate[]> => (await get<{ rows: Mandate[] }>(path('mandates'))).rows;
// The same, and as whom the person acts.
export const loadAgent = (): Promise<Schemas['Mandates']> => get(path('mandates'));
export const checkMandates = async (id: string): Promise<MandateFacts[]> => (await post<{ rows: MandateFacts[] }>(at(id, 'mandates'))).rows;

export const beginSignIn = (): Promise<{ url: string; state: string }> => post(path('oidc', 'begin'));
export const finishSignIn = (code: string, state: string): Promise<unknown> => post(path('oidc', 'finish'), { code, state });
export const listApplications = async (): Promise<Row[]> => (await get<{ rows: Row[] }>(path('applications'))).rows;
// key: of this start; the same one never starts twice.
export const startApplication = (business: string, key: string, division: string): Promise<{ id: string; resumed: boolean }> => post(path('applications'), { business, key, division });
// What the page of this address asks first: on its way while the page's code is.
export function askFirst(hash: string): void {
  const id = /^#\/a\/([0-9a-f-]{36})\b/.exec(hash)?.[1];
  if (id) askEarly(at(id));
  else if (/^(#\/)?$/.test(hash)) askEarly(path('applications'));
}
export const getApplication = (id: string): Promise<Application> => get(at(id));
export const saveApplication = (a: Application, patch: Patch): Promise<Schemas['Saved']> => put(at(a.id), { version: a.version, ...patch });
export const addMaterial = (id: string, code: string, file: File): Promise<Material> => upload(at(id, 'materials') + query({ code, name: file.name }), file);
export const addPiece = (id: string, code: string, name: string, size: number, offset: number, digest: string, part: Blob): Promise<Material | { offset: number }> =>
  upload(at(id, 'materials') + query({ code, name, size, offset, digest }), part);
export const pieceOffset = async (id: string, code: string, digest: string): Promise<number> => (await get<{ offset: number }>(at(id, 'uploads', digest) + query({ code }))).offset;
export const invite = (id: string, party: number): Promise<{ code: string; until: string }> => post(at(id, 'invitations'), { party });
export const openInvitation = (code: string): Promise<{ id: string }> => post(path('invitations'), { code });
export const decline = (id: string, reason: string): Promise<unknown> => post(at(id, 'decline'), { reason });
export const receiptUrl = (id: string): string => at(id, 'receipt');
export const receiptText = (id: string): Promise<Receipt> => get(at(id, 'receipt.json'));
export const checkReceipt = (id: string, digest: string): Promise<{ valid: boolean; at: string }> => get(path('receipts', id, digest));
export type Region = Schemas['RegionList']['rows'][number];
export const listRegions = async (): Promise<Region[]> => (await get<{ rows: Region[] }>(path('regions'))).rows;
export const removeMaterial = (id: string, material: string): Promise<unknown> => remove(at(id, 'materials', material));
export const freeze = (a: Application): Promise<Application> => post(at(a.id, 'freeze'), { version: a.version });
export type Dropped = Schemas['Renewed']['dropped'][number];
// Goes on with the newest version of the business; what it does not ask for is dropped, and named.
export const renew = async (a: Application): Promise<Dropped[]> => (await post<{ dropped: Dropped[] }>(at(a.id, 'renew'), { version: a.version })).dropped;
export const thaw = (id: string): Promise<Application> => post(at(id, 'thaw'));
// 询问笔录: what this person answers before signing, for the own parties; complete or not.
export const saveRecord = (id: string, record: RecordEntry[]): Promise<Application> => put(at(id, 'record'), { record });
// 询问笔录, 承诺书, 合同 as PDF.
export const paperUrl = (id: string, code: string, party?: number): string => at(id, 'papers', code) + (party === undefined ? '' : query({ party }));
export const addSignature = (id: string, s: Signature): Promise<{ remaining: number }> => post(at(id, 'signature'), s);
// Ends what was never handed in; else begins the withdrawal, which everybody who signed has to sign (addSignature).
export const withdraw = (id: string): Promise<Application> => post(at(id, 'withdraw'));
// 领证方式: what its holder signs, and the choice with the signature.
export const deliveryText = (id: string, asked: DeliveryAsked): Promise<{ text: string }> => post(at(id, 'delivery', 'text'), { ...asked });
export const deliveryChoose = (id: string, text: string, consent: Signature): Promise<Application> => post(at(id, 'delivery'), { text, consent });
export const dropWithdrawal = (id: string): Promise<Application> => post(at(id, 'withdrawal', 'drop'));
export const certificateUrl = (id: string): string => at(id, 'certificate');
export const certificateText = (id: string): Promise<SealedCertificate> => get(at(id, 'certificate.json'));
