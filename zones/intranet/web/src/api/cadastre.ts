// The cadastre's interface as the pages use it (GET /api/openapi.json of cadastred).
import { get, path, post, query } from '@sanwang/ui';

export interface TaskRow {
  id: string;
  case_number: string;
  unit_code: string;
  parcel_code: string;
  state: string;
  received: string;
  name: string;
  verdict: string;
  opinion: string;
  reviewer: string;
  approver: string;
  approval: string;
  claimed_cm2: number;
  version: number;
}
export interface Polygon {
  type: 'Polygon';
  coordinates: number[][][];
}
export interface Neighbour {
  code: string;
  geometry: Polygon;
  overlap_cm2: number;
}
export interface Check {
  name: string;
  zh: string;
  en: string;
  passed: boolean;
  reason: string;
}
export interface Task extends TaskRow {
  geometry: Polygon | null;
  srs: number;
  measured_cm2: number;
  neighbours: Neighbour[];
  checks: Check[];
  passed: boolean;
}
export const listTasks = async (state: string): Promise<TaskRow[]> => (await get<{ rows: TaskRow[] }>(path('tasks') + query({ state: state || undefined }))).rows;
export const getTask = (id: string): Promise<Task> => get(path('tasks', id));
export const review = (t: Task, verdict: string, opinion: string): Promise<unknown> => post(path('tasks', t.id, 'review'), { version: t.version, verdict, opinion });
export const approve = (t: Task, agree: boolean, opinion: string): Promise<unknown> => post(path('tasks', t.id, 'approve'), { version: t.version, agree, opinion });
export interface Order {
  reason: string;
  use: string;
  mark: string;
  medium: string;
}
export const stageDisc = (order: Order): Promise<{ disc: string; discs: string[]; bundles: number; left: number }> => post(path('discs'), { ...order });
