import { afterEach, expect, test } from 'vitest';
import { lang } from '@sanwang/ui';
import { inForce, registrationText, rightText, rowFacts, seizureLine } from './book';

afterEach(() => (lang.value = 'zh'));
const seizure = { cflx: '1', cfjg: '示例市人民法院', cfwh: '(2026)示例执字第1号', cfqssj: '2026-01-01', cfjssj: '2026-12-31' };

test('codes are words; an unknown code is shown as it is', () => {
  expect(registrationText('200')).toBe('转移登记');
  expect(registrationText('777')).toBe('777');
  lang.value = 'en';
  expect(rightText('4')).toContain('国有建设用地使用权/房屋所有权');
});

test('rows of the book as facts', () => {
  const facts = rowFacts('fdcq2', { qllx: '4', bdcqzh: '京(2026)东城区不动产权第0000001号', gyfs: '0', djlx: '100', djyy: '首次登记', jg: 0, djsj: '', dbr: 'import', ywh: 'import' });
  const value = (key: string): string => facts.find((f) => f.key === key)!.value;
  expect(value('gyfs')).toBe('单独所有');
  expect(value('jg')).toBe('');
  expect(value('dbr')).toBe('历史数据');
  expect(rowFacts('h', { bdcdyh: '110101001001GB00001F00010001', jzmj: 895000 }).map((f) => f.value).slice(0, 4)).toEqual(['110101 001001 GB00001 F00010001', '', '', '89.50 m²']);
});

test.each([
  ['2025-12-31T15:59:00Z', 0],
  ['2025-12-31T16:00:00Z', 1],
  ['2026-12-31T15:59:00Z', 1],
  ['2026-12-31T16:00:00Z', 0]
])('at %s %i seizures bind', (now, n) => expect(inForce({ cfdj: [seizure] }, Date.parse(now))).toHaveLength(n));

test('a seizure in one line', () => expect(seizureLine(seizure)).toBe('查封：示例市人民法院，(2026)示例执字第1号，至 2026年12月31日'));
