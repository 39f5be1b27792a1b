// 补充材料: documents added after the submission (added of GET /api/applications/:id); each is kept.
import { path, query, upload } from '@sanwang/ui';
import type { components } from '@sanwang/api/intaked';
import type { Material } from './portal';

export type Added = components['schemas']['Added'];
// replaces: id of an added one that this takes the place of, '' none.
export interface Late {
  code: string;
  note: string;
  replaces: string;
}
const at = (id: string, l: Late, name: string, piece: object = {}): string =>
  path('applications', id, 'added') + query({ code: l.code, name, note: l.note, ...(l.replaces ? { replaces: l.replaces } : {}), ...piece });
export const addLate = (id: string, l: Late, file: File): Promise<Material> => upload(at(id, l, file.name), file);
export const addLatePiece = (id: string, l: Late, name: string, piece: { size: number; offset: number; digest: string }, part: Blob): Promise<Material | { offset: number }> =>
  upload(at(id, l, name, piece), part);
export const addable = ['submitted', 'accepted', 'tax', 'cadastral', 'review'];
