// What the review rules and the book say of a case now, the worst first. Where nothing can be entered as it stands that is one of them: a list without it
// would say that nothing is in the way.
import { say, term } from '@sanwang/ui';
import type { Judgement, Severity } from '../../api/desk';

export interface Verdict {
  key: string;
  severity: Severity;
  text: string;
  basis: string;
}
const rank: Record<Severity, number> = { block: 0, warn: 1, info: 2 };

export function verdictsOf(j: Judgement): Verdict[] {
  const rules = j.rules.findings.map((f) => ({ key: f.rule, severity: f.severity, text: term(f.zh, f.en), basis: f.basis }));
  const book = j.plan.findings.map((f) => ({ key: f.code, severity: (f.blocks ? 'block' : 'warn') as Severity, text: term(f.zh, f.en) + (f.what ? ` ${f.what}` : ''), basis: f.basis }));
  const wrong = j.plan.wrong ? [{ key: 'plan', severity: 'warn' as const, text: say(['按目前内容还不能登簿：', 'As it stands nothing can be entered: ']) + j.plan.wrong, basis: '' }] : [];
  return [...rules, ...book, ...wrong].sort((a, b) => rank[a.severity] - rank[b.severity]);
}
