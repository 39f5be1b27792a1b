import { expect, test } from 'vitest';
import { aboutOf, readCode, readNumber, readReceipt, readSealed, sealedFacts } from './sealed';

const sealed = { certificate: '{}', signature: 's', seal_certificate: 'c' };

test('only the three texts are read', () => {
  expect(readSealed(JSON.stringify({ ...sealed, extra: 1 }))).toEqual(sealed);
  expect(readSealed('{"certificate":1}')).toBeNull();
  expect(readSealed('[]')).toBeNull();
  expect(readSealed('not json')).toBeNull();
});

test('what a certificate says', () => {
  const facts = sealedFacts(JSON.stringify({ number: '京(2026)东城区不动产权第0000001号', holders: [{ name: '张三', id_number_masked: '1101**********1091', share_num: 1, share_den: 2 }], area_cm2: 895000 }));
  expect(facts.find((f) => f.key === 'holders')?.value).toBe('张三 1101**********1091 · 份额 1/2');
  expect(facts.find((f) => f.key === 'area')?.value).toBe('89.50 m²');
  expect(sealedFacts(JSON.stringify({ holders: [{ name: '张三', id_number_masked: '1101', share_num: 1, share_den: 1 }] })).find((f) => f.key === 'holders')?.value).toBe('张三 1101');
  expect(sealedFacts('x')).toEqual([]);
});

test('the code of a receipt', () => {
  const id = '01890000-0000-7000-8000-000000000000';
  expect(readReceipt(` SANWANG;receipt;${id};${'a'.repeat(64)}\n`)).toEqual({ id, digest: 'a'.repeat(64) });
  expect(readReceipt(`SANWANG;receipt;${id};${'a'.repeat(63)}`)).toBeNull();
  expect(readReceipt('{}')).toBeNull();
});

test('the code on a paper, and what the register is asked with', () => {
  expect(readCode(`SANWANG;京(2026)东城区不动产权第0000001号;${'b'.repeat(64)}`)).toEqual({ number: '京(2026)东城区不动产权第0000001号', digest: 'b'.repeat(64) });
  expect(readCode(`SANWANG;receipt;x;${'b'.repeat(64)}`)).toBeNull();
  expect(readCode('SANWANG;第1号;abc')).toBeNull();
  expect(aboutOf('{"number":"1","facts":"f","pdf":"p"}')).toBe('1;f');
  expect(aboutOf('{"number":"1","pdf":"p"}')).toBe('-;p');
  expect(readSealed('{"statement":"{}","signature":"s","seal_certificate":"c"}')).toEqual({ certificate: '{}', signature: 's', seal_certificate: 'c' });
});

test('a number by itself, and nothing that is more', () => {
  expect(readNumber(' 京(2026)东城区不动产权第0000001号\n')).toBe('京(2026)东城区不动产权第0000001号');
  expect(readNumber('110101-20261127-CX00001')).toBe('110101-20261127-CX00001');
  for (const text of ['', '第1号', 'SANWANG;1234567;abc', '{"certificate":"1"}', '两个 编号123456', 'x'.repeat(121) + '1', '不动产权证书']) expect(readNumber(text)).toBeNull();
});
