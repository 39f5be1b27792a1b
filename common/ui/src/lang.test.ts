import { afterEach, expect, test } from 'vitest';
import { fill, further, lang, say, term, words } from './lang';
import { errorText } from './errors';

afterEach(() => (lang.value = 'zh'));

test('values are put in; unknown ones stay visible', () => {
  expect(fill('{n} of {m}', { n: 1 })).toBe('1 of {m}');
});

test('legal terms keep the Chinese word in English', () => {
  expect(term('登簿', 'Entry')).toBe('登簿');
  lang.value = 'en';
  expect(term('登簿', 'Entry')).toBe('Entry 登簿');
  expect(term('登簿', '')).toBe('登簿');
  expect(say(['是', 'yes'])).toBe('yes');
  expect(words({ a: ['{n} 件', '{n} cases'] })('a', { n: 2 })).toBe('2 cases');
});

test('a code unknown to the page is said as a failure, never as success', () => {
  expect(errorText('BUG')).toContain('操作未完成');
  expect(errorText('BLOCKED', 'cfid X')).toContain('cfid X');
  expect(errorText('CONFLICT', 'version 3')).not.toContain('version');
});

test('a further language says what its file has, the rest stays Chinese', () => {
  further.value = { tag: 'ug', name: 'x', dir: 'rtl', texts: { 是: 'ھەئە', '{n} 件': '{n} دانە' } };
  expect(say(['是', 'yes'])).toBe('ھەئە');
  expect(say(['否', 'no'])).toBe('否');
  expect(words({ a: ['{n} 件', '{n} cases'] })('a', { n: 2 })).toBe('2 دانە');
  further.value = null;
  expect(say(['是', 'yes'])).toBe('是');
});
