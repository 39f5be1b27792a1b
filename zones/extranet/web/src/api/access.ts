// Messages to the national platform: a day's account, the refused ones.
import { get, path, post, query } from '@sanwang/ui';
import type { components } from '@sanwang/api/registryd';

type Schemas = components['schemas'];
export type AccessRow = Schemas['AccessRow'];
export type AccessDay = Schemas['AccessDay'];
export type AccessMessage = Schemas['AccessMessage'];

export const accessDay = (day: string): Promise<AccessDay> => get(path('register', 'daily') + query({ day }));
export const accessMessages = async (state: string): Promise<AccessMessage[]> => (await get<{ rows: AccessMessage[] }>(path('access', 'messages') + query({ state }))).rows;
export const sendAgain = (id: string, reason: string): Promise<unknown> => post(path('access', 'messages', id, 'again'), { reason });
