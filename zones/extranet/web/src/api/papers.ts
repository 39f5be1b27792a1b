// Numbered blanks of certificates 空白证书, and the archive of closed cases 档案.
import { get, path, post, query } from '@sanwang/ui';
import type { components } from '@sanwang/api/registryd';

type Schemas = components['schemas'];
export type Blank = Schemas['Blank'];
export type BlankRow = Schemas['BlankRow'];
export type Balance = Schemas['Balance'];
export type BlankRange = Schemas['BlankRange'];
export type ArchiveRow = Schemas['ArchiveRow'];
export type Lending = Schemas['Lending'];

export const stockOf = (state: string, after = ''): Promise<Schemas['Stationery']> => get(path('stationery') + query({ state, after }));
export const takeBlanks = (range: BlankRange): Promise<Schemas['Stationery']> => post(path('stationery'), { ...range });
export const blankOf = (serial: string): Promise<Blank> => get(path('stationery', serial));
export const printOn = (serial: string, paper: string): Promise<Blank> => post(path('stationery', serial, 'print'), { paper });
export const handOver = (serial: string, to: string): Promise<Blank> => post(path('stationery', serial, 'hand-over'), { to });
export const spoil = (serial: string, reason: string): Promise<Blank> => post(path('stationery', serial, 'spoil'), { reason });
// Opening it is a look that the daemon records.
export const sheetUrl = (serial: string): string => path('stationery', serial, 'sheet');

export interface Wanted extends Record<string, string> {
  number: string;
  unit: string;
  words: string;
  from: string;
  to: string;
}
export const findArchived = async (w: Wanted, after = ''): Promise<ArchiveRow[]> => (await get<Schemas['ArchiveList']>(path('archive') + query({ ...w, after }))).rows;
export const lendingsOf = async (id: string): Promise<Lending[]> => (await get<Schemas['LendingList']>(path('archive', id, 'lendings'))).rows;
export const lentOut = async (): Promise<Lending[]> => (await get<Schemas['LendingList']>(path('archive-out'))).rows;
export const lend = (id: string, loan: Schemas['LendingAsked']): Promise<unknown> => post(path('archive', id, 'lend'), { ...loan });
export const takeBack = (id: string): Promise<unknown> => post(path('archive', id, 'return'));
export const packageUrl = (id: string): string => path('archive', id, 'package');

// 领证方式 and 邮寄.
export type CaseDelivery = Schemas['CaseDelivery'];
export type Mailing = Schemas['Mailing'];
export type MailingTask = Schemas['MailingTask'];
export type MailingLabel = Schemas['MailingLabel'];
export const mailingTasks = (): Promise<Schemas['MailingTasks']> => get(path('mailings'));
export const deliveryOf = (by: string): Promise<CaseDelivery> => get(path('cases', by, 'delivery'));
export const setDelivery = (id: string, chosen: Schemas['DeliverySet']): Promise<CaseDelivery> => post(path('cases', id, 'delivery'), { ...chosen });
export const mailingOrder = (id: string): Promise<CaseDelivery> => post(path('cases', id, 'mailing'));
export const mailingAct = (id: string, act: 'post' | 'cancel' | 'keep' | 'spoil', text: string): Promise<CaseDelivery> => post(path('mailings', id, act), act === 'post' ? { waybill: text } : { reason: text });
// Opening it is a look that the daemon records.
export const labelOf = (id: string): Promise<MailingLabel> => get(path('mailings', id, 'label'));
