// A case as facts and as a line of steps.
import { area, date, dateTime, daysUntil, fixed, money, say, stateOf, term, unitCode, unitLinesShown, type Fact, type LineItem, type Tone } from '@sanwang/ui';
import type { Business, Case, CaseRow, Field, Party } from '../../api/registry';

export function fieldText(type: Field['type'], v: string | number | null | undefined): string {
  if (v === undefined || v === null || v === '') return '';
  if (type === 'money') return money(Number(v));
  if (type === 'area') return area(Number(v));
  return type === 'date' ? date(String(v)) : String(v);
}

export function factsOf(c: Case, b: Business): Fact[] {
  const facts: Fact[] = [{ key: 'unit', name: term('不动产单元代码', 'Unit code'), value: unitCode(c.unit_code), code: true }];
  if (!b.fields.some((f) => f.code === 'location') && c.location) facts.push({ key: 'location', name: term('坐落', 'Location'), value: c.location });
  for (const f of b.fields) facts.push({ key: `field-${f.code}`, name: term(f.zh, f.en), value: f.values?.find((v) => v.value === c.form[f.code])?.label ?? (f.kind === 'units' ? unitLinesShown(String(c.form[f.code] ?? '')).join('；') : fieldText(f.type, c.form[f.code])) });
  return facts;
}

// 询问笔录 of one party, in the order it was asked.
export function answersOf(p: Pick<Party, 'answers'>, b: Business): { code: string; question: string; answer: string }[] {
  const asked = b.papers.filter((x) => x.each).flatMap((x) => x.questions);
  return Object.entries(p.answers ?? {}).map(([code, v]) => {
    const q = asked.find((x) => x.code === code);
    const chosen = q?.values?.find((x) => x.value === v);
    const plain = q && q.type !== 'code' ? fieldText(q.type, v) : String(v);
    return { code, question: q ? term(q.zh, q.en) : code, answer: chosen ? term(chosen.label, chosen.en) : plain };
  });
}

export function taxFacts(c: Case): Fact[] {
  if (!c.tax) return [];
  return [
    { key: 'voucher', name: term('完税凭证号', 'Voucher'), value: c.tax.voucher_no, code: true },
    { key: 'amount', name: term('税额', 'Amount'), value: money(c.tax.amount_cents) },
    { key: 'paid', name: term('缴款日期', 'Paid on'), value: date(c.tax.paid_on) },
    { key: 'by', name: term('录入', 'Entered'), value: `${dateTime(c.tax.at)} · ${personText(c.tax.by)}` }
  ];
}

// Steps are taken by people, by the portal in an applicant's name, by the intranet, and by this system itself.
export function personText(by: string): string {
  if (by === 'portal') return say(['申请人（网上）', 'applicant, online']);
  if (by === 'cadastre') return say(['内网权籍审核', 'cadastral review, intranet']);
  if (by === 'payment') return say(['支付平台', 'payment platform']);
  if (by === 'system' || by === 'registryd') return say(['系统', 'system']);
  return by === 'import' ? say(['历史数据', 'imported data']) : by;
}

const stopped = new Set(['rejected', 'refused', 'withdrawn']);

function ahead(c: Case, b: Business): LineItem[] {
  if (stopped.has(c.state) || c.state === 'archived') return [];
  const passed = new Set(c.steps.map((s) => s.state));
  const list = b.steps.filter((s) => !passed.has(s.code)).map((s): LineItem => ({ key: `next-${s.code}`, name: term(s.zh, s.en), phase: 'next' }));
  return [...list, { key: 'next-archived', name: term('归档', 'Archive'), phase: 'next' }];
}

export function lineOf(c: Case, b: Business): LineItem[] {
  const past = c.steps.map((s, n): LineItem => {
    const last = n === c.steps.length - 1;
    const phase = !last || s.state === 'archived' ? 'done' : stopped.has(s.state) ? 'stopped' : 'now';
    return { key: `${s.state}-${n}`, name: term(s.state_zh, s.state_en), phase, when: dateTime(s.at), who: personText(s.by), note: s.note };
  });
  return [...past, ...ahead(c, b)];
}

const over = new Set(['delivered', 'archived', 'rejected', 'refused', 'withdrawn']);

// How the promised term 承诺期限 stands.
export function termOf(c: Pick<CaseRow, 'deadline' | 'state'>, now = Date.now()): { text: string; tone: Tone } | null {
  if (!c.deadline || over.has(c.state)) return null;
  const n = daysUntil(c.deadline, now);
  if (n < 0) return { text: say(['逾期 {n} 天', '{n} days late'], { n: -n }), tone: 'bad' };
  if (n === 0) return { text: say(['今天到期', 'due today']), tone: 'bad' };
  return { text: say(['还有 {n} 天', '{n} days left'], { n }), tone: n <= 2 ? 'wait' : '' };
}

// 权籍审核: what is known of it in this zone. No geometry and no drawing ever comes back.
export function cadastralOf(c: Case): { text: string; tone: Tone } | null {
  if (!c.needs.cadastral) return null;
  if (c.has_cadastral) return { text: say(['通过', 'passed']), tone: 'good' };
  const failed = c.steps.some((s) => s.state === 'refused' && s.by === 'cadastre');
  if (failed) return { text: say(['未通过', 'failed']), tone: 'bad' };
  const sent = c.steps.some((s) => s.state === 'cadastral');
  return sent ? { text: say(['已送内网，待结果', 'in the intranet, no result yet']), tone: 'wait' } : { text: say(['尚未收取图形', 'no graphics yet']), tone: '' };
}

export const opinionOf = (c: Case): string => [...c.steps].reverse().find((s) => s.by === 'cadastre')?.note ?? '';
export const stateText = (c: Pick<CaseRow, 'state' | 'state_zh' | 'state_en'>): string => term(c.state_zh, c.state_en) || stateOf(c.state).zh;
export const shareText = (num: number, den: number): string => (num === den ? say(['全部', 'whole']) : `${fixed(num, 0)}/${fixed(den, 0)}`);
