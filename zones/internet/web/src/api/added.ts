// 补充材料: documents added after the submission (added of GET /api/applications/:id); each is kept.
import { path, query, upload } from '@sanwang/ui';
import type { components } from '@sanwang/api/intaked';

export type Added = components['schemas']['Added'];
// replaces: id of an added one that this takes the place of, '' none.
export const addLate = (id: string, code: string, note: string, replaces: string, file: File): Promise<{ id: string }> =>
  upload(path('applications', id, 'added') + query({ code, name: file.name, note, ...(replaces ? { replaces } : {}) }), file);
export const addable = ['submitted', 'accepted', 'tax', 'cadastral', 'review'];
