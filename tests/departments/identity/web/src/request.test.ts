import { expect, test } from 'vitest';
import { answerAddress, decode, encode, readRequest, shown } from './request';

const form = '{"business":"transfer","materials":[{"name":"合同.pdf"}],"parties":[{"id_number":"110101199003071091","name":"张三"}],"unit_code":"u"}';

test('a request is read, and only web pages are returned to', () => {
  const at = (back: string): string => `#form=${encode(form)}&return=${encodeURIComponent(back)}`;
  expect(readRequest(at('http://127.0.0.1:8101/?signed=1#x'))).toEqual({ form, back: 'http://127.0.0.1:8101/?signed=1' });
  expect(readRequest(at('javascript:alert(1)'))).toBeNull();
  expect(readRequest(at('nonsense'))).toBeNull();
  expect(readRequest('#form=%%&return=http://a/')).toBeNull();
});

test('what is shown before signing', () => {
  expect(shown(form)).toMatchObject({ business: 'transfer', parties: [{ name: '张三' }], materials: ['合同.pdf'] });
  expect(shown('no')).toBeNull();
});

test('the answer goes back in the fragment', () => {
  const to = answerAddress('http://a/', { token: '令牌' });
  expect(decode(to.split('#result=')[1]!)).toBe('{"token":"令牌"}');
});
