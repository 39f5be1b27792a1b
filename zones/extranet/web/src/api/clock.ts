// This machine's clock, which entries are dated by, and an officer's word on it.
import { get, path, post } from '@sanwang/ui';
import type { components } from '@sanwang/api/registryd';

export type Clock = components['schemas']['Clock'];

export const loadClock = (): Promise<Clock> => get<Clock>(path('clock'));
export const settleClock = (reason: string): Promise<Clock> => post<Clock>(path('clock', 'settle'), { reason });
