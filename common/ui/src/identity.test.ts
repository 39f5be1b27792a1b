import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { maskId, maskName, residentIdClean, numberValid, residentIdValid, unitCodeClean, unitCodeValid } from './identity';

test.each([
  ['110101199003071091', false],
  ['110101199003071X92', false],
  ['110101199002307393', false],
  ['', false]
])('resident number %s: %s', (text, good) => expect(residentIdValid(text)).toBe(good));

test('a number with the right check character passes, with any other it does not', () => {
  const head = '11010119900307123';
  const good = [...'0123456789X'].filter((c) => residentIdValid(head + c));
  expect(good).toHaveLength(1);
});

test('numbers typed with spaces, full width or a small x are cleaned', () => {
  expect(residentIdClean(' 1101 0119 9003 07109x')).toBe('11010119900307109X');
  expect(unitCodeClean('110101 001001 gb00001 f0001０００1')).toBe('110101001001GB00001F00010001');
});

test.each([
  ['110101001001GB00001F00010001', true],
  ['110101001001GB00001W00000000', true],
  ['110101001001GB00001W00000001', false],
  ['110101001001XX00001F00010001', false],
  ['110101001001GB00001F0001000', false]
])('unit code %s: %s', (text, good) => expect(unitCodeValid(text)).toBe(good));

test('masks are those of the daemons', () => {
  expect(maskId('110101199003071092')).toBe('1101**********1092');
  expect(maskName('张三')).toBe('张*');
  expect(maskName('欧阳小明')).toBe('欧**明');
  expect(maskName('张')).toBe('*');
  expect(readFileSync('common/message/mask.c', 'utf8')).toContain('keep_ends(s, 4, 4, out)');
});

test.each([
  ['7', '91110101MA00000018', true],
  ['7', '91110101MA00000019', false],
  ['7', '91110101MA0000001I', false],
  ['7', '110101199003070011', false],
  ['1', '91110101MA00000018', false],
  [undefined, '110101199003070011', true]
])('a number of kind %s: %s: %s', (kind, text, good) => expect(numberValid(kind, text)).toBe(good));
