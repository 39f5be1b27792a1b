// What may be done with a disc now, and how it came here.
import { dateTime, stateOf, term, type LineItem } from '@sanwang/ui';
import type { Disc } from '../../api/cadastre';

export type DiscAction = 'approve' | 'burn' | 'carry';
const NEEDED = 2;

export function actionOf(d: Disc, user: string, may: (permission: string) => boolean): DiscAction | null {
  if ((d.state === 'staged' || d.state === 'approved') && d.approvals.length < NEEDED) return may('disc.approve') && !d.approvals.some((a) => a.who === user) ? 'approve' : null;
  if (d.state === 'approved') return may('disc.burn') ? 'burn' : null;
  return d.state === 'burnt' && may('disc.burn') ? 'carry' : null;
}

export const approvalsLeft = (d: Disc): number => Math.max(0, NEEDED - d.approvals.length);

export function lineOf(d: Disc): LineItem[] {
  return d.steps.map((s, n) => ({
    key: `${d.disc}-${n}`,
    name: s.note === 'approval' ? term('批准', 'Approval') : term(stateOf(s.state).zh, stateOf(s.state).en),
    phase: n === d.steps.length - 1 && d.state !== 'handed-over' ? 'now' : 'done',
    when: dateTime(s.at),
    who: s.by,
    note: s.note === 'approval' ? '' : s.note
  }));
}
