import { expect, test } from 'vitest';
import type { Disc } from '../../api/cadastre';
import { actionOf, approvalsLeft, lineOf } from './custody';

const disc = (state: string, who: string[] = []): Disc => ({ disc: 'D-20261124-0001', state, approvals: who.map((w) => ({ who: w, at: '' })), steps: [{ state: 'staged', at: '2026-11-24T00:00:00.000Z', by: 'a', note: '' }] }) as unknown as Disc;
const all = (): boolean => true;

test.each([
  [disc('staged'), 'a', 'approve'],
  [disc('staged', ['a']), 'a', null],
  [disc('staged', ['a']), 'b', 'approve'],
  [disc('approved', ['a', 'b']), 'a', 'burn'],
  [disc('burnt', ['a', 'b']), 'a', 'carry'],
  [disc('handed-over', ['a', 'b']), 'a', null]
] as [Disc, string, string | null][])('%o for %s', (d, user, want) => expect(actionOf(d, user, all)).toBe(want));

test('without permission there is nothing to do', () => expect(actionOf(disc('burnt'), 'a', () => false)).toBeNull());

test('approvals and custody', () => {
  expect(approvalsLeft(disc('staged', ['a']))).toBe(1);
  expect(lineOf(disc('staged'))[0]).toMatchObject({ who: 'a', phase: 'now' });
});
