// What may be done with a case: the rules of domain/case_state.c, for the person who looks at it. The daemon judges again.
import type { CaseRow, Needs, Step } from '../../api/registry';

export type Action = 'accept' | 'correct' | 'reject' | 'tax' | 'graphics' | 'review' | 'enter' | 'archive' | 'refuse';

export const permissionOf: Record<Action, string> = {
  accept: 'case.accept',
  correct: 'case.accept',
  reject: 'case.accept',
  tax: 'case.tax',
  graphics: 'graphics.add',
  review: 'case.review',
  enter: 'case.enter',
  archive: 'case.review',
  refuse: 'case.review'
};

// Whom or what the case waits for, when it is not one of the actions above.
export type Waiting = '' | 'cadastre' | 'certificate' | 'other-person' | 'permission';

export interface Turn {
  next: Action | null; // the one step that brings the case on, whoever may take it
  may: boolean; // this person may take it now
  others: Action[]; // what else this person may do
  waiting: Waiting;
}

const collecting = new Set(['accepted', 'tax', 'cadastral']);
const making = new Set(['entry', 'certificate']);

// `steps` is known on the case's own page only; in the list the state alone has to tell.
export function nextOf(c: Pick<CaseRow, 'state' | 'has_tax' | 'has_cadastral'>, needs: Needs, steps: readonly Pick<Step, 'state'>[] = []): Action | null {
  if (c.state === 'submitted' || c.state === 'correction') return 'accept';
  if (c.state === 'review') return 'enter';
  if (c.state === 'delivered') return 'archive';
  if (!collecting.has(c.state)) return null;
  if (needs.tax && !c.has_tax) return 'tax';
  if (needs.cadastral && !c.has_cadastral) return c.state === 'cadastral' || steps.some((s) => s.state === 'cadastral') ? null : 'graphics';
  return 'review';
}

function possible(c: CaseRow, needs: Needs): Action[] {
  switch (c.state) {
    case 'submitted':
      return ['accept', 'correct', 'reject'];
    case 'correction':
      return ['accept', 'reject'];
    case 'review':
      return ['enter', 'refuse'];
    case 'delivered':
      return ['archive'];
    default: {
      if (!collecting.has(c.state)) return [];
      const list: Action[] = [];
      if (needs.tax && !c.has_tax) list.push('tax');
      if (needs.cadastral && !c.has_cadastral) list.push('graphics');
      if (list.length === 0) list.push('review');
      return [...list, 'refuse'];
    }
  }
}

export function turnOf(c: CaseRow, needs: Needs, steps: readonly Step[], user: string, may: (permission: string) => boolean): Turn {
  const next = nextOf(c, needs, steps);
  const own = next !== null && may(permissionOf[next]);
  const reviewer = next === 'enter' && c.reviewer === user;
  const others = possible(c, needs).filter((a) => a !== next && may(permissionOf[a]));
  let waiting: Waiting = '';
  if (next === null) waiting = collecting.has(c.state) ? 'cadastre' : making.has(c.state) ? 'certificate' : '';
  else if (!own) waiting = 'permission';
  else if (reviewer) waiting = 'other-person';
  return { next, may: own && !reviewer, others, waiting };
}
