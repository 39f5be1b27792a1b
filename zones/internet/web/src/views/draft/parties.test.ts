import { expect, test } from 'vitest';
import type { Business, Mandate, Party, Role } from '../../api/portal';
import { actAs, addPerson, agentText, dropPerson, forPrincipal, partiesOfRole, partyErrors, usable, withRole } from './parties';

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

const both: Role = { ...seller, id_kinds: '1 7' };
const power = (more: Partial<Mandate> = {}): Mandate => ({
  power: 'p', kind: 'power', principal: { name: '示例公司', id_kind: '7', id_number: '91110101MA00000018' }, businesses: ['*'], units: ['*'], from: '2026-01-01', until: '2026-12-31', revoked: '', ...more
});

test('the signed-in person acts for an organisation, a child, or again for itself', () => {
  const self = partiesOfRole([me], both)[0]!;
  const acting = actAs(self, 'power');
  expect(acting).toMatchObject({ name: '', agent_name: '张三', agent_number: me.id_number });
  expect(partyErrors([acting], both, business).map((e) => e.field)).toEqual(['principal-0']);
  const company = forPrincipal(acting, power());
  expect(partyErrors([company], both, business)).toEqual([]);
  const party = withRole([me], [company], both, business)[0]!;
  expect(party).toMatchObject({ id_kind: '7', name: '示例公司', agent: { kind: 'power', name: '张三', id_number: me.id_number } });
  expect(agentText(party)).toContain('张三');
  expect(partiesOfRole([party], both)[0]).toMatchObject({ self: true, agent: 'power', agent_name: '张三' });
  const child = actAs(company, 'guardian');
  expect(child).toMatchObject({ name: '', id_kind: '1', agent_name: '张三' });
  expect(partyErrors([child], both, business).map((e) => e.field)).toEqual(['name-0', 'number-0']);
  expect(actAs(child, '')).toMatchObject({ name: '张三', id_number: me.id_number, agent: '', agent_name: '' });
});

test('another party may have an agent, an organisation must', () => {
  const other = partiesOfRole([me], buyer)[0]!;
  Object.assign(other, { name: '示例公司', id_kind: '7', id_number: '91110101MA00000018' });
  expect(partyErrors([other], buyer, business).map((e) => e.field)).toEqual(['agent-0']);
  const signed = actAs(other, 'power');
  expect(partyErrors([signed], buyer, business).map((e) => e.field)).toEqual(['agent-name-0', 'agent-number-0']);
  Object.assign(signed, { agent_name: '李四', agent_number: '110101199003070011' });
  expect(partyErrors([signed], buyer, business)).toEqual([]);
});

test('only powers in force, for the business and the role, are offered', () => {
  const list = [power(), power({ power: 'r', revoked: '2026-02-01T00:00:00.000Z' }), power({ power: 'u', until: '2026-06-30' }), power({ power: 'b', businesses: ['mortgage'] }), power({ power: 'x', businesses: ['sale'] })];
  expect(usable(list, both, 'sale', '2026-11-27').map((m) => m.power)).toEqual(['p', 'x']);
  expect(usable(list, seller, 'sale', '2026-11-27')).toEqual([]);
});
