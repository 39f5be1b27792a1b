// The cadastre's interface as the pages use it (GET /api/openapi.json of cadastred).
import { get, path, post, query } from '@sanwang/ui';
import type { components } from '@sanwang/api/cadastred';

type Schemas = components['schemas'];
export type TaskRow = Schemas['TaskRow'];
export type Polygon = Schemas['Polygon'];
export type TaskParcel = Schemas['TaskParcel'];
export type Neighbour = Schemas['Neighbour'];
export type Check = Schemas['TaskCheck'];
export type Task = Schemas['Task'];
export type Order = Schemas['DiscOrder'];

export const listTasks = async (state: string): Promise<TaskRow[]> => (await get<{ rows: TaskRow[] }>(path('tasks') + query({ state: state || undefined }))).rows;
export const getTask = (id: string): Promise<Task> => get(path('tasks', id));
export const review = (t: Task, verdict: string, opinion: string): Promise<unknown> => post(path('tasks', t.id, 'review'), { version: t.version, verdict, opinion });
export const approve = (t: Task, agree: boolean, opinion: string): Promise<unknown> => post(path('tasks', t.id, 'approve'), { version: t.version, agree, opinion });
export const stageDisc = (order: Order): Promise<{ disc: string; discs: string[]; bundles: number; left: number }> => post(path('discs'), { ...order });
