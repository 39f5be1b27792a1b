// The persons of one side while they are typed.
import { residentIdClean, residentIdValid, say, term, type FormError } from '@sanwang/ui';
import type { Business, Party, Role } from '../../api/portal';
import { evenShares, sharesWhole } from './steps';

export interface PartyDraft {
  name: string;
  id_number: string;
  share_num: string;
  share_den: string;
  self: boolean; // the signed-in person: fixed by the account
}

const blank = (): PartyDraft => ({ name: '', id_number: '', share_num: '1', share_den: '1', self: false });

export function partiesOfRole(parties: readonly Party[], role: Role): PartyDraft[] {
  const list = parties.flatMap((p, n) =>
    p.role === role.code ? [{ name: p.name, id_number: p.id_number, share_num: String(p.share_num), share_den: String(p.share_den), self: n === 0 }] : []
  );
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

const plain = (p: PartyDraft): Party => ({
  role: '',
  name: p.name.trim(),
  id_number: residentIdClean(p.id_number),
  share_num: Number(p.share_num),
  share_den: Number(p.share_den)
});

export function partyErrors(people: readonly PartyDraft[], role: Role, b: Business): FormError[] {
  const errors: FormError[] = [];
  const seen = new Set<string>();
  people.forEach((p, n) => {
    if (p.self) {
      seen.add(p.id_number);
      return;
    }
    const id = residentIdClean(p.id_number);
    if (!p.name.trim()) errors.push({ field: `name-${n}`, text: say(['请填写姓名', 'Enter the name']) });
    if (!residentIdValid(id)) errors.push({ field: `number-${n}`, text: say(['公民身份号码应为18位且校验正确', 'The identity number has 18 characters and a check digit']) });
    else if (seen.has(id)) errors.push({ field: `number-${n}`, text: say(['此人已经填写', 'This person is there already']) });
    seen.add(id);
  });
  const holders = people.map((p) => ({ ...plain(p), role: role.code }));
  if (role.code === b.holder_role && people.length > 1 && !sharesWhole(holders, role.code))
    errors.push({ field: 'share_num-0', text: say(['各权利人的份额之和应为 1', 'The shares of all holders must make 1']) });
  return errors;
}

// All parties with those of one side replaced. The signed-in person stays first. One holder alone owns all.
export function withRole(parties: readonly Party[], people: readonly PartyDraft[], role: Role, b: Business): Party[] {
  const mine = people.map((p) => ({ ...plain(p), role: role.code }));
  const first = parties[0];
  const next = first?.role === role.code ? [...mine, ...parties.filter((p) => p.role !== role.code)] : parties.flatMap((p) => (p.role === role.code ? [] : [p])).concat(mine);
  return role.code === b.holder_role && people.length > 1 ? next : role.code === b.holder_role ? evenShares(next, role.code) : next;
}

export const needsShares = (people: readonly PartyDraft[], role: Role, b: Business): boolean => role.code === b.holder_role && people.length > 1;
export const roleTitle = (role: Role): string => term(role.zh, role.en);
