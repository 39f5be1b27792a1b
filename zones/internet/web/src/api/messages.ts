// 站内消息, and the operators' desk: how the portal runs, what stands still, word to applicants.
import { get, path, post, type LinkState } from '@sanwang/ui';
import type { components } from '@sanwang/api/intaked';

type Schemas = components['schemas'];
export type Message = Schemas['Message'];
export type Stuck = Schemas['Stuck'];
export type Why = Stuck['why'];
export type Template = Schemas['DeskMessage']['template'];
export type Connector = Schemas['Connector'];
export interface Health {
  links: Record<string, LinkState>;
  connectors: Record<string, Connector>;
  disk: { free_bytes: number; all_bytes: number };
  sms: Record<string, number>;
  states: Record<string, number>;
}

export const listMessages = async (): Promise<Message[]> => (await get<{ rows: Message[] }>(path('messages'))).rows;
export const seeMessage = (id: string): Promise<unknown> => post(path('messages', id, 'seen'));
export const deskHealth = (): Promise<Health> => get(path('desk', 'health'));
export const listStuck = async (): Promise<Stuck[]> => (await get<{ rows: Stuck[] }>(path('desk', 'stuck'))).rows;
export const tell = (application: string, template: Template, text: string, sms: boolean): Promise<{ sms: number }> =>
  post(path('desk', 'applications', application, 'messages'), { template, text, sms });
