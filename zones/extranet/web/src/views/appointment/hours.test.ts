import { expect, test } from 'vitest';
import { hourLines } from './hours';

test('hours are read as typed, full width too', () => {
  expect(hourLines('09:00-10:00 4\n\n１４：００－１５：００ 12')).toEqual([
    { start: '09:00', finish: '10:00', quota: 4 },
    { start: '14:00', finish: '15:00', quota: 12 }
  ]);
});

test('the first line that is none is named', () => {
  expect(hourLines('09:00-10:00 4\n9-10 4')).toBe(2);
  expect(hourLines('10:00-09:00 4')).toBe(1);
  expect(hourLines('')).toBe(1);
});
