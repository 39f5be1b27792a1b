import { expect, test } from 'vitest';
import type { Issued, OwnIssued } from '../../api/documents';
import { readSealed } from '../certificate/sealed';
import { matches, sealedText, sorted } from './documents';

const paper = (kind: string, number: string, at: string): Issued => ({ kind, number, at, zh: '受理通知书', en: 'Notice of acceptance', statement: '{"number":"1"}', signature: 's', seal_certificate: 'c' });
const row: OwnIssued = { application: 'a', business: 'x', business_zh: '存量房转移登记', business_en: 'Transfer of an existing flat', case_number: '1101012026112700001', updated: '', documents: [] };

test('certificates first, then notices, newest first', () => {
  const list = [paper('notice-acceptance', '1', '2026-01-01'), paper('certificate-title', '2', '2026-01-02'), paper('notice-fee', '3', '2026-01-03'), paper('certificate-proof', '4', '2026-01-04')];
  expect(sorted(list).map((d) => d.number)).toEqual(['4', '2', '3', '1']);
  expect(list[0]?.number).toBe('1');
});

test('found by words of either language and by numbers', () => {
  const d = paper('notice-acceptance', '110101-SL00001', '');
  for (const words of ['', '受理', 'transfer acceptance', 'SL00001', '00001 存量房']) expect(matches(row, d, words)).toBe(true);
  expect(matches(row, d, '抵押')).toBe(false);
  expect(matches(row, null, '回执')).toBe(true);
  expect(matches(row, null, '受理')).toBe(false);
});

test('what is kept of a paper is read by the verification page', () => {
  expect(readSealed(sealedText(paper('notice-fee', '1', '')))).toEqual({ certificate: '{"number":"1"}', signature: 's', seal_certificate: 'c' });
});
