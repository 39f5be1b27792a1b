// 登记费 of a case (GET /api/cases/:id/fee and what may be done with it).
import { get, path, post } from '@sanwang/ui';

export interface FeeLine {
  code: string;
  zh: string;
  en: string;
  basis: string;
  count: number;
  each_cents: number;
  relief: string;
  relief_zh: string;
  relief_en: string;
  amount_cents: number;
}
export type FeeState = 'free' | 'due' | 'asked' | 'waived' | 'paid' | 'cancelled' | 'refund' | 'refunded';
export interface FeeStep {
  state: FeeState;
  at: string;
  by: string;
  reason: string;
  receipt: string;
}
export interface Fee {
  number: string;
  state: FeeState;
  amount_cents: number;
  table: number;
  reckoned: string;
  lines: FeeLine[];
  reliefs: { code: string; why: string; by: string }[];
  steps: FeeStep[];
}
export type FeeAct = 'pay' | 'refund' | 'waiver' | 'waiver/confirm' | 'waiver/refuse';
export const getFee = async (id: string): Promise<Fee | null> => (await get<{ fee: Fee | null }>(path('cases', id, 'fee'))).fee;
export const feeAct = async (id: string, act: FeeAct, body: Record<string, unknown>): Promise<Fee> => (await post<{ fee: Fee }>(path('cases', id, 'fee', ...act.split('/')), body)).fee;
