import { expect, test } from 'vitest';
import type { Business, Party, Role } from '../../api/portal';
import { addPerson, dropPerson, partiesOfRole, partyErrors, withRole } from './parties';

const seller: Role = { code: 'seller', zh: '转让方', en: 'Seller', min: 1, max: 2, signs: true, id_kinds: '1' };
const buyer: Role = { code: 'buyer', zh: '受让方', en: 'Buyer', min: 1, max: 3, signs: true, id_kinds: '1' };
const business = { holder_role: 'buyer', roles: [seller, buyer] } as Business;
const me: Party = { role: 'seller', name: '张三', id_number: '110101199003071091', share_num: 1, share_den: 1 };

test('the signed-in person is fixed, the other side starts with one empty line', () => {
  expect(partiesOfRole([me], seller)[0]).toMatchObject({ self: true, name: '张三' });
  expect(partiesOfRole([me], buyer)).toHaveLength(1);
  expect(partyErrors(partiesOfRole([me], seller), seller, business)).toEqual([]);
});

test('names, numbers and persons entered twice are refused', () => {
  const empty = partiesOfRole([me], buyer);
  expect(partyErrors(empty, buyer, business).map((e) => e.field)).toEqual(['name-0', 'number-0']);
  const twice = addPerson(partiesOfRole([me], seller));
  Object.assign(twice[1]!, { name: '张三', id_number: '110101199003071091' });
  expect(partyErrors(twice, seller, business).map((e) => e.field)).toEqual(['number-1']);
});

test('shares of several holders must make one', () => {
  const two = addPerson(partiesOfRole([me], buyer));
  two.forEach((p, n) => Object.assign(p, { name: `乙${n}`, id_number: n ? '110101199003071112' : '110101199003071091', share_num: '1', share_den: '3' }));
  expect(partyErrors(two, buyer, business).some((e) => e.field === 'share_num-0')).toBe(true);
});

test('even shares stay even, typed ones are left alone', () => {
  const two = addPerson(partiesOfRole([me], buyer), true);
  expect(two.map((p) => p.share_den)).toEqual(['2', '2']);
  expect(dropPerson(two, 1, true).map((p) => p.share_den)).toEqual(['1']);
  Object.assign(two[0]!, { share_num: '2', share_den: '3' });
  expect(addPerson(two, true).map((p) => `${p.share_num}/${p.share_den}`)).toEqual(['2/3', '1/2', '1/1']);
  expect(addPerson(partiesOfRole([me], seller)).map((p) => p.share_den)).toEqual(['1', '1']);
});

test('the side is replaced and the first party stays first', () => {
  const people = partiesOfRole([me], buyer);
  Object.assign(people[0]!, { name: ' 李四 ', id_number: '1101011990030710９1' });
  const next = withRole([me], people, buyer, business);
  expect(next.map((p) => p.name)).toEqual(['张三', '李四']);
  expect(next[1]).toMatchObject({ role: 'buyer', id_number: '110101199003071091', share_num: 1, share_den: 1 });
});
