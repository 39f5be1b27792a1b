// Seals made by openssl under authorities of both suites; the keys are gone, the certificates stay in seal.fixture.json.
import { expect, test } from 'vitest';
import fixture from './seal.fixture.json';
import { checkSeal, fileDigest } from './seal';
import { readPem } from './x509';

const data = new TextEncoder().encode(fixture.text);

test.each(['gm', 'intl'] as const)('%s: a seal over its text is good, over another changed, by another authority foreign', async (s) => {
  const f = fixture[s];
  const other = fixture[s === 'gm' ? 'intl' : 'gm'];
  expect(await checkSeal(f.authority, fixture.text, f.signature, f.seal)).toBe('good');
  expect(await checkSeal(f.authority, fixture.text.replace('1', '2'), f.signature, f.seal)).toBe('changed');
  expect(await checkSeal(other.authority, fixture.text, f.signature, f.seal)).toBe('foreign');
  expect(await checkSeal(f.seal, fixture.text, f.signature, f.seal)).toBe('foreign');
});

test.each(['gm', 'intl'] as const)('%s: a key of the same authority that is no seal is foreign', async (s) => {
  const f = fixture[s];
  expect(await checkSeal(f.authority, fixture.text, f.otherSignature, f.other)).toBe('foreign');
  expect(readPem(f.other)?.subject).toEqual({ cn: 'extranet', ou: 'sign,gap' });
});

test('what does not read is refused, never accepted', async () => {
  const f = fixture.gm;
  expect(await checkSeal('', fixture.text, f.signature, f.seal)).toBe('unread');
  expect(await checkSeal(f.authority, fixture.text, 'x', f.seal)).toMatch(/unread|changed/);
  expect(await checkSeal(f.authority, fixture.text, f.signature, f.seal.replace(/M/g, 'N'))).toMatch(/unread|foreign/);
  const whole = f.seal.replace(/-----[^-]+-----|\s/g, '');
  for (let n = 4; n < whole.length; n += 4) expect(readPem(`-----BEGIN CERTIFICATE-----\n${whole.slice(0, n)}\n-----END CERTIFICATE-----`)).toBeNull();
});

test('the digest of a file is the office suite’s', async () => {
  expect(await fileDigest(fixture.gm.authority, data.buffer)).toBe(fixture.sm3);
  expect(await fileDigest(fixture.intl.authority, data.buffer)).toBe(fixture.sha256);
});
