import { expect, test } from 'vitest';
import { area, bytes, date, dateTime, daysUntil, fixed, money, parseFixed, share, unitCode } from './format';

test.each([
  ['5000000', 2, 500000000],
  ['5,000,000.5', 2, 500000050],
  ['５０．２５', 2, 5025],
  ['0', 2, 0],
  ['1.234', 2, null],
  ['-1', 2, null],
  ['1e5', 2, null],
  ['', 2, null],
  ['99999999999999', 2, null]
])('%s with %d places is %s', (text, places, value) => expect(parseFixed(text, places)).toBe(value));

test('amounts are shown exactly', () => {
  expect(money(500000050)).toBe('¥5,000,000.50');
  expect(fixed(-5, 2)).toBe('-0.05');
  expect(area(895000)).toBe('89.50 m²');
  expect(bytes(1536)).toBe('1.5 KiB');
});

test('times are Chinese time, dates stay the same day', () => {
  expect(dateTime('2026-01-31T16:30:00.000Z')).toMatch(/2026\/02\/01 00:30/);
  expect(date('2026-02-01')).toBe('2026年2月1日');
  expect(dateTime('not a time')).toBe('not a time');
});

test('days are counted by the calendar', () => {
  expect(daysUntil('2026-02-03', Date.parse('2026-02-01T15:59:00Z'))).toBe(2);
  expect(daysUntil('2026-02-03', Date.parse('2026-02-01T16:01:00Z'))).toBe(1);
  expect(daysUntil('2026-01-31', Date.parse('2026-02-01T00:00:00Z'))).toBe(-1);
});

test('codes and shares', () => {
  expect(unitCode('110101001001GB00001F00010001')).toBe('110101 001001 GB00001 F00010001');
  expect(share(1, 1)).toBe('1');
  expect(share(1, 3)).toBe('1/3');
});
