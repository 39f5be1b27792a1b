import { afterEach, expect, test } from 'vitest';
import { lang } from '@sanwang/ui';
import { bookOf, type Model } from '../../api/registry';
import { bindingLine, bindingOf, codeText, groupsOf, rowFacts } from './book';

afterEach(() => (lang.value = 'zh'));
const column = (code: string, zh: string, show = ''): { code: string; zh: string; en: string; show: string } => ({ code, zh, en: code, show });
const model: Model = {
  tables: [
    { code: 'h', zh: '户', en: 'Unit', class: 0, columns: [column('bsm', '标识码'), column('bdcdyh', '不动产单元代码', 'unit'), column('jzmj', '建筑面积', 'area')] },
    { code: 'fdcq2', zh: '房地产权', en: 'Right', class: 1, columns: [column('bsm', '标识码'), column('djlx', '登记类型', 'djlx'), column('jg', '价格', 'money'), column('dbr', '登簿人', 'by')] },
    { code: 'cfdj', zh: '查封登记', en: 'Seizure', class: 3, columns: [column('cfwh', '查封文号')] }
  ],
  codes: { djlx: [{ code: '200', zh: '转移登记', en: 'Transfer' }], cflx: [{ code: '1', zh: '查封', en: 'Seizure' }], ygdjzl: [{ code: '1', zh: '预售', en: 'Presale' }] }
};
const seizure = { bsm: 9, cflx: '1', cfjg: '示例市人民法院', cfwh: '(2026)示例执字第1号', cfjssj: '2026-12-31' };

test('codes are words; an unknown code is shown as it is', () => {
  expect(codeText(model, 'djlx', '200')).toBe('转移登记');
  expect(codeText(model, 'djlx', '777')).toBe('777');
  lang.value = 'en';
  expect(codeText(model, 'djlx', '200')).toContain('转移登记');
});

test('rows of the book as facts: no keys, no empty values', () => {
  const facts = rowFacts(model, 'fdcq2', { bsm: 4, djlx: '200', jg: 0, dbr: 'import' });
  expect(facts.map((f) => f.value)).toEqual(['转移登记', '历史数据']);
  expect(rowFacts(model, 'h', { bsm: 1, bdcdyh: '110101001001GB00001F00010001', jzmj: 895000 }).map((f) => f.value)).toEqual(['110101 001001 GB00001 F00010001', '89.50 m²']);
});

test('rights stand first, each with its own holders', () => {
  const book = bookOf({ h: [{ bsm: 1, bdcdyh: 'U', jzmj: 1 }], fdcq2: [{ bsm: 4, djlx: '200' }], qlr: [{ bsm: 5, qlbsm: 4 }, { bsm: 6, qlbsm: 7 }], land: { h: [] } });
  const groups = groupsOf(model, book);
  expect(groups.map((g) => g.table.code)).toEqual(['fdcq2', 'h']);
  expect(groups[0]!.holders.map((h) => h.bsm)).toEqual([5]);
});

test('what binds is what the daemon says binds, lapses taken off', () => {
  expect(bindingOf(bookOf({ cfdj: [seizure], binding: {} }))).toHaveLength(0);
  const bound = bindingOf(bookOf({ cfdj: [seizure], binding: { cfdj: [seizure], ygdj: [{ ygdjzl: '1', bdcdjzmh: '证明1' }] } }));
  expect(bound.map((b) => bindingLine(model, b))).toEqual(['查封：示例市人民法院，(2026)示例执字第1号，至 2026年12月31日', '预售：证明1']);
});
