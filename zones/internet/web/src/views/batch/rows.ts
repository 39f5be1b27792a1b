// A sheet's rows as applications, by the rules of the business: the same that the pages of a single application use.
import { say, term, unitCodeClean, unitCodeValid } from '@sanwang/ui';
import type { Business, Field, FieldValue, Mandate, MaterialKind, Party, Role } from '../../api/portal';
import { partyErrors, withRole, type PartyDraft } from '../draft/parties';
import { needed, readField } from '../draft/steps';
import { columnName, refuse } from './limits';

export interface Person {
  name: string;
  id_number: string;
}
// Who hands in: the organisation, its side, and the agent.
export interface Applicant {
  business: Business;
  role: string;
  principal: Mandate['principal'];
  agent: Person;
  forAll: boolean; // the agent signs for the other side too, by its power
}
type What = 'unit' | 'field' | 'name' | 'number' | 'agent' | 'agent-number' | 'share' | 'material';
export interface Column {
  title: string;
  en: string;
  what: What;
  code: string; // of the field, role or material
  required: boolean;
  hint: string;
}
export interface Wrong {
  column: string;
  cell: string; // where it stands in the sheet, C3; empty: nowhere
  text: string;
}
type Found = Omit<Wrong, 'cell'>;
export interface RowDraft {
  n: number; // of the sheet's rows behind the head, from 1; lineOf: as the spreadsheet counts
  unit_code: string;
  fields: Record<string, FieldValue>;
  parties: Party[];
  files: Record<string, string[]>; // by code of the material
  wrong: Wrong[];
}

// What people see in front of the row.
export const lineOf = (n: number): number => n + 1;

// 抵押人(义务人) as a column says it: 抵押人.
const roleName = (r: Role): string => r.zh.replace(/[(（][^)）]*[)）]/g, '');

const unitOf = (f: Field): string => (f.type === 'money' ? '（元）' : f.type === 'area' ? '（平方米）' : '');
function hintOf(f: Field): string {
  if (f.type === 'date') return '2026-01-31';
  if (f.type === 'bool') return '是/否';
  if (f.type === 'code') return (f.values ?? []).map((v) => v.label).join('/');
  return f.type === 'money' || f.type === 'area' ? '最多两位小数' : '';
}

export function columnsOf(a: Applicant): Column[] {
  const b = a.business;
  const list: Column[] = [{ title: '不动产单元代码', en: 'Unit code', what: 'unit', code: '', required: true, hint: '28位，同一表中不重复' }];
  for (const f of b.fields) list.push({ title: f.zh + unitOf(f), en: f.en, what: 'field', code: f.code, required: f.required, hint: hintOf(f) });
  for (const r of b.roles) {
    if (r.code === a.role) continue;
    const more = r.max > 1 ? '；多人用分号隔开' : '';
    list.push({ title: `${roleName(r)}名称`, en: `${r.en}: name`, what: 'name', code: r.code, required: r.min > 0, hint: `姓名或单位名称${more}` });
    list.push({ title: `${roleName(r)}证件号码`, en: `${r.en}: number`, what: 'number', code: r.code, required: r.min > 0, hint: `公民身份号码或统一社会信用代码${more}` });
    if (!a.forAll) {
      list.push({ title: `${roleName(r)}代理人姓名`, en: `${r.en}: agent`, what: 'agent', code: r.code, required: false, hint: '单位必填；本人签名的不填' });
      list.push({ title: `${roleName(r)}代理人号码`, en: `${r.en}: number of the agent`, what: 'agent-number', code: r.code, required: false, hint: '' });
    }
    if (r.code === b.holder_role && r.max > 1) list.push({ title: `${roleName(r)}份额`, en: `${r.en}: shares`, what: 'share', code: r.code, required: false, hint: '1/2;1/2；一人全部的不填' });
  }
  for (const m of b.materials) if (m.when !== 'guardian') list.push({ title: `材料：${m.zh}`, en: `Material: ${m.en}`, what: 'material', code: m.code, required: false, hint: '本行单独的文件名；各行共用的不填，多个用分号隔开' });
  return list;
}

