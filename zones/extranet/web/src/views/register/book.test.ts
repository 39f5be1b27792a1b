import { expect, test } from 'vitest';
import { cellText, inForce, rowFacts } from './book';

test('a row of the book as it is read', () => {
  const facts = rowFacts({ qlid: 'x', bdcdyh: '110101001001GB00001F00010001', jzmj: 895000, jg: 500000000, yxq_z: null, unheard: 'y' });
  expect(facts.map((f) => [f.key, f.value])).toEqual([['bdcdyh', '110101 001001 GB00001 F00010001'], ['jzmj', '89.50 m²'], ['jg', '¥5,000,000.00']]);
});

test('rights that have ended', () => {
  expect(inForce({ yxq_z: null })).toBe(true);
  expect(inForce({ yxq_z: '2026-11-24T00:00:00.000Z' })).toBe(false);
  expect(cellText('zl', null)).toBe('');
});
