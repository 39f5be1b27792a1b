// Whatever the checks of this zone say of an outline, and the registry of a result, stands in Chinese on a Chinese page. The sentences are taken from where
// they are written: one that is new there and in no catalogue fails here.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { checkReason, refusalReason } from '@sanwang/ui';

const source = (name: string): string => readFileSync(new URL(`../../../../../${name}`, import.meta.url), 'utf8').replace(/"\s*\n\s*"/g, '');
// As a sentence stands there when it is said: a code where a text is put in, a number else.
const filled = (format: string): string =>
  format.replace(/%(?:\.\d+)?s/g, '110101001001GB00001').replace(/%(?:\.?\d+|z|ll)*[du]/g, '12').replace(/%\.\d+f/g, '0.0100');
const sentences = (text: string, call: RegExp): string[] => [...text.matchAll(call)].map((m) => filled(m[1] ?? '')).filter((s) => /[a-z]{3}/.test(s));
const said = [
  ...sentences(source('intranet/domain/check.c').replace(/in->division\s*\?\s*("[^"]*")\s*:\s*("[^"]*")/g, 'said $1); wrong(f, p, $2'), /(?:wrong\(f, (?:p|NULL), (?:"%s", )?|said )"([^"]+)"/g),
  ...sentences(source('intranet/domain/geometry.c'), /err_set\(note,[^"]*"([^"]+)"/g)
];

test('the sentences are found', () => expect(said.length).toBeGreaterThan(15));
test.each(said)('%s', (one) => {
  expect(checkReason(one)).not.toMatch(/[a-z]{3}/);
  expect(checkReason(one)).toMatch(/[一-鿿]/);
});

test.each([
  ['REFUSED: case 1101012026112800001: not possible while it is withdrawn', '按规则不予办理（业务 1101012026112800001 现为“已撤回”，不能采用）'],
  ['REFUSED: body.application: no such case', '按规则不予办理（没有此业务）'],
  ['STATE: the process of this case does not wait for "cadastral" now', '当前状态下不能进行此操作（业务流程现在不等待权籍审核结果）']
])('%s', (text, zh) => expect(refusalReason(text)).toBe(zh));
