// The disc ferry's interface as both of its sides offer it (common/service/disc_api.h).
import { get, path, post } from '../request';
import type { components } from '@sanwang/api/common';

type Schemas = components['schemas'];
export type Step = Schemas['DiscStep'];
export type Signature = Schemas['DiscSignature'];
export type Disc = Schemas['Disc'];
export type Blank = Schemas['BlankDisc'];
export type Refusal = Schemas['DiscRefusal'];
export type Ledger = Schemas['Ledger'];
export type Content = Schemas['DiscContent'];
export type Shown = Schemas['DiscShown'];

export interface Sectors {
  bad: number;
  repaired: number;
  total: number;
  map?: [first: number, count: number, state: 'repaired' | 'bad'][];
}

export const listDiscs = (): Promise<Ledger> => get(path('discs'));
export const showDisc = (disc: string): Promise<Shown> => get(path('discs', disc));
export const discAct = (disc: string, action: string, body: Record<string, unknown> = {}): Promise<unknown> => post(path('discs', disc, action), body);
export const scrapBlank = (serial: string, reason: string): Promise<unknown> => post(path('blanks', serial, 'scrap'), { reason });
// Papers are PDF files which the browser shows and prints.
export const paperOf = (disc: string, paper: 'slip' | 'label'): string => path('discs', disc, paper);
export const bookOf = (month: string): string => path('disc-books', month);
