// The persons and organisations of one side while they are typed, each with who signs for it.
import { numberValid, residentIdClean, residentIdValid, say, term, type FormError } from '@sanwang/ui';
import type { Business, Mandate, Party, Role } from '../../api/portal';
import { evenShares, sharesWhole } from './steps';

export interface PartyDraft {
  name: string;
  id_kind: string; // 1 a person, 7 an organisation
  id_number: string;
  share_num: string;
  share_den: string;
  self: boolean; // the signed-in person is this party or acts for it: fixed by the account
  agent: '' | 'power' | 'guardian'; // who signs: the party, an agent 代理人, a guardian 监护人
  agent_name: string;
  agent_number: string;
}

const blank = (): PartyDraft => ({ name: '', id_kind: '1', id_number: '', share_num: '1', share_den: '1', self: false, agent: '', agent_name: '', agent_number: '' });

const drafted = (p: Party, self: boolean): PartyDraft => ({
  name: p.name,
  id_kind: p.id_kind ?? '1',
  id_number: p.id_number,
  share_num: String(p.share_num),
  share_den: String(p.share_den),
  self,
  agent: p.agent?.kind ?? '',
  agent_name: p.agent?.name ?? '',
  agent_number: p.agent?.id_number ?? ''
});

export function partiesOfRole(parties: readonly Party[], role: Role): PartyDraft[] {
  const list = parties.flatMap((p, n) => (p.role === role.code ? [drafted(p, n === 0)] : []));
  while (list.length < role.min) list.push(blank());
  return list;
}

// Shares that were even stay even when somebody comes or goes; what was typed is left alone.
function evenly(before: readonly PartyDraft[], after: PartyDraft[]): PartyDraft[] {
  const even = before.every((p) => p.share_num === '1' && p.share_den === String(before.length));
  return even ? after.map((p) => ({ ...p, share_den: String(after.length) })) : after;
}

export function addPerson(people: readonly PartyDraft[], shared = false): PartyDraft[] {
  const next = [...people, blank()];
  return shared ? evenly(people, next) : next;
}

export function dropPerson(people: readonly PartyDraft[], n: number, shared = false): PartyDraft[] {
  const next = people.filter((_, i) => i !== n);
  return shared ? evenly(people, next) : next;
}

// Who signs is changed. The signed-in person stays: as the party, or as the one who acts for it.
export function actAs(p: PartyDraft, agent: PartyDraft['agent']): PartyDraft {
  if (p.agent === agent) return p;
  const me = p.agent ? { name: p.agent_name, id_number: p.agent_number } : { name: p.name, id_number: p.id_number };
  if (!p.self) return { ...p, agent, ...(agent ? {} : { agent_name: '', agent_number: '' }) };
  if (!agent) return { ...p, agent, ...me, id_kind: '1', agent_name: '', agent_number: '' };
  return { ...p, agent, agent_name: me.name, agent_number: me.id_number, name: '', id_kind: '1', id_number: '' };
}

// The party is who gave this power.
export const forPrincipal = (p: PartyDraft, m: Mandate): PartyDraft => ({ ...p, name: m.principal.name, id_kind: m.principal.id_kind, id_number: m.principal.id_number });

// Whether people or organisations, by the kind of their number, may be parties of this role.
export const takes = (role: Role, kind: string): boolean => (role.id_kinds || '1').split(' ').includes(kind);
export const inForce = (m: Mandate, today: string): boolean => !m.revoked && m.from <= today && today <= m.until;
export const covers = (m: Mandate, business: string): boolean => m.businesses.some((b) => b === '*' || b === business);
// The powers by which somebody may be a party of this role, those that are over left out.
export const usable = (mandates: readonly Mandate[], role: Role, business: string, today: string): Mandate[] =>
  mandates.filter((m) => inForce(m, today) && covers(m, business) && takes(role, m.principal.id_kind));

const clean = (p: PartyDraft): string => residentIdClean(p.id_number);

