import { readFileSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { ApiError, lang } from '@sanwang/ui';
import { bytesOf, outdated, refusalErrors, refusalText } from './refusals';

afterEach(() => (lang.value = 'zh'));
const e = (code: string, detail = '', status = 409): ApiError => new ApiError(status, code, detail);

test('what blocks is told in the words of the rule', () => {
  const seized = 'SEIZED: 不动产已被查封,查封期间不予办理; the unit is under seizure 示例市人民法院 (2026)示例执字第1号 (2026-01-01—2028-12-31)';
  expect(refusalText(e('BLOCKED', seized))).toBe('不动产已被查封,查封期间不予办理');
  lang.value = 'en';
  expect(refusalText(e('BLOCKED', seized))).toContain('under seizure 示例市人民法院');
});

test.each([
  ['APPROVAL', 'who reviewed the case cannot enter it', '须由初审人以外的人员办理'],
  ['TAX', 'the tax voucher 完税凭证 is missing', '先税后证'],
  ['BLOCKED', 'NOT-HOLDER: 申请人、义务人不是登记簿记载的权利人; the parties are not the registered holders 1', '不是登记簿记载的权利人'],
  ['BLOCKED', 'something new', 'something new'],
  ['STATE', 'the cadastral review 权籍审核 has not passed', '权籍审核尚未通过'],
  ['STATE', 'not possible while the case is entry (已登簿)', '当前状态下不能'],
  ['DENIED', '', '没有权限']
])('%s %s', (code, detail, words) => expect(refusalText(e(code, detail))).toContain(words));

test('a refusal that names a field is shown at the field', () => {
  expect(refusalErrors(e('EXISTS', 'voucher_no: this voucher was entered before'), 'tax')[0]).toMatchObject({ field: 'tax-voucher' });
  expect(refusalErrors(e('EXISTS', 'already there'), 'tax')[0]).toMatchObject({ field: 'tax-voucher', text: expect.stringContaining('其他办件') });
  expect(refusalErrors(e('SCHEMA', 'reason: longer than 500 bytes', 422))[0]).toMatchObject({ field: 'act-text', text: expect.stringContaining('160') });
  expect(refusalErrors(e('TAX', 'the tax voucher 完税凭证 is missing'))[0]!.field).toBe('');
});

test('after these the case is shown anew', () => {
  expect(outdated(e('CONFLICT'))).toBe(true);
  expect(outdated(e('STATE'))).toBe(true);
  expect(outdated(e('BLOCKED'))).toBe(false);
});

test('texts are measured as the daemon does', () => expect(bytesOf('材料a')).toBe(7));

// The words of the daemon that are recognised above must still be its words.
test.each([
  ['zones/extranet/domain/entry_plan.c', '"%s: %s; %s %.100s"'],
  ['zones/extranet/domain/block_rules.c', '不动产已被查封,查封期间不予办理'],
  ['zones/extranet/domain/case_state.c', 'the cadastral review'],
  ['zones/extranet/domain/case_state.c', 'takes no graphics'],
  ['zones/extranet/api/case_actions.c', 'voucher_no: this voucher was entered before'],
  ['zones/extranet/api/graphics.c', 'the file is empty']
])('%s says: %s', (file, words) => expect(readFileSync(file, 'utf8')).toContain(words));
