// Hours as days, and which appointments wait for the office.
import type { Text } from '@sanwang/ui';
import type { Appointment, Hour } from '../../api/appointments';

export interface Day {
  day: string;
  weekday: Text;
  free: number;
}
const weekdays: Text[] = [
  ['星期日', 'Sunday'], ['星期一', 'Monday'], ['星期二', 'Tuesday'], ['星期三', 'Wednesday'], ['星期四', 'Thursday'], ['星期五', 'Friday'], ['星期六', 'Saturday']
];

export function daysOf(hours: readonly Hour[]): Day[] {
  const out: Day[] = [];
  for (const h of hours) {
    const last = out.at(-1);
    if (last?.day === h.day) last.free += Math.max(0, h.free);
    else out.push({ day: h.day, weekday: weekdays[new Date(`${h.day}T00:00:00Z`).getUTCDay()]!, free: Math.max(0, h.free) });
  }
  return out;
}

export const waits = (a: Appointment): boolean => a.state === 'requested' || a.state === 'cancelling';
