import { expect, test } from 'vitest';
import { answerAddress, decode, encode, readRequest, shown } from './request';

const form =
  '{"business":"transfer","fields":{"price_cents":5},"materials":[{"code":"contract","name":"合同.pdf"}],"parties":[{"id_number":"110101199003071091","name":"张三","role":"seller","share_den":2,"share_num":1}],"unit_code":"u"}';

test('a request is read, and only web pages are returned to', () => {
  const at = (back: string): string => `#form=${encode(form)}&return=${encodeURIComponent(back)}`;
  expect(readRequest(at('http://127.0.0.1:8101/?signed=1#x'))).toEqual({ form, back: 'http://127.0.0.1:8101/?signed=1' });
  expect(readRequest(at('javascript:alert(1)'))).toBeNull();
  expect(readRequest(at('nonsense'))).toBeNull();
  expect(readRequest('#form=%%&return=http://a/')).toBeNull();
});

test('what is shown before signing', () => {
  expect(shown(form)).toMatchObject({
    business: 'transfer',
    fields: [{ code: 'price_cents', value: 5 }],
    parties: [{ role: 'seller', name: '张三', share: '1/2' }],
    materials: [{ code: 'contract', name: '合同.pdf' }]
  });
  expect(shown('{"batch":"b","business":"mortgage","count":12,"kind":"batch","root":"ab","statement":"s"}')).toMatchObject({ business: 'mortgage', count: 12, root: 'ab', parties: [], unit: '' });
  expect(shown(form)?.count).toBe(0);
  for (const no of ['no', 'null', '[]', '5']) expect(shown(no)).toBeNull();
  expect(shown('{"parties":[null,5],"fields":[]}')).toMatchObject({ parties: [], fields: [], materials: [] });
});

test('the answer goes back in the fragment', () => {
  const to = answerAddress('http://a/', { token: '令牌' });
  expect(decode(to.split('#result=')[1]!)).toBe('{"token":"令牌"}');
});
