// Batches 集中申请 as the pages use them.
import { get, path, post, put } from '@sanwang/ui';
import type { components } from '@sanwang/api/intaked';
import type { FieldValue, Material, Party, Signature } from './portal';

type Schemas = components['schemas'];
export type Batch = Schemas['Batch'];
export type BatchRow = Schemas['BatchRow'];
export type BatchText = Schemas['BatchText'];
export type BatchListed = Schemas['BatchList']['rows'][number];
export type BatchRowSaved = Schemas['BatchRowSaved'];

export type Port = Schemas['Port'];

const at = (id: string, ...rest: (string | number)[]): string => path('batches', id, ...rest);

export const listBatches = async (): Promise<BatchListed[]> => (await get<{ rows: BatchListed[] }>(path('batches'))).rows;
export const getBatch = (id: string): Promise<Batch> => get(at(id));
// key: of sheet and business; the same one goes on with the batch it began.
export const startBatch = (business: string, count: number, key: string, division: string): Promise<{ id: string; resumed: boolean }> => post(path('batches'), { business, count, key, division });
export const saveRow = (id: string, n: number, row: { unit_code: string; fields: Record<string, FieldValue>; parties: Party[] }): Promise<BatchRowSaved> => put(at(id, 'rows', n), row);
export const copyMaterial = (application: string, from: Material, of: string): Promise<Material> => post(path('applications', application, 'materials', 'copied'), { application: of, material: from.id });
export const fixRow = (application: string, version: number): Promise<unknown> => post(path('applications', application, 'freeze'), { version });
export const makeText = (id: string): Promise<BatchText> => post(at(id, 'text'));
export const signBatch = (id: string, s: Signature): Promise<unknown> => post(at(id, 'signature'), s);
export const sendRow = (id: string, n: number): Promise<{ remaining: number }> => post(at(id, 'rows', n, 'signature'));
// The operators' desk: whose port for batches is open.
export const listPorts = async (): Promise<Port[]> => (await get<{ rows: Port[] }>(path('desk', 'ports'))).rows;
export const changePort = (owner: string, to: 'close' | 'open', reason: string): Promise<unknown> => post(path('desk', 'ports', owner, to), { reason });
