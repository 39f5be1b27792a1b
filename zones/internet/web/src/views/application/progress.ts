// The course of an application as a line: what was, where it stands, what comes next.
import { date, dateTime, say, stateOf, term, type LineItem } from '@sanwang/ui';
import type { Application, Business, Progress } from '../../api/portal';
import { mergeDelivery } from './delivery';

const ended = new Set(['rejected', 'refused', 'withdrawn']);
const finished = new Set(['delivered', 'archived']);

// Steps of the business that are not passed yet, judged by the newest news.
function ahead(b: Business, state: string): readonly { code: string; zh: string; en: string }[] {
  const codes = b.steps.map((s) => s.code);
  const at = codes.indexOf(state === 'correction' ? 'submitted' : state);
  if (at >= 0) return b.steps.slice(at + 1);
  return state === 'draft' || state === 'signing' ? b.steps : [];
}

function item(p: Progress, phase: LineItem['phase'], n: number): LineItem {
  const s = stateOf(p.state);
  return { key: `${p.state}-${n}`, name: term(p.step_zh || s.zh, p.step_en || s.en), phase, when: dateTime(p.at), who: p.office, note: p.note };
}

export function lineOf(a: Application, b: Business): LineItem[] {
  const past = a.progress;
  const told = past.map((p, n) => {
    const last = n === past.length - 1 && p.state === a.state;
    return { at: p.at, item: item(p, !last ? 'done' : ended.has(p.state) ? 'stopped' : finished.has(p.state) ? 'done' : 'now', n) };
  });
  const items = mergeDelivery(told, a.delivery?.events ?? []);
  const known = past.some((p) => p.state === a.state);
  if (!known) {
    const s = stateOf(a.state);
    items.push({ key: a.state, name: term(s.zh, s.en), phase: ended.has(a.state) ? 'stopped' : 'now', when: dateTime(a.updated) });
  }
  if (ended.has(a.state) || finished.has(a.state)) return items;
  // Steps of the office come within the promised term; a tax waits for its payer.
  const by = deadlineOf(a);
  for (const s of ahead(b, a.state)) items.push({ key: `next-${s.code}`, name: term(s.zh, s.en), phase: 'next', ...(by && s.code !== 'tax' ? { when: say(['最迟 {d}', 'by {d}'], { d: date(by) }) } : {}) });
  return items;
}

export const deadlineOf = (a: Application): string => [...a.progress].reverse().find((p) => p.deadline)?.deadline ?? '';
export const deadlineText = (a: Application): string => date(deadlineOf(a));
