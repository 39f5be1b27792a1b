// The draft as a row of questions, made from the definition of the business. Nothing here knows a business by name.
import { numberValid, parseFixed, say, unitCodeValid, unitLinesWrong, type Finding, type FormError, type Text } from '@sanwang/ui';
import { openQuestions } from '../application/asked';
import { choosesFirst } from '../application/delivery';
import type { Answers, Application, Asked, Business, DraftPaper, Field, FieldValue, MaterialKind, Paper, Party, Role } from '../../api/portal';

export type Question =
  | { id: string; kind: 'me' }
  | { id: string; kind: 'unit' }
  | { id: string; kind: 'field'; field: Field; told: boolean }
  | { id: string; kind: 'role'; role: Role }
  | { id: string; kind: 'material'; material: MaterialKind ; paper?: Paper }
  | { id: string; kind: 'term'; paper: Paper; question: Asked }
  | { id: 'delivery'; kind: 'delivery' };

// A proof that is wanted only where a guardian acts is asked for only there.
export const wanted = (m: MaterialKind, parties: readonly Party[]): boolean => m.when !== 'guardian' || parties.some((p) => p.agent?.kind === 'guardian');
export const needed = (m: MaterialKind): boolean => m.required || m.when === 'guardian';

// A material that can be filled in here instead of uploaded 合同: the paper of the same code, and how far it is.
export const paperOf = (b: Business, code: string): Paper | undefined => b.papers.find((p) => !p.each && p.code === code);
export const givenPaper = (a: Drawn, code: string): DraftPaper | undefined => a.papers?.find((p) => p.code === code);
export const isOnline = (a: Drawn, code: string): boolean => givenPaper(a, code)?.online === true;
export function withPaper(a: Drawn, code: string, online: boolean, answers?: Answers): DraftPaper[] {
  const one: DraftPaper = { code, online, answers: answers ?? givenPaper(a, code)?.answers ?? {} };
  return [...(a.papers ?? []).filter((p) => p.code !== code), one];
}

// What the questions of a draft depend on.
export type Drawn = Pick<Application, 'parties' | 'papers'>;

// The location as the register has it comes back once unit code, certificate number and holder agree with it: it is asked after them, and of whom they do not.
const toldBy = (b: Business, f: Field): boolean => f.code === 'location' && b.registration_type !== 100 && b.fields.some((x) => x.code === 'certificate_no');
const fieldsOf = (b: Business, told: boolean): Question[] => b.fields.filter((f) => toldBy(b, f) === told).map((field) => ({ id: `field-${field.code}`, kind: 'field', field, told }));

export function questionsOf(b: Business, a: Drawn): Question[] {
  const list: Question[] = [];
  if (b.roles.length > 1) list.push({ id: 'me', kind: 'me' });
  list.push({ id: 'unit', kind: 'unit' });
  list.push(...fieldsOf(b, false));
  for (const role of b.roles) list.push({ id: `role-${role.code}`, kind: 'role', role });
  list.push(...fieldsOf(b, true));
  for (const material of b.materials) {
    if (!wanted(material, a.parties)) continue;
    const paper = paperOf(b, material.code);
    list.push({ id: `material-${material.code}`, kind: 'material', material, ...(paper ? { paper } : {}) });
    if (paper && isOnline(a, paper.code))
      for (const question of openQuestions(paper, '', givenPaper(a, paper.code)?.answers ?? {})) list.push({ id: `term-${paper.code}-${question.code}`, kind: 'term', paper, question });
  }
  if (choosesFirst(a.parties, b)) list.push({ id: 'delivery', kind: 'delivery' });
  return list;
}

// What nobody is asked on the way: a reason that the definition gave, a location that the register told, a paper that it holds itself. The summary shows them, with the way to
// change them.
export const given = (q: Question, a: Application): boolean =>
  q.kind === 'field' ? (q.told || q.field.code === 'reason') && Boolean(a.form[q.field.code]) : q.kind === 'material' && !needed(q.material) && q.material.shared === 'register';

// Is the question answered well enough to leave it?
export function answered(q: Question, a: Application): boolean {
  switch (q.kind) {
    case 'me':
      return Boolean(a.parties[0]?.role);
    case 'unit':
      return unitCodeValid(a.unit_code);
    case 'field':
      return !q.field.required || (a.form[q.field.code] ?? '') !== '';
    case 'role': {
      const own = a.parties.filter((p) => p.role === q.role.code);
      return own.length >= q.role.min && own.length <= q.role.max && own.every((p) => p.name && numberValid(p.id_kind, p.id_number) && (p.id_kind !== '7' || p.agent));
    }
    case 'material':
      return !needed(q.material) || isOnline(a, q.material.code) || a.materials.some((m) => m.code === q.material.code);
    case 'term':
      return !q.question.required || givenPaper(a, q.paper.code)?.answers[q.question.code] !== undefined;
    case 'delivery':
      return true; // or after the submission
  }
}

// The first question still open; null when only the summary is left.
export const firstOpen = (b: Business, a: Application): Question | null => questionsOf(b, a).find((q) => !answered(q, a)) ?? null;

