// The whole course of a case in one line: steps of the law, what the rules said at each, ways back and holds of the process; then what lies ahead.
import { dateTime, say, type LineItem } from '@sanwang/ui';
import type { Verdict } from '../../api/desk';
import type { Business, Case } from '../../api/registry';
import { lineOf, personText } from './facts';
import { stageText } from './refusals';

const events: Record<string, readonly [string, string]> = {
  back: ['流程退回', 'The process went back 退回'],
  suspend: ['流程中止', 'The process was suspended 中止'],
  resume: ['流程恢复', 'The process went on 恢复'],
  timer: ['期限届满', 'A term ran out 期限届满'],
  message: ['收到消息', 'A message came'],
  migrate: ['改用新版流程', 'Another version of the process']
};

export function historyOf(c: Case, b: Business, verdicts: readonly Verdict[]): LineItem[] {
  const line = lineOf(c, b);
  const signed = new Set(c.decisions.map((d) => d.step));
  const past = c.steps.map((s, n) => ({ at: s.at, item: signed.has(n) ? { ...line[n]!, who: say(['{w} ✎ 已签名', '{w} ✎ signed'], { w: line[n]!.who ?? '' }) } : line[n]! }));
  const rules = verdicts.map((v) => ({
    at: v.at,
    item: {
      key: `verdict-${v.n}`,
      name: say(['规则审查（{s}）', 'Review by rules ({s})'], { s: say(stageText[v.stage] ?? ['', '']) }),
      phase: v.verdict.blocked ? 'stopped' : 'done',
      when: dateTime(v.at),
      who: personText(v.who),
      note: v.verdict.findings.length ? v.verdict.findings.map((f) => `${{ block: '✕', warn: '▲', info: 'ℹ' }[f.severity]} ${say([f.zh, `${f.en} ${f.zh}`])}`).join('；') : say(['无发现', 'nothing found'])
    } as LineItem
  }));
  const flow = c.flow.log
    .filter((l) => events[l.event])
    .map((l) => ({ at: new Date(l.at).toISOString(), item: { key: `flow-${l.n}`, name: say(events[l.event]!), phase: 'done', when: dateTime(new Date(l.at).toISOString()), who: personText(l.who) } as LineItem }));
  const done = [...past, ...rules, ...flow].sort((x, y) => (x.at < y.at ? -1 : x.at > y.at ? 1 : 0)).map((x) => x.item);
  // What was the last step of the law stays the present one, wherever records of the same moment fall.
  return [...done, ...line.slice(c.steps.length)];
}
