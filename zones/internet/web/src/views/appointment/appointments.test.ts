import { expect, test } from 'vitest';
import { daysOf, waits } from './appointments';

const hour = (day: string, start: string, free: number) => ({ day, start, finish: '', quota: 9, free });

test('hours are gathered by day, with their weekday and what is free', () => {
  const days = daysOf([hour('2026-11-30', '09:00', 1), hour('2026-11-30', '10:00', 2), hour('2026-12-06', '09:00', -1)]);
  expect(days.map((d) => [d.day, d.weekday[0], d.free])).toEqual([['2026-11-30', '星期一', 3], ['2026-12-06', '星期日', 0]]);
});

test('what the office has not answered waits', () => {
  const of = (state: 'requested' | 'booked' | 'cancelling') => ({ id: '', business: '', division: '', day: '', start: '', state, number: '', reason: '', application: '' });
  expect([of('requested'), of('booked'), of('cancelling')].map(waits)).toEqual([true, false, true]);
});
