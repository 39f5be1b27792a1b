// A form as it is taken in at the window: checks before it is sent, and the body that is sent. The daemon checks again.
import { parseFixed, residentIdClean, residentIdValid, say, term, unitCodeClean, unitCodeValid, unitLinesWrong, type FormError } from '@sanwang/ui';
import type { Scan } from '../../api/desk';
import type { Business, Field, MaterialKind } from '../../api/registry';

export interface PartyDraft {
  key: number;
  role: string;
  name: string;
  id_kind: string;
  id_number: string;
  share_num: string;
  share_den: string;
  by: '' | 'power' | 'guardian'; // who acts for the party; '' itself
  agent: { name: string; id_number: string; paper: string; until: string };
}
export interface Draft {
  unit_code: string;
  parties: PartyDraft[];
  fields: Record<string, string>;
  scans: Record<string, Scan[]>;
  attested: boolean;
}

let keys = 0;
export const emptyParty = (role: string, kind = '1'): PartyDraft => ({ key: ++keys, role, name: '', id_kind: kind, id_number: '', share_num: '1', share_den: '1', by: '', agent: { name: '', id_number: '', paper: '', until: '' } });
export const kindsOf = (b: Business, role: string): string[] => (b.roles.find((r) => r.code === role)?.id_kinds || '1').split(' ').filter(Boolean);
export function emptyDraft(b: Business): Draft {
  const parties = b.roles.flatMap((r) => Array.from({ length: r.min }, () => emptyParty(r.code, kindsOf(b, r.code)[0])));
  return { unit_code: '', parties, fields: Object.fromEntries(b.fields.map((f) => [f.code, ''])), scans: {}, attested: false };
}

function fieldWrong(f: Field, v: string): string {
  if (!v.trim()) return f.required ? say(['请填写“{n}”', '“{n}” is missing'], { n: term(f.zh, f.en) }) : '';
  const wrong = f.kind === 'units' ? unitLinesWrong(v) : null;
  if (wrong) return say(wrong);
  if ((f.type === 'money' || f.type === 'area') && parseFixed(v, f.type === 'money' ? 2 : 4) === null) return say(['“{n}”不是数', '“{n}” is no number'], { n: term(f.zh, f.en) });
  if (f.type === 'int' && !/^-?\d+$/.test(v.trim())) return say(['“{n}”不是整数', '“{n}” is no whole number'], { n: term(f.zh, f.en) });
  return f.type === 'date' && !/^\d{4}-\d{2}-\d{2}$/.test(v) ? say(['“{n}”不是日期', '“{n}” is no date'], { n: term(f.zh, f.en) }) : '';
}

// What is to be scanned: the business's list and, where somebody acts by a power of attorney, that power.
const power: MaterialKind = { code: 'power-of-attorney', zh: '授权委托书', en: 'Power of attorney 授权委托书', required: true, when: '', size_max: 20 << 20, formats: 'pdf jpeg png ofd', sample: '', shared: '' };
export const wantedOf = (b: Business, d: Draft): MaterialKind[] => (d.parties.some((p) => p.by === 'power') ? [power, ...b.materials] : b.materials);

function agentWrong(p: PartyDraft, i: number): FormError[] {
  if (!p.by) return [];
  const list: FormError[] = [];
  const number = residentIdClean(p.agent.id_number);
  if (!p.agent.name.trim()) list.push({ field: `agent-name-${p.key}`, text: say(['第 {i} 位当事人：请填写代理人或监护人姓名', 'Party {i}: the name of who acts is missing'], { i: i + 1 }) });
  if (!residentIdValid(number)) list.push({ field: `agent-id-${p.key}`, text: say(['第 {i} 位当事人：代理人或监护人的身份证号不正确', 'Party {i}: the number of who acts is not right'], { i: i + 1 }) });
  else if (number === residentIdClean(p.id_number)) list.push({ field: `agent-id-${p.key}`, text: say(['第 {i} 位当事人：代理人不能是本人', 'Party {i}: nobody acts for himself'], { i: i + 1 }) });
  if (!p.agent.paper.trim()) list.push({ field: `agent-paper-${p.key}`, text: say(['第 {i} 位当事人：请填写委托书或监护证明编号', 'Party {i}: the number of the power or the proof is missing'], { i: i + 1 }) });
  return list;
}
const agentOf = (p: PartyDraft): Record<string, unknown> =>
  p.by ? { agent: { kind: p.by, name: p.agent.name.trim(), id_number: residentIdClean(p.agent.id_number), paper: p.agent.paper.trim(), until: p.by === 'power' ? p.agent.until : '' } } : {};

