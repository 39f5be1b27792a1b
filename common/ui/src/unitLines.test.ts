import { expect, test } from 'vitest';
import { emptyUnit, unitLinesOf, unitLinesShown, unitLinesText, unitLinesWrong } from './unitLines';

const a = '110101001001GB09001F00010201';
const b = '110101001001GB09001F00010202';
const text = `${a}|201|400000\n${b}|202|605500`;

test('what is read is what is written', () => {
  expect(unitLinesOf(text)).toEqual([{ code: a, room: '201', area: '40' }, { code: b, room: '202', area: '60.55' }]);
  expect(unitLinesText(unitLinesOf(text))).toBe(text);
  expect(unitLinesOf(`${a};${b}`).map((l) => l.code)).toEqual([a, b]);
  expect(unitLinesText([{ code: a, room: '', area: '' }, emptyUnit()])).toBe(a);
});
test('what is typed cannot add lines or columns', () => {
  expect(unitLinesText([{ code: a, room: '2|0\n1;', area: '40' }])).toBe(`${a}|201|400000`);
});
test.each([
  [text, null],
  [a, null],
  ['', null],
  [`${a}|201|400000\n${b.slice(1)}|202|1`, '第 2 个单元：单元代码应为 28 位'],
  [`${a}|201|40 平`, '第 1 个单元：面积应为数字，最多四位小数'],
  [unitLinesText([{ code: a, room: '', area: '40.00001' }]), '第 1 个单元：面积应为数字，最多四位小数']
])('%j: %s', (lines, wrong) => expect(unitLinesWrong(lines)?.[0] ?? null).toBe(wrong));
test('for people', () => expect(unitLinesShown(text)).toEqual([`${a} · 201 · 40.00 m²`, `${b} · 202 · 60.55 m²`]));
