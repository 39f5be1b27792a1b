// Accounts that people make themselves, the own account, the user notice, and the window's confirmation.
import { get, path, post, remove } from '@sanwang/ui';

export type Purpose = 'register' | 'recover';
export interface Person {
  level: 'platform' | 'phone' | 'window' | 'face';
  phone: string;
  proved: string;
  notices: { version: number; at: string }[];
  notice: { version: number; accepted: boolean };
  mail: { address: string; pending: string; offered: boolean };
  channels: { sms: boolean; mail: boolean };
}
export interface Session {
  begun: string;
  seen: string;
  address: string;
  this: boolean;
}

export const askCode = (phone: string, purpose: Purpose): Promise<{ minutes: number }> => post(path('registration', 'code'), { phone, purpose });
export const register = (phone: string, code: string, name: string, password: string, notice: number): Promise<unknown> =>
  post(path('registration'), { phone, code, name, password, notice });
export const recover = (phone: string, code: string, password: string): Promise<unknown> => post(path('recovery'), { phone, code, password });
export const getPerson = (): Promise<Person> => get(path('person'));
export const proveByFace = (id_number: string, image: string): Promise<{ matches: boolean }> => post(path('person', 'face'), { id_number, image });
// A code goes to the address; it counts once the code was told.
export const askMail = (address: string): Promise<unknown> => post(path('person', 'mail'), { address });
export const confirmMail = (code: string): Promise<unknown> => post(path('person', 'mail', 'confirm'), { code });
export const removeMail = (): Promise<unknown> => remove(path('person', 'mail'));
export const setChannels = (sms: boolean, mail: boolean): Promise<unknown> => post(path('person', 'channels'), { sms, mail });
export const acceptNotice = (version: number): Promise<unknown> => post(path('person', 'notice'), { version });
export const listSessions = async (): Promise<Session[]> => (await get<{ rows: Session[] }>(path('sessions'))).rows;
export const endOthers = (): Promise<unknown> => remove(path('sessions'));
export const confirmPerson = (phone: string, name: string, id_number: string): Promise<unknown> => post(path('desk', 'people', 'confirm'), { phone, name, id_number });
