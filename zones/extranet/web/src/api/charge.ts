// 登记费 of a case (GET /api/cases/:id/fee and what may be done with it).
import { get, path, post } from '@sanwang/ui';
import type { components } from '@sanwang/api/registryd';

type Schemas = components['schemas'];
export type FeeLine = Schemas['FeeLine'];
export type FeeStep = Schemas['FeeStep'];
export type Fee = Schemas['Fee'];

export type FeeState = 'free' | 'due' | 'asked' | 'waived' | 'paid' | 'cancelled' | 'refund' | 'refunded';
export type FeeAct = 'pay' | 'refund' | 'waiver' | 'waiver/confirm' | 'waiver/refuse';
// Taxes as the tax office assessed them, paid together with the fee 统缴.
export type TaxDue = Schemas['TaxDue'];
export type TaxRound = Schemas['TaxRound'];
export const getFee = (id: string): Promise<{ fee: Fee | null; tax: TaxDue | null }> => get(path('cases', id, 'fee'));
export const assessTax = async (id: string, declaration: string, amount_cents: number): Promise<TaxDue> => (await post<{ tax: TaxDue }>(path('cases', id, 'tax', 'assessment'), { declaration, amount_cents })).tax;
export const feeAct = async (id: string, act: FeeAct, body: Record<string, unknown>): Promise<Fee> => (await post<{ fee: Fee }>(path('cases', id, 'fee', ...act.split('/')), body)).fee;
export const refundTax = async (id: string, receipt: string, amount_cents: number): Promise<TaxDue> => (await post<{ tax: TaxDue }>(path('cases', id, 'tax', 'refund'), { receipt, amount_cents })).tax;
