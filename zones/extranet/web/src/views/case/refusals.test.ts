import { readFileSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { ApiError, lang } from '@sanwang/ui';
import { bytesOf, outdated, refusalErrors, refusalText } from './refusals';

afterEach(() => (lang.value = 'zh'));
const e = (code: string, detail = '', status = 409): ApiError => new ApiError(status, code, detail);

test('the seizure is told with court and day', () => {
  expect(refusalText(e('BLOCKED', '查封 seizure in force until 2028-12-31 (示例市人民法院)'))).toBe('该不动产已被示例市人民法院查封，期限至 2028-12-31，不能登簿。');
  lang.value = 'en';
  expect(refusalText(e('BLOCKED', '查封 seizure in force until 2028-12-31 (示例市人民法院)'))).toContain('查封 by 示例市人民法院 until 2028-12-31');
});

test.each([
  ['APPROVAL', 'who reviewed the case cannot enter it', '登簿须由审核人以外的人员办理'],
  ['TAX', 'the tax voucher 完税凭证 is missing', '先税后证'],
  ['BLOCKED', 'unit 1: the transferors are not exactly the registered holders', '权利人不一致'],
  ['BLOCKED', 'something new', 'something new'],
  ['STATE', 'the cadastral review 权籍审核 has not passed', '权籍审核尚未通过'],
  ['STATE', 'not possible while the case is entry (已登簿)', '当前状态下不能'],
  ['DENIED', '', '没有权限']
])('%s %s', (code, detail, words) => expect(refusalText(e(code, detail))).toContain(words));

test('a refusal that names a field is shown at the field', () => {
  expect(refusalErrors(e('EXISTS', 'voucher_no: this voucher was entered before'), 'tax')[0]).toMatchObject({ field: 'tax-voucher' });
  expect(refusalErrors(e('EXISTS', 'already there'), 'tax')[0]).toMatchObject({ field: 'tax-voucher', text: expect.stringContaining('其他办件') });
  expect(refusalErrors(e('SCHEMA', 'reason: longer than 500 bytes', 422))[0]).toMatchObject({ field: 'notice-text', text: expect.stringContaining('160') });
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
  ['zones/extranet/store/entry.c', 'no right is registered that could be transferred'],
  ['zones/extranet/store/entry.c', 'not exactly the registered holders'],
  ['zones/extranet/store/entry.c', 'a right is registered already'],
  ['zones/extranet/domain/block.c', '查封 seizure in force until %s (%s)'],
  ['zones/extranet/domain/case_state.c', 'the cadastral review'],
  ['zones/extranet/domain/case_state.c', 'takes no graphics'],
  ['zones/extranet/api/case_actions.c', 'voucher_no: this voucher was entered before'],
  ['zones/extranet/api/graphics.c', 'the file is empty']
])('%s says: %s', (file, words) => expect(readFileSync(file, 'utf8')).toContain(words));