// A finding of the daemon belongs to one question: "fields.location", "parties[1]", "materials.contract", "unit_code".
export function questionOfFinding(f: Finding, b: Business, a: Application): string | null {
  const ids = new Set(questionsOf(b, a).map((q) => q.id));
  const [head, tail] = f.key.split('.', 2);
  let id: string | null = null;
  const party = /^parties\[(\d+)\]$/.exec(f.key);
  if (party) id = `role-${a.parties[Number(party[1])]?.role ?? ''}`;
  else if (head === 'parties') id = `role-${(b.roles.find((r) => f.zh.startsWith(r.zh))?.code ?? b.holder_role)}`;
  else if (head === 'fields') id = `field-${tail ?? ''}`;
  else if (head === 'materials') id = `material-${tail ?? ''}`;
  else if (head === 'papers') id = f.key.split('.')[2] ? `term-${tail ?? ''}-${f.key.split('.')[2]}` : `material-${tail ?? ''}`;
  else if (head === 'unit_code') id = 'unit';
  else if (head === 'delivery') id = 'delivery';
  return id && ids.has(id) ? id : null;
}

// What hinders, each with the way to its question and back to the page `from`; null: nothing that a question answers.
export function findingErrors(findings: readonly Finding[], b: Business, a: Application, from: 'check' | 'correct'): FormError[] | null {
  if (!findings.length) return null;
  return findings.map((f): FormError => {
    const q = questionOfFinding(f, b, a);
    return { field: '', text: say([f.zh, f.en]), ...(q ? { to: `/a/${a.id}/q/${q}?from=${from}` } : {}) };
  });
}

const utf8 = new TextEncoder();

// What was typed -> what is kept, or why not. Money in whole cents, areas in whole square centimetres.
export function readField(f: Field, typed: string): { value: FieldValue } | { wrong: Text } {
  const text = typed.trim();
  if (!text) return f.required ? { wrong: [`请填写${f.zh}`, `${f.en}: missing`] } : { value: null };
  if (f.type === 'money' || f.type === 'area') {
    const n = parseFixed(text, 2);
    const value = n === null ? null : f.type === 'money' ? n : n * 100;
    if (value === null || value > f.max) return { wrong: [`${f.zh}应为数字，最多两位小数`, `${f.en}: a number with at most two decimals`] };
    return { value };
  }
  if (f.type === 'bool') return text === 'yes' || text === 'no' ? { value: text === 'yes' } : { wrong: [`请选择${f.zh}`, `${f.en}: choose one`] };
  const chosen = f.type === 'code' ? f.values?.find((v) => String(v.value) === text) : undefined;
  if (f.type === 'code') return chosen ? { value: chosen.value } : { wrong: [`请选择${f.zh}`, `${f.en}: choose one`] };
  if (f.type === 'int') {
    const n = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
    return n >= f.min && n <= f.max ? { value: n } : { wrong: [`${f.zh}应为整数`, `${f.en}: a whole number`] };
  }
  if (f.type === 'date') return /^\d{4}-\d{2}-\d{2}$/.test(text) ? { value: text } : { wrong: [`${f.zh}应为日期`, `${f.en}: not a date`] };
  const wrong = f.kind === 'units' ? unitLinesWrong(text) : null;
  if (wrong) return { wrong };
  return utf8.encode(text).length > f.max ? { wrong: [`${f.zh}过长`, `${f.en}: too long`] } : { value: text };
}

export function typedField(f: Field, value: FieldValue | undefined): string {
  if (value === null || value === undefined) return '';
  if (f.type === 'bool') return value ? 'yes' : 'no';
  if (f.type === 'money') return (Number(value) / 100).toFixed(2).replace(/\.00$/, '');
  if (f.type === 'area') return (Number(value) / 10000).toFixed(2).replace(/\.00$/, '');
  return String(value);
}

// The signed-in person is always the first party; changing the side keeps the other persons on the other side.
export function takeSide(b: Business, parties: readonly Party[], role: string): Party[] {
  const [me, ...others] = parties;
  if (!me) return [];
  const other = b.roles.find((r) => r.code !== role)?.code ?? role;
  return [{ ...me, role }, ...others.map((p) => ({ ...p, role: me.role === role ? p.role : p.role === role ? other : p.role }))];
}

// Shares as handed in: holders alone own all of it, where nothing was said.
export function evenShares(parties: readonly Party[], holder: string): Party[] {
  const n = parties.filter((p) => p.role === holder).length;
  return parties.map((p) => (p.role === holder ? { ...p, share_num: 1, share_den: n } : { ...p, share_num: 1, share_den: 1 }));
}

export function sharesWhole(parties: readonly Party[], holder: string): boolean {
  let num = 0n;
  let den = 1n;
  for (const p of parties) {
    if (p.role !== holder) continue;
    if (!(p.share_num >= 1 && p.share_den >= p.share_num)) return false;
    num = num * BigInt(p.share_den) + BigInt(p.share_num) * den;
    den *= BigInt(p.share_den);
  }
  return num === den;
}
