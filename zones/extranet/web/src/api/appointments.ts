// Appointments at the window: the day's list and the hours offered.
import { get, path, post, put, query } from '@sanwang/ui';

export interface Offered {
  start: string;
  finish: string;
  quota: number;
}
export interface Hour extends Offered {
  free: number;
}
export interface Appointment {
  id: string;
  number: string;
  start: string;
  business: string;
  source: 'portal' | 'window';
  name: string;
  id_number: string;
  state: 'booked' | 'cancelled' | 'attended' | 'absent';
}

export const appointmentsOf = (day: string): Promise<{ day: string; hours: Hour[]; rows: Appointment[] }> => get(path('appointments') + query({ day }));
export const endAppointment = (id: string, state: 'attended' | 'absent' | 'cancelled'): Promise<unknown> => post(path('appointments', id, 'state'), { state });
export const offerHours = async (from: string, to: string, hours: Offered[]): Promise<string[]> => (await post<{ days: string[] }>(path('appointments', 'hours'), { from, to, hours })).days;
export interface Wish extends Record<string, unknown> {
  day: string;
  start: string;
  business: string;
  name: string;
  id_number: string;
}
// The id is the page's: sent again on a bad line it stays one appointment.
export const book = (id: string, wish: Wish): Promise<{ number: string }> => put(path('appointments', id), wish);
