import { expect, test } from 'vitest';
import { arrive, fromBase64Url, readAnswer, returnAddress, signAddress, answerFor, dropAnswer, toBase64Url } from './signing';

const id = '0193a7c2-0000-7000-8000-000000000001';
const good = { signature: 's', certificate: 'c', token: 't', token_signature: 'ts', token_certificate: 'tc' };
const fragment = (o: unknown): string => `#result=${toBase64Url(JSON.stringify(o))}`;

test('text survives the way through an address', () => {
  const text = '{"name":"张三","x":"?/+&=#"}';
  expect(toBase64Url(text)).toMatch(/^[A-Za-z0-9_-]+$/);
  expect(fromBase64Url(toBase64Url(text))).toBe(text);
  expect(fromBase64Url('%%%')).toBeNull();
});

test('only a whole answer is taken', () => {
  expect(readAnswer(fragment(good))).toEqual({ signature: good });
  expect(readAnswer(fragment({ ...good, extra: 1 }))).toEqual({ signature: good });
  expect(readAnswer(fragment({ ...good, token: 5 }))).toBeNull();
  expect(readAnswer(fragment({ error: 'CANCELLED' }))).toEqual({ refused: 'CANCELLED' });
  expect(readAnswer('#/a/x')).toBeNull();
  expect(readAnswer('#result=')).toBeNull();
  expect(readAnswer(fragment(null))).toBeNull();
});

test('the address the platform is given', () => {
  const back = returnAddress({ origin: 'https://portal.example', pathname: '/' } as Location, id);
  expect(back).toBe(`https://portal.example/?signed=${id}`);
  const to = new URL(signAddress('https://identity.example/sign', '{}', back));
  expect(new URLSearchParams(to.hash.slice(1)).get('return')).toBe(back);
});

test('the answer is taken out of the address and kept until it is dropped', () => {
  let address = '';
  const w = { location: { search: `?signed=${id}`, hash: fragment(good), pathname: '/' }, history: { replaceState: (_a: unknown, _b: string, c: string) => (address = c) } };
  arrive(w as unknown as Window);
  expect(address).toBe(`/#/a/${id}/sign`);
  expect(answerFor('another')).toBeNull();
  expect(answerFor(id)).toEqual({ signature: good });
  expect(answerFor(id)).toEqual({ signature: good });
  dropAnswer();
  expect(answerFor(id)).toBeNull();
  arrive({ ...w, location: { ...w.location, hash: '#result=%%' } } as unknown as Window);
  expect(answerFor(id)).toEqual({ refused: '' });
  arrive({ ...w, location: { ...w.location, hash: '' } } as unknown as Window);
  expect(answerFor(id)).toBeNull();
  arrive({ ...w, location: { ...w.location, search: `?batch=${id}` } } as unknown as Window);
  expect([address, answerFor(id)]).toEqual([`/#/batches/${id}`, { signature: good }]);
  dropAnswer();
  arrive({ ...w, location: { ...w.location, search: `?withdrawn=${id}` } } as unknown as Window);
  expect([address, answerFor(id)]).toEqual([`/#/a/${id}/withdraw`, { signature: good }]);
  dropAnswer();
  address = '';
  arrive({ ...w, location: { ...w.location, search: '?signed=../x' } } as unknown as Window);
  expect(address).toBe('');
});
