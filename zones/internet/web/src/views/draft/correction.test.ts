import { expect, test } from 'vitest';
import type { Business, CorrectionItem } from '../../api/portal';
import { confirmable, confirming, itemName, itemQuestion, wordsFor } from './correction';

const b = {
  fields: [{ code: 'price_cents', zh: '成交价格', en: 'Price' }],
  roles: [{ code: 'transferee', zh: '受让方', en: 'Transferee' }],
  materials: [{ code: 'contract', zh: '房屋买卖合同', en: 'Contract' }]
} as unknown as Business;
const item = (kind: CorrectionItem['kind'], code: string, text = ''): CorrectionItem => ({ kind, code, text, done: false, confirmed: false });

test('each item has a name and the question that mends it', () => {
  expect([item('material', 'contract'), item('field', 'price_cents'), item('party', 'transferee'), item('unit', ''), item('other', '')].map((i) => itemName(i, b))).toEqual([
    '房屋买卖合同', '成交价格', '受让方', '不动产单元代码', '其他事项'
  ]);
  expect([item('material', 'contract'), item('field', 'price_cents'), item('party', 'transferee'), item('unit', '')].map(itemQuestion)).toEqual([
    'material-contract', 'field-price_cents', 'role-transferee', 'unit'
  ]);
});

test('the sentences stand at their question', () => {
  expect(wordsFor([item('material', 'contract', '缺第3页'), item('field', 'price_cents', '不一致'), item('material', 'contract', '不清晰')], 'material-contract')).toEqual(['缺第3页', '不清晰']);
  expect(wordsFor([], 'unit')).toEqual([]);
});

test('an entry may be confirmed as it stands, and no longer; a document may not', () => {
  const items = [item('unit', ''), { ...item('field', 'price_cents'), confirmed: true }, item('party', 'transferee'), item('material', 'contract')] as const;
  expect(items.map(confirmable)).toEqual([true, true, true, false]);
  expect(confirming(items, items[0], true)).toEqual(['unit_code', 'fields.price_cents']);
  expect(confirming(items, items[1], false)).toEqual([]);
  expect(confirming(items, items[2], true)).toEqual(['fields.price_cents', 'roles.transferee']);
});
