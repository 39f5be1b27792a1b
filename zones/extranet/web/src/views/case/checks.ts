// 核验结果 of a case: what was compared with the register or seen at the window, and how it came out. A sign and a word for each state. What departments were
// asked stands apart (ConsultList.vue).
import { say, term, type Text, type Tone } from '@sanwang/ui';
import type { Business, Case } from '../../api/registry';
import { rowsOf } from '../register/book';

export type CheckState = 'good' | 'seen' | 'bad' | 'open';
export interface Check {
  key: string;
  name: string;
  source: string;
  state: CheckState;
  text: string;
}
export const checkStates: Record<CheckState, { text: Text; sign: string; tone: Tone }> = {
  good: { text: ['一致', 'agrees 一致'], sign: '✓', tone: 'good' },
  seen: { text: ['人工核对', 'seen by a person 人工核对'], sign: '◐', tone: 'lead' },
  bad: { text: ['不一致', 'differs 不一致'], sign: '✕', tone: 'bad' },
  open: { text: ['未核验', 'not checked 未核验'], sign: '○', tone: 'wait' }
};

function parties(c: Case, b: Business): Check[] {
  return c.parties.flatMap((p, n) => {
    if (p.certificate) return [];
    const role = b.roles.find((r) => r.code === p.role);
    return [{ key: `party-${n}`, name: `${role ? term(role.zh, role.en) : p.role} ${p.name}`, source: say(['窗口', 'window 窗口']), state: 'seen' as const, text: say(['身份证件、签名由收件人员当面核对', 'papers and signature seen at the window']) }];
  });
}

const norm = (s: unknown): string => String(s ?? '').normalize('NFKC').replace(/\s/g, '');
function against(key: string, name: string, entered: unknown, booked: string[]): Check {
  const source = say(['登记簿', 'register 登记簿']);
  if (!booked.length) return { key, name, source, state: 'open', text: say(['登记簿没有对应记载', 'nothing of it in the register']) };
  if (booked.some((b) => norm(b) === norm(entered))) return { key, name, source, state: 'good', text: String(entered) };
  return { key, name, source, state: 'bad', text: say(['填写“{a}”，登记簿为“{b}”', 'entered “{a}”, the register has “{b}”'], { a: String(entered), b: booked.join('、') }) };
}

function register(c: Case): Check[] {
  const list: Check[] = [];
  const places = ['h', 'zdjbxx', 'zhjbxx', 'lq'].flatMap((t) => rowsOf(c.register_now, t).map((r) => String(r.zl ?? ''))).filter(Boolean);
  if (c.form.location) list.push(against('location', term('坐落', 'Location'), c.form.location, places));
  // Of whichever right: a title 不动产权证 or a proof 不动产登记证明.
  const numbers = Object.values(c.register_now.rows).flatMap((rows) => rows.flatMap((r) => [r.bdcqzh, r.bdcdjzmh]).filter(Boolean).map(String));
  if (c.form.certificate_no) list.push(against('certificate', term('不动产权证号', 'Certificate number'), c.form.certificate_no, numbers));
  return list;
}

const holders: Record<string, [string, string]> = {
  register: ['登记簿', 'the register 登记簿'],
  court: ['法院', 'courts 法院'],
  death: ['死亡登记', 'death records 死亡登记'],
  household: ['户籍', 'household register 户籍'],
  identity: ['身份认证', 'identity 身份认证'],
  land: ['用地审批', 'land approval 用地审批'],
  marriage: ['婚姻登记', 'marriage register 婚姻登记'],
  notary: ['公证', 'notary deeds 公证'],
  placename: ['地名', 'place names 地名'],
  planning: ['规划许可', 'planning 规划许可'],
  tax: ['税务', 'tax office 税务'],
  trade: ['交易网签', 'trade contracts 交易网签']
};

// What need not be handed in because somebody else has it.
function shared(c: Case, b: Business): Check[] {
  const list: Check[] = [];
  for (const m of b.materials)
    if (m.shared && !c.materials.some((x) => x.code === m.code))
      list.push({ key: `shared-${m.code}`, name: term(m.zh, m.en), source: say(['共享：{s}', 'shared: {s}'], { s: holders[m.shared] ? say(holders[m.shared]!) : m.shared }), state: m.shared === 'register' && Object.keys(c.register_now.rows).length ? 'good' : 'open', text: m.shared === 'register' ? say(['由本登记簿核验，免交', 'the register itself tells, need not be handed in']) : say(['未提交，须向来源部门核验', 'not handed in; ask the department']) });
  return list;
}

// over: the case's own entry has changed the register, or another's will: what was entered is held against it no more.
export const checksOf = (c: Case, b: Business, over: boolean): Check[] => [...parties(c, b), ...(over ? [] : register(c)), ...shared(c, b)];
