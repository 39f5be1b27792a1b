// 登记费 of a case (GET /api/cases/:id/fee and what may be done with it).
import { get, path, post } from '@sanwang/ui';
import type { components } from '@sanwang/api/registryd';

type Schemas = components['schemas'];
export type FeeLine = Schemas['FeeLine'];
export type FeeStep = Schemas['FeeStep'];
export type Fee = Schemas['Fee'];

export type FeeState = 'free' | 'due' | 'asked' | 'waived' | 'paid' | 'cancelled' | 'refund' | 'refunded';
export type FeeAct = 'pay' | 'refund' | 'waiver' | 'waiver/confirm' | 'waiver/refuse';
export const getFee = async (id: string): Promise<Fee | null> => (await get<{ fee: Fee | null }>(path('cases', id, 'fee'))).fee;
export const feeAct = async (id: string, act: FeeAct, body: Record<string, unknown>): Promise<Fee> => (await post<{ fee: Fee }>(path('cases', id, 'fee', ...act.split('/')), body)).fee;