// The name of the worksheet: that of the business, as far as a spreadsheet lets it.
export const sheetName = (b: Business): string => b.zh.replace(/[[\]:*?/\\]/g, ' ').slice(0, 31);

// Which column of the file is which; a head that is not of the template is refused by name.
export function headOf(head: readonly string[], columns: readonly Column[]): Map<Column, number> {
  const plain = (s: string): string => s.normalize('NFKC').replace(/[\s*]/g, '');
  const at = new Map<Column, number>();
  head.forEach((title, x) => {
    if (!title) return;
    const c = columns.find((k) => plain(k.title) === plain(title) || plain(k.en) === plain(title));
    if (!c) refuse('columns', `第 ${x + 1} 列“${title.slice(0, 40)}”不在本业务的模板中`, `Column ${x + 1}, ${title.slice(0, 40)}, is not in the template of this business`);
    else if (at.has(c)) refuse('columns', `列“${c.title}”出现了两次`, `The column ${c.en} is there twice`);
    else at.set(c, x);
  });
  const gone = columns.find((c) => c.required && !at.has(c));
  if (gone) refuse('columns', `缺少列“${gone.title}”，请使用本业务的模板`, `The column ${gone.en} is missing; use the template`);
  return at;
}

const parted = (s: string): string[] => (s ? s.split(/[;；]/).map((x) => x.trim()) : []);

// A choice by what the template says or by its code.
function chosen(f: Field, text: string): string {
  if (f.type === 'bool') return text === '是' ? 'yes' : text === '否' ? 'no' : text;
  const v = f.type === 'code' ? f.values?.find((x) => x.label === text || x.en === text) : undefined;
  return v ? String(v.value) : f.type === 'date' ? text.replace(/^(\d{4})[/.年](\d{1,2})[/.月](\d{1,2})日?$/, (_, y: string, m: string, d: string) => `${y}-${m.padStart(2, '0')}-${d.padStart(2, '0')}`) : text;
}

const draftOf = (name: string, number: string, more: Partial<PartyDraft>): PartyDraft => {
  const id = number.normalize('NFKC').replace(/\s/g, '').toUpperCase();
  return { name, id_kind: /^\d{17}[\dX]$/.test(id) && !/^9/.test(id) ? '1' : '7', id_number: id, share_num: '1', share_den: '1', self: false, agent: '', agent_name: '', agent_number: '', ...more };
};

const own = (a: Applicant): PartyDraft =>
  draftOf(a.principal.name, a.principal.id_number, { id_kind: a.principal.id_kind, self: true, agent: 'power', agent_name: a.agent.name, agent_number: a.agent.id_number });

// The people of one side of a row, and what is wrong with them, by column.
function peopleOf(a: Applicant, r: Role, cell: (what: What, code: string) => string, wrong: Found[], title: (what: What) => string): PartyDraft[] {
  const names = parted(cell('name', r.code));
  const numbers = parted(cell('number', r.code));
  const agents = parted(cell('agent', r.code));
  const agentNumbers = parted(cell('agent-number', r.code));
  const shares = parted(cell('share', r.code));
  if (names.length !== numbers.length || (agents.length && agents.length !== names.length) || agents.length !== agentNumbers.length || (shares.length && shares.length !== names.length))
    wrong.push({ column: title('name'), text: say([`${roleName(r)}的名称、号码、代理人、份额个数不一致`, `${r.en}: not as many numbers, agents or shares as names`]) });
  if (names.length < r.min || names.length > r.max) wrong.push({ column: title('name'), text: say([`${roleName(r)}应为 ${r.min} 至 ${r.max} 人`, `${r.en}: ${r.min} to ${r.max}`]) });
  return names.map((name, i) => {
    const share = /^(\d{1,6})\/(\d{1,6})$/.exec(shares[i] ?? '');
    if (shares[i] && !share) wrong.push({ column: title('share'), text: say(['份额应如 1/2', 'A share looks like 1/2']) });
    const agent: Partial<PartyDraft> = a.forAll ? { agent: 'power', agent_name: a.agent.name, agent_number: a.agent.id_number } : agents[i] ? { agent: 'power', agent_name: agents[i] ?? '', agent_number: agentNumbers[i] ?? '' } : {};
    return draftOf(name, numbers[i] ?? '', { ...agent, share_num: share?.[1] ?? '1', share_den: share?.[2] ?? String(r.code === a.business.holder_role ? names.length : 1) });
  });
}

