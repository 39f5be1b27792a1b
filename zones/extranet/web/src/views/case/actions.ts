// What may be done with a case: the acts its process waits for, and what the law allows beside them, for the person who looks at it. The daemon judges again.
import type { Flow } from '../../api/desk';
import type { CaseRow } from '../../api/registry';

export type Action =
  | 'accept' | 'correct' | 'reject' | 'tax' | 'graphics' | 'review' | 'check' | 'approve' | 'enter' | 'archive' | 'refuse'
  | 'back' | 'suspend' | 'resume' | 'withdraw' | 'objection' | 'visit';

export const permissionOf: Record<Action, string> = {
  accept: 'case.accept',
  correct: 'case.accept',
  reject: 'case.accept',
  tax: 'case.tax',
  graphics: 'graphics.add',
  review: 'case.review',
  check: 'case.review',
  approve: 'case.enter',
  enter: 'case.enter',
  archive: 'case.review',
  refuse: 'case.review',
  back: 'case.review',
  suspend: 'case.review',
  resume: 'case.review',
  withdraw: 'case.accept',
  objection: 'case.intake',
  visit: 'case.review'
};

// Whom or what the case waits for, when it is not an act of this person.
export type Waiting = '' | 'correction' | 'cadastre' | 'notice' | 'certificate' | 'suspended' | 'other-person' | 'permission';

export interface Turn {
  next: Action | null; // the one act that brings the case on, whoever may take it
  may: boolean; // this person may take it now
  others: Action[]; // what else this person may do
  waiting: Waiting;
}

const acts: readonly Action[] = ['accept', 'tax', 'graphics', 'review', 'check', 'approve', 'enter', 'archive'];
const collecting = new Set(['accepted', 'tax', 'cadastral']);
const openActs = (f: Flow): Action[] => acts.filter((a) => f.open.some((o) => o.kind === 'userTask' && o.act === a));

// Acts in which the first reviewer has no part.
const notByReviewer = new Set<Action>(['approve', 'enter']);

function besides(c: CaseRow, f: Flow, next: Action | null): Action[] {
  if (c.state === 'submitted') return ['correct', 'reject', 'withdraw'];
  if (c.state === 'correction') return ['reject', 'withdraw'];
  const back: Action[] = f.back.length ? ['back'] : [];
  const notice: Action[] = f.open.some((o) => o.act === 'notice') ? ['objection'] : [];
  // 最多跑一次: what came online was looked through.
  const visit: Action[] = c.channel === 'portal' ? ['visit'] : [];
  if (c.state === 'review') return [...notice, ...back, ...visit, 'refuse', 'suspend', 'withdraw'];
  if (!collecting.has(c.state)) return [];
  // What is in the intranet is waited for first.
  const correct: Action[] = c.state === 'cadastral' && !c.has_cadastral ? [] : ['correct'];
  return [...openActs(f).filter((a) => a !== next), ...notice, ...back, ...correct, ...visit, 'refuse', 'suspend', 'withdraw'];
}

function waitingOf(c: CaseRow, f: Flow): Waiting {
  if (f.open.some((o) => o.act === 'cadastral')) return 'cadastre';
  if (f.open.some((o) => o.act === 'notice')) return 'notice';
  return c.state === 'entry' || c.state === 'certificate' ? 'certificate' : '';
}

export function turnOf(c: CaseRow, f: Flow, user: string, may: (permission: string) => boolean): Turn {
  // Asked for after the acceptance: the applicants answer at the portal, or bring it to the window.
  if (f.status === 'suspended' && c.state === 'correction') {
    const others: Action[] = c.channel === 'portal' ? ['refuse', 'withdraw'] : ['resume', 'refuse', 'withdraw'];
    return { next: null, may: false, others: others.filter((a) => may(permissionOf[a])), waiting: 'correction' };
  }
  if (f.status === 'suspended') return { next: null, may: false, others: (['resume'] as const).filter((a) => may(permissionOf[a])), waiting: 'suspended' };
  const next = openActs(f)[0] ?? null;
  const others = besides(c, f, next).filter((a) => may(permissionOf[a]));
  if (next === null) return { next, may: false, others, waiting: waitingOf(c, f) };
  if (!may(permissionOf[next])) return { next, may: false, others, waiting: 'permission' };
  const own = notByReviewer.has(next) && c.reviewer === user;
  return { next, may: !own, others, waiting: own ? 'other-person' : '' };
}

// The act that stands first has "a"; each of the others a letter of its own.
const letters: Record<Action, string> = {
  accept: 'a', tax: 'a', review: 'a', check: 'a', approve: 'a', enter: 'a', archive: 'a', graphics: 'g',
  correct: 'e', reject: 'd', refuse: 'd', back: 'b', suspend: 's', resume: 's', withdraw: 'w', objection: 'y', visit: 'v'
};
export const letterOf = (a: Action, turn: Turn): string => (a === turn.next ? 'a' : letters[a] === 'a' ? a[0]! : letters[a]);
