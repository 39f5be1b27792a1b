// 缴费: what an application owes and what became of it (fee, tax, payment of GET /api/applications/:id), and what may be done about it.
import { path, post } from '@sanwang/ui';
import type { components } from '@sanwang/api/intaked';
import type { Application } from './portal';

type Schemas = components['schemas'];
export type Fee = Schemas['ApplicationFee'];
export type Tax = Schemas['Taxes'];
export type PaymentReceipt = Schemas['PaymentReceipt'];
export type Payment = Schemas['Payment'];

export const openPayment = (id: string): Promise<{ url: string; order: string }> => post(path('applications', id, 'payment'));
export const checkPayment = (id: string): Promise<Application> => post(path('applications', id, 'payment', 'check'));
export const billUrl = (id: string, number: string): string => path('applications', id, 'bills', number);
