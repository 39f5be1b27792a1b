// Messages to the national platform: a day's account, the refused ones.
import { get, path, post, query } from '@sanwang/ui';

export interface AccessRow {
  right: string;
  right_zh: string;
  right_en: string;
  registration: string;
  registration_zh: string;
  registration_en: string;
  entries: number;
  titles: number;
  proofs: number;
  messages: number;
  message_titles: number;
  message_proofs: number;
}
export interface AccessDay {
  day: string;
  connected: boolean;
  rows: AccessRow[];
  states: Record<'produced' | 'handed' | 'accepted' | 'refused', number>;
  differences: { xh?: number; id?: string; what: string }[];
  log: { state: 'produced' | 'handed' | 'accepted' | 'refused'; entries: number; code: string; said: string; made_at: string } | null;
}
export interface AccessMessage {
  id: string;
  ywh: string;
  unit: string;
  code: string;
  said: string;
  answered_at: string;
}
export const accessDay = (day: string): Promise<AccessDay> => get(path('register', 'daily') + query({ day }));
export const accessMessages = async (state: string): Promise<AccessMessage[]> => (await get<{ rows: AccessMessage[] }>(path('access', 'messages') + query({ state }))).rows;
export const sendAgain = (id: string, reason: string): Promise<unknown> => post(path('access', 'messages', id, 'again'), { reason });
