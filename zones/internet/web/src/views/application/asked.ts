// 询问笔录: what a party is asked before it signs, made from the definition of the business. An answer opens questions behind it, or ends the application.
import type { Answers, Application, Asked, Business, Paper, RecordEntry } from '../../api/portal';

export interface Step {
  party: number;
  question: Asked;
}
const words = (text: string): string[] => text.split(' ').filter(Boolean);

// Questions of a paper that are open to a role, as far as it is answered; '' : of a paper of all.
export const openQuestions = (p: Paper, role: string, answers: Answers): Asked[] =>
  p.questions.filter((q) => (!q.roles || words(q.roles).includes(role)) && (!q.when || answers[q.when] === q.is));

export const stops = (q: Asked, value: string | number | undefined): boolean => typeof value === 'string' && words(q.stops).includes(value);

export const answersOf = (record: readonly RecordEntry[] | null | undefined, party: number): Answers => record?.find((e) => e.party === party)?.answers ?? {};

// Every question that this person is asked now, party after party.
export function stepsOf(a: Application, b: Business, record: readonly RecordEntry[] | null | undefined): Step[] {
  return (a.asked?.parties ?? []).flatMap((party) =>
    b.papers.filter((p) => p.each).flatMap((p) => openQuestions(p, a.parties[party]?.role ?? '', answersOf(record, party)).map((question) => ({ party, question })))
  );
}

export const isAnswered = (s: Step, record: readonly RecordEntry[] | null | undefined): boolean => {
  const v = answersOf(record, s.party)[s.question.code];
  return v === undefined ? !s.question.required : !stops(s.question, v);
};

// The record with one answer more (undefined: taken away), without answers to what is no longer asked; an entry for every party that is asked.
export function withAnswer(a: Application, b: Business, record: readonly RecordEntry[] | null | undefined, s: Step, value: string | number | undefined): RecordEntry[] {
  return (a.asked?.parties ?? []).map((party) => {
    const { [s.question.code]: _, ...rest } = answersOf(record, party);
    const given: Answers = party !== s.party ? answersOf(record, party) : value === undefined ? rest : { ...rest, [s.question.code]: value };
    return { party, answers: pruned(b, a.parties[party]?.role ?? '', given) };
  });
}

function pruned(b: Business, role: string, answers: Answers): Answers {
  let left = answers;
  for (;;) {
    const open = new Set(b.papers.filter((p) => p.each).flatMap((p) => openQuestions(p, role, left).map((q) => q.code)));
    const kept = Object.fromEntries(Object.entries(left).filter(([code]) => open.has(code)));
    if (Object.keys(kept).length === Object.keys(left).length) return kept;
    left = kept;
  }
}