const plain = (p: PartyDraft, role: string): Party => ({
  role,
  name: p.name.trim(),
  id_kind: p.id_kind,
  id_number: clean(p),
  ...(p.agent ? { agent: { kind: p.agent, name: p.agent_name.trim(), id_kind: '1', id_number: residentIdClean(p.agent_number) } } : {}),
  share_num: Number(p.share_num),
  share_den: Number(p.share_den)
});

function personErrors(p: PartyDraft, n: number, seen: Set<string>): FormError[] {
  const errors: FormError[] = [];
  const id = clean(p);
  if (p.self && p.agent === 'power' && !p.name) return [{ field: `principal-${n}`, text: say(['请选择您代理谁', 'Choose for whom you act']) }];
  if (!p.name.trim()) errors.push({ field: `name-${n}`, text: p.id_kind === '7' ? say(['请填写单位名称', 'Enter the name of the organisation']) : say(['请填写姓名', 'Enter the name']) });
  if (!numberValid(p.id_kind, id))
    errors.push({
      field: `number-${n}`,
      text: p.id_kind === '7' ? say(['统一社会信用代码应为18位且校验正确', 'The unified social credit code has 18 characters and a check character']) : say(['公民身份号码应为18位且校验正确', 'The identity number has 18 characters and a check digit'])
    });
  else if (seen.has(id)) errors.push({ field: `number-${n}`, text: say(['此人已经填写', 'This person is there already']) });
  seen.add(id);
  return errors;
}

function agentErrors(p: PartyDraft, n: number): FormError[] {
  const errors: FormError[] = [];
  if (!p.agent && p.id_kind === '7') return [{ field: `agent-${n}`, text: say(['单位须由法定代表人或代理人签名', 'An organisation is signed for by its representative or an agent']) }];
  if (!p.agent || p.self) return [];
  if (!p.agent_name.trim()) errors.push({ field: `agent-name-${n}`, text: say(['请填写签名人的姓名', 'Enter the name of who signs']) });
  if (!residentIdValid(residentIdClean(p.agent_number))) errors.push({ field: `agent-number-${n}`, text: say(['公民身份号码应为18位且校验正确', 'The identity number has 18 characters and a check digit']) });
  return errors;
}

export function partyErrors(people: readonly PartyDraft[], role: Role, b: Business): FormError[] {
  const seen = new Set<string>();
  const errors = people.flatMap((p, n) => {
    if (!p.self || p.agent) return [...personErrors(p, n, seen), ...agentErrors(p, n)];
    seen.add(p.id_number);
    return [];
  });
  const holders = people.map((p) => plain(p, role.code));
  if (role.code === b.holder_role && people.length > 1 && !sharesWhole(holders, role.code))
    errors.push({ field: 'share_num-0', text: say(['各权利人的份额之和应为 1', 'The shares of all holders must make 1']) });
  return errors;
}

// All parties with those of one side replaced. The signed-in person stays first. One holder alone owns all.
export function withRole(parties: readonly Party[], people: readonly PartyDraft[], role: Role, b: Business): Party[] {
  const mine = people.map((p) => plain(p, role.code));
  const first = parties[0];
  const next = first?.role === role.code ? [...mine, ...parties.filter((p) => p.role !== role.code)] : parties.flatMap((p) => (p.role === role.code ? [] : [p])).concat(mine);
  return role.code === b.holder_role && people.length > 1 ? next : role.code === b.holder_role ? evenShares(next, role.code) : next;
}

export const needsShares = (people: readonly PartyDraft[], role: Role, b: Business): boolean => role.code === b.holder_role && people.length > 1;
export const roleTitle = (role: Role): string => term(role.zh, role.en);

// "监护人 王五 1101…", "" where the party signs itself.
export function agentText(p: Pick<Party, 'agent'>): string {
  if (!p.agent) return '';
  return `${p.agent.kind === 'guardian' ? term('监护人', 'guardian') : term('代理人', 'agent')} ${p.agent.name} ${p.agent.id_number}`;
}
