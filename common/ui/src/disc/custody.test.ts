import { expect, test } from 'vitest';
import type { Disc } from './api';
import { actionsOf, approvalsLeft, cellsOf, lineOf, nextOf, scanOf, type DiscAction } from './custody';
import { monthOf, monthsOf } from './months';

const step = (state: string, by = 'a') => ({ state, at: '2026-11-24T00:00:00.000Z', by, note: '' });
const made = (state: string, who: string[] = [], signed: string[] = []): Disc =>
  ({ disc: 'D-20261124-0001', state, approvals: who.map((w) => ({ who: w, at: '' })), steps: [step('staged'), step(state)], destruction: signed.length ? { how: 'x', signatures: signed.map((w) => ({ who: w, at: '' })) } : undefined }) as unknown as Disc;
const came = (state: string): Disc => ({ disc: 'D-20261124-0001', state, approvals: [], steps: [step('received'), step(state)] }) as unknown as Disc;
const all = (): boolean => true;

test.each([
  ['staged', made('staged'), 'a', ['approve', 'void'], 'approve'],
  ['staged, by one who approved', made('staged', ['a']), 'a', ['void'], null],
  ['staged, by another', made('staged', ['a']), 'b', ['approve', 'void'], 'approve'],
  ['approved', made('approved', ['a', 'b']), 'a', ['burn', 'void'], 'burn'],
  ['burnt', made('burnt', ['a', 'b']), 'a', ['verify', 'carry', 'void'], 'verify'],
  ['verified', made('verified', ['a', 'b']), 'a', ['verify', 'carry', 'void'], 'carry'],
  ['handed over', made('handed-over', ['a', 'b']), 'a', ['destroy'], null],
  ['void, signed by one', made('void', ['a', 'b'], ['a']), 'a', [], null],
  ['void, for the other', made('void', ['a', 'b'], ['a']), 'b', ['destroy'], null],
  ['received', came('received'), 'a', ['destroy'], null],
  ['imported', came('imported'), 'a', ['archive', 'destroy'], 'archive'],
  ['archived', came('archived'), 'a', ['destroy'], null]
] as [string, Disc, string, DiscAction[], DiscAction | null][])('%s', (_, d, user, want, next) => {
  const actions = actionsOf(d, user, all);
  expect(actions).toEqual(want);
  expect(nextOf(d, actions)).toBe(next);
});

test('without permission there is nothing to do', () => expect(actionsOf(made('burnt'), 'a', () => false)).toEqual([]));

test('approvals and custody, with what is to come', () => {
  expect(approvalsLeft(made('staged', ['a']))).toBe(1);
  expect(lineOf(made('burnt')).map((i) => i.phase)).toEqual(['done', 'now', 'next', 'next']);
  expect(lineOf(made('void')).at(-1)?.phase).toBe('stopped');
});

test.each([
  ['SWDISC1 D-20261124-0001 abcd internal MED-001 F-1', 'slip', 'D-20261124-0001', 'internal', 'MED-001', 'F-1'],
  ['SWDISC1 D-20261124-0001 abcd secret - -', 'slip', 'D-20261124-0001', 'secret', '', ''],
  [' D-20261124-0001 ', 'disc', 'D-20261124-0001', '', '', ''],
  ['ＭＥＤ-001', 'blank', '', '', 'MED-001', ''],
  ['SWDISC1 D-20261124-0001', 'none', '', '', '', ''],
  ['../x', 'none', '', '', '', ''],
  ['', 'none', '', '', '', '']
])('a scanner read "%s"', (text, kind, disc, mark, blank, seal) => expect(scanOf(text)).toMatchObject({ kind, disc, mark, blank, seal }));

test('a cell of the map is as bad as its worst sector', () => {
  const cells = cellsOf({ bad: 4, repaired: 3, total: 3840, map: [[5, 2, 'repaired'], [9, 2, 'repaired'], [19, 1, 'bad'], [18, 1, 'repaired']] });
  expect(cells.length).toBe(384);
  expect(cells.slice(0, 3).map((c) => c.state)).toEqual(['repaired', 'bad', 'good']);
  expect(cells.at(-1)).toMatchObject({ to: 3839, state: 'good' });
});

test('a small disc has a cell for each sector, none beyond its end', () => {
  const cells = cellsOf({ bad: 1, repaired: 0, total: 3, map: [[2, 9, 'bad']] });
  expect(cells.map((c) => c.state)).toEqual(['good', 'good', 'bad']);
});

test('months are those of Chinese time', () => {
  expect(monthOf('2026-11-30T16:00:00.000Z')).toBe('2026-12');
  expect(monthsOf([made('burnt')], '2026-12-10T00:00:00Z')).toEqual(['2026-12', '2026-11']);
});
