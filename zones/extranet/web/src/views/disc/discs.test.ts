import { expect, test } from 'vitest';
import type { Disc } from '../../api/registry';
import { approvedBy, linesOf } from './discs';

const zero = '0'.repeat(64);
const disc = (name: string, prev: string): Disc => ({
  disc: name, state: 'imported', created: '', reason: '', bundles: 1, size: 1, digest: `id-${name}`, prev,
  approvals: [{ who: 'officer1', at: '' }, { who: 'officer2', at: '' }], steps: [{ state: 'importing', at: 'a', by: 'x', note: '' }, { state: 'imported', at: 'b', by: 'x', note: '' }]
});

test('newest on top, each after the one before it', () => {
  const lines = linesOf({ rows: [disc('D1', zero), disc('D2', 'id-D1')], missing: [] });
  expect(lines.map((l) => [l.disc, l.after, l.gap, l.imported])).toEqual([['D2', 'D1', false, 'b'], ['D1', '', false, 'b']]);
});

test('a disc that follows one that never came is marked', () => {
  const lines = linesOf({ rows: [disc('D1', zero), disc('D3', 'id-D2')], missing: [{ identity: 'id-D2', before: 'D3' }] });
  expect(lines.map((l) => [l.disc, l.gap])).toEqual([['D3', true], ['D1', false]]);
});

test('both who approved are named', () => expect(approvedBy(disc('D', zero))).toBe('officer1、officer2'));