export function wrongOf(b: Business, d: Draft): FormError[] {
  const list: FormError[] = [];
  if (!unitCodeValid(unitCodeClean(d.unit_code))) list.push({ field: 'unit', text: say(['不动产单元代码不正确（28 位）', 'The unit code (28 characters) is not right']) });
  for (const r of b.roles) {
    const n = d.parties.filter((p) => p.role === r.code).length;
    if (n < r.min) list.push({ field: `add-${r.code}`, text: say(['“{n}”至少 {m} 人', 'at least {m} of “{n}”'], { n: term(r.zh, r.en), m: r.min }) });
  }
  d.parties.forEach((p, i) => {
    if (!p.name.trim()) list.push({ field: `name-${p.key}`, text: say(['第 {i} 位当事人：请填写姓名或名称', 'Party {i}: the name is missing'], { i: i + 1 }) });
    if (!p.id_number.trim()) list.push({ field: `id-${p.key}`, text: say(['第 {i} 位当事人：请填写证件号', 'Party {i}: the number is missing'], { i: i + 1 }) });
    else if (p.id_kind === '1' && !residentIdValid(residentIdClean(p.id_number))) list.push({ field: `id-${p.key}`, text: say(['第 {i} 位当事人：身份证号校验位不符', 'Party {i}: the check digit of the number is wrong'], { i: i + 1 }) });
    list.push(...agentWrong(p, i));
  });
  for (const f of b.fields) {
    const text = fieldWrong(f, d.fields[f.code] ?? '');
    if (text) list.push({ field: `field-${f.code}`, text });
  }
  for (const m of wantedOf(b, d)) if (m.required && !d.scans[m.code]?.length) list.push({ field: `scan-${m.code}`, text: say(['缺少材料“{n}”', '“{n}” is missing'], { n: term(m.zh, m.en) }) });
  if (!d.attested) list.push({ field: 'attested', text: say(['请确认已核对身份证件原件并见证签名', 'Confirm that you compared the papers of identity and saw the signatures']) });
  return list;
}

function fieldValue(f: Field, v: string): string | number | boolean | null {
  if (!v.trim()) return null;
  if (f.type === 'money') return parseFixed(v, 2);
  if (f.type === 'area') return parseFixed(v, 4);
  if (f.type === 'int') return Number(v);
  return f.type === 'bool' ? v === 'true' : v.trim();
}

export function bodyOf(b: Business, d: Draft, channel: string): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  for (const f of b.fields) {
    const v = fieldValue(f, d.fields[f.code] ?? '');
    if (v !== null) fields[f.code] = v;
  }
  return {
    business: b.code,
    channel,
    attested: d.attested,
    unit_code: unitCodeClean(d.unit_code),
    parties: d.parties.map((p) => ({ role: p.role, name: p.name.trim(), id_kind: p.id_kind, id_number: residentIdClean(p.id_number), share_num: Number(p.share_num) || 1, share_den: Number(p.share_den) || 1, ...agentOf(p) })),
    fields,
    // Of who no longer acts by a power, none.
    materials: Object.entries(d.scans).filter(([code]) => wantedOf(b, d).some((m) => m.code === code)).flatMap(([code, scans]) => scans.map((s) => ({ code, upload: s.upload })))
  };
}

export const taken = (m: MaterialKind): string => m.formats.split(' ').map((f) => ({ pdf: 'application/pdf', jpeg: 'image/jpeg', png: 'image/png', ofd: '.ofd' })[f] ?? `.${f}`).join(',');
