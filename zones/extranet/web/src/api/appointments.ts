// Appointments at the window: the day's list and the hours offered.
import { get, path, post, put, query } from '@sanwang/ui';
import type { components } from '@sanwang/api/registryd';

type Schemas = components['schemas'];
export type Offered = Schemas['Offered'];
export type Hour = Schemas['Hour'];
export type Appointment = Schemas['Appointment'];
export type Wish = Schemas['AppointmentWish'];


export const appointmentsOf = (day: string): Promise<{ day: string; hours: Hour[]; rows: Appointment[] }> => get(path('appointments') + query({ day }));
export const endAppointment = (id: string, state: 'attended' | 'absent' | 'cancelled'): Promise<unknown> => post(path('appointments', id, 'state'), { state });
export const offerHours = async (from: string, to: string, hours: Offered[]): Promise<string[]> => (await post<{ days: string[] }>(path('appointments', 'hours'), { from, to, hours })).days;
// The id is the page's: sent again on a bad line it stays one appointment.
export const book = (id: string, wish: Wish): Promise<{ number: string }> => put(path('appointments', id), wish);
