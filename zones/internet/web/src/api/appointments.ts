// Appointments: an office's hours, one's own; the office answers over the gap within seconds.
import { get, path, post, put } from '@sanwang/ui';
import type { components } from '@sanwang/api/intaked';

type Schemas = components['schemas'];
export type Hour = Schemas['Hour'];
export type Appointment = Schemas['Appointment'];

export type AppointmentState = 'requested' | 'booked' | 'refused' | 'cancelling' | 'cancelled' | 'attended' | 'absent';

export const listHours = async (division: string): Promise<Hour[]> => (await get<{ rows: Hour[] }>(`${path('appointments', 'hours')}?division=${encodeURIComponent(division)}`)).rows;
export const ownAppointments = async (): Promise<Appointment[]> => (await get<{ rows: Appointment[] }>(path('appointments'))).rows;
// The id is the client's: sent again on a bad line it stays one appointment.
export const askFor = (id: string, wish: { division: string; day: string; start: string; business: string; application?: string }): Promise<unknown> => put(path('appointments', id), wish);
export const giveBack = (id: string): Promise<unknown> => post(path('appointments', id, 'cancel'));
export const calendarUrl = (id: string): string => path('appointments', id, 'calendar.ics');
