// 询问笔录 of a batch: the agent answers once for each side it signs for, and the answers go into the record of every row.
import { openQuestions, stops } from '../application/asked';
import { readField } from '../draft/steps';
import type { Answers, Asked, Business, Party, RecordEntry } from '../../api/portal';
import type { Applicant } from './rows';

export type Typed = Readonly<Record<string, string>>; // by keyOf
export interface Asking {
  key: string; // also the id of its field
  role: string;
  question: Asked;
}
export const keyOf = (role: string, code: string): string => `ask-${role}-${code}`;

const openTo = (b: Business, role: string, answers: Answers): Asked[] => b.papers.filter((p) => p.each).flatMap((p) => openQuestions(p, role, answers));

// What a side is answered with; a question hangs on one before it, so that one pass is enough.
export function answersFor(b: Business, role: string, typed: Typed): Answers {
  const answers: Answers = {};
  for (const q of b.papers.filter((p) => p.each).flatMap((p) => p.questions)) {
    if (!openTo(b, role, answers).includes(q)) continue;
    const read = readField(q, typed[keyOf(role, q.code)] ?? '');
    if ('value' in read && (typeof read.value === 'string' || typeof read.value === 'number')) answers[q.code] = read.value;
  }
  return answers;
}

// Everything that the agent is asked for all rows, as far as it is answered.
export const askingsOf = (a: Applicant, typed: Typed): Asking[] =>
  a.business.roles
    .filter((r) => r.signs && (a.forAll || r.code === a.role))
    .flatMap((r) => openTo(a.business, r.code, answersFor(a.business, r.code, typed)).map((question) => ({ key: keyOf(r.code, question.code), role: r.code, question })));

// Why it does not do; null: it does.
export function standsInTheWay(x: Asking, b: Business, typed: Typed): 'open' | 'stops' | null {
  const value = answersFor(b, x.role, typed)[x.question.code];
  if (value === undefined) return x.question.required ? 'open' : null;
  return stops(x.question, value) ? 'stops' : null;
}

// The record of one row: an entry for each of its parties that the agent signs for and that is asked anything.
export const recordOf = (a: Applicant, typed: Typed, parties: readonly Party[]): RecordEntry[] =>
  parties.flatMap((p, party) => ((p.agent ?? p).id_number === a.agent.id_number && openTo(a.business, p.role, {}).length ? [{ party, answers: answersFor(a.business, p.role, typed) }] : []));
