import { expect, test } from 'vitest';
import { cost, workingDay } from './cost';

const b = { fee: { dwelling_cents: 8000, other_cents: 55000, basis: '', codes: [], first: true } };

test.each([
  [true, 1, 1, 8000],
  [false, 1, 1, 55000],
  [true, 2, 3, 18000],
  [true, 0, 0, 8000]
])('dwelling %s, %i pieces, %i certificates cost %i', (dwelling, pieces, copies, cents) => expect(cost(b, dwelling, pieces, copies)).toBe(cents));

test.each([
  ['2026-11-26', 1, '2026-11-27'],
  ['2026-11-27', 1, '2026-11-30'],
  ['2026-11-26', 5, '2026-12-03']
])('from %s, %i working days end on %s', (from, n, to) => expect(workingDay(from, n)).toBe(to));