const fieldColumn: Record<string, What> = { name: 'name', number: 'number', agent: 'agent', 'agent-name': 'agent', 'agent-number': 'agent-number', share_num: 'share' };

function partiesOf(a: Applicant, cell: (what: What, code: string) => string, columns: readonly Column[], wrong: Found[]): Party[] {
  const mine = a.business.roles.find((r) => r.code === a.role) as Role;
  let parties = withRole([], [own(a)], mine, a.business);
  for (const r of a.business.roles) {
    if (r.code === a.role) continue;
    const title = (what: What): string => columns.find((c) => c.what === what && c.code === r.code)?.title ?? r.zh;
    const people = peopleOf(a, r, cell, wrong, title);
    if (!people.length) continue;
    for (const e of partyErrors(people, r, a.business)) wrong.push({ column: title(fieldColumn[e.field.replace(/-\d+$/, '')] ?? 'name'), text: e.text });
    parties = withRole(parties, people, r, a.business);
  }
  return parties;
}

// shared: codes of materials whose file is for all rows; files: names of those chosen for single rows.
export function readRows(sheet: readonly (readonly string[])[], a: Applicant, shared: ReadonlySet<string>, files: ReadonlySet<string>): RowDraft[] {
  const columns = columnsOf(a);
  const at = headOf(sheet[0] ?? [], columns);
  const first = new Map<string, number>();
  const cellOf = (title: string, n: number): string => {
    const x = [...at].find(([c]) => c.title === title)?.[1];
    return x === undefined ? '' : `${columnName(x)}${lineOf(n)}`;
  };
  return sheet.slice(1).map((r, i): RowDraft => {
    if (!r.some(Boolean)) return { n: i + 1, unit_code: '', fields: {}, parties: [], files: {}, wrong: [{ column: '', cell: '', text: say(['空行，请删除', 'An empty row; delete it']) }] };
    const wrong: Found[] = [];
    const cell = (what: What, code: string): string => {
      const c = columns.find((k) => k.what === what && k.code === code);
      const x = c ? at.get(c) : undefined;
      return x === undefined ? '' : (r[x] ?? '');
    };
    const unit = unitCodeClean(cell('unit', ''));
    if (!unitCodeValid(unit)) wrong.push({ column: '不动产单元代码', text: say(['不动产单元代码应为28位，请核对证书', 'The unit code has 28 characters; check the certificate']) });
    else if (first.has(unit)) wrong.push({ column: '不动产单元代码', text: say([`与第 ${first.get(unit)} 行相同`, `The same as in row ${first.get(unit)}`]) });
    else first.set(unit, lineOf(i + 1));
    const fields: Record<string, FieldValue> = {};
    for (const f of a.business.fields) {
      const read = readField(f, chosen(f, cell('field', f.code)));
      if ('value' in read) fields[f.code] = read.value;
      else wrong.push({ column: f.zh + unitOf(f), text: term(read.wrong[0], read.wrong[1]) });
    }
    const named: Record<string, string[]> = {};
    for (const m of a.business.materials) {
      const names = parted(cell('material', m.code));
      if (names.length) named[m.code] = names;
      const missing = names.find((x) => !files.has(x));
      if (missing) wrong.push({ column: `材料：${m.zh}`, text: say([`没有选择文件“${missing}”`, `The file ${missing} has not been chosen`]) });
      if (!names.length && !shared.has(m.code) && wantedOf(m)) wrong.push({ column: `材料：${m.zh}`, text: say(['必须有本行的文件，或各行共用的文件', 'A file of this row or one for all rows is needed']) });
    }
    return { n: i + 1, unit_code: unit, fields, parties: partiesOf(a, cell, columns, wrong), files: named, wrong: wrong.map((w) => ({ ...w, cell: cellOf(w.column, i + 1) })) };
  });
}

const wantedOf = (m: MaterialKind): boolean => m.when !== 'guardian' && needed(m);
