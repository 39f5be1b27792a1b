import { expect, test } from 'vitest';
import { businessName, nameOf, valueText } from './names';

test('codes of the shipped businesses have names, others stay as they are', () => {
  expect(businessName('transfer-existing-flat')).toEqual(['存量房转移登记', 'Transfer of an existing flat']);
  expect(nameOf('transfer-existing-flat', 'fields', 'price_cents')[0]).toBe('成交价格');
  expect(nameOf('transfer-existing-flat', 'materials', 'certificate')[0]).toBe('原不动产权证书');
  expect(nameOf('first-registration', 'roles', 'applicant')).toEqual(['申请人(权利人)', 'Applicant']);
  expect(businessName('unheard-of')).toEqual(['unheard-of', '']);
  expect(nameOf('unheard-of', 'fields', 'x')).toEqual(['x', '']);
});

test('amounts are shown as people write them', () => {
  expect(valueText('price_cents', 500000050)).toBe('¥5,000,000.50');
  expect(valueText('area_cm2', 895000)).toBe('89.50 m²');
  expect(valueText('room', '101')).toBe('101');
  expect(valueText('odd', { a: 1 })).toBe('{"a":1}');
});
