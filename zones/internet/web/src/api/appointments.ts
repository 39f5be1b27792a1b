// Appointments: the office's hours, one's own; the office answers over the gap within seconds.
import { get, path, post, put } from '@sanwang/ui';

export interface Hour {
  day: string;
  start: string;
  finish: string;
  quota: number;
  free: number;
}
export type AppointmentState = 'requested' | 'booked' | 'refused' | 'cancelling' | 'cancelled' | 'attended' | 'absent';
export interface Appointment {
  id: string;
  business: string;
  day: string;
  start: string;
  state: AppointmentState;
  number: string;
  reason: string;
}

export const listHours = async (): Promise<Hour[]> => (await get<{ rows: Hour[] }>(path('appointments', 'hours'))).rows;
export const ownAppointments = async (): Promise<Appointment[]> => (await get<{ rows: Appointment[] }>(path('appointments'))).rows;
// The id is the client's: sent again on a bad line it stays one appointment.
export const askFor = (id: string, wish: { day: string; start: string; business: string }): Promise<unknown> => put(path('appointments', id), wish);
export const giveBack = (id: string): Promise<unknown> => post(path('appointments', id, 'cancel'));
export const calendarUrl = (id: string): string => path('appointments', id, 'calendar.ics');
