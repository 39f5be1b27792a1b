// What may be done with a disc now, how it came here, and what a scanner read.
import { dateTime } from '../format';
import { lang, say, term, type Text } from '../lang';
import { discStateOf } from '../states';
import type { LineItem } from '../components/TimeLine.vue';
import type { Blank, Disc, Sectors } from './api';

export const marks: Readonly<Record<string, Text>> = {
  public: ['公开', 'public 公开'],
  internal: ['内部', 'internal 内部'],
  'work-secret': ['工作秘密', 'work secret 工作秘密'],
  secret: ['秘密', 'secret 秘密'],
  confidential: ['机密', 'confidential 机密']
};
export const markOf = (code: string | undefined): string => (code && marks[code] ? say(marks[code]) : (code ?? ''));

export type DiscAction = 'approve' | 'burn' | 'verify' | 'carry' | 'void' | 'archive' | 'destroy';
const APPROVALS = 2;
export const approvalsLeft = (d: Disc): number => Math.max(0, APPROVALS - d.approvals.length);

const burnt = (d: Disc): boolean => d.state === 'burnt' || d.state === 'verified';
// Which side a record is of: what was staged here, or what came.
const arrived = (d: Disc): boolean => !d.steps.some((s) => s.state === 'staged');

function rules(d: Disc, user: string): [DiscAction, string, boolean][] {
  const signed = d.destruction?.signatures.some((s) => s.who === user) ?? false;
  const ends = arrived(d) ? ['received', 'imported', 'archived'] : ['void', 'handed-over'];
  return [
    ['approve', 'disc.approve', !arrived(d) && (d.state === 'staged' || d.state === 'approved') && approvalsLeft(d) > 0 && !d.approvals.some((a) => a.who === user)],
    ['burn', 'disc.burn', d.state === 'approved' && approvalsLeft(d) === 0],
    ['verify', 'disc.burn', burnt(d)],
    ['carry', 'disc.burn', burnt(d)],
    ['void', 'disc.burn', d.state === 'staged' || d.state === 'approved' || burnt(d)],
    ['archive', 'disc.receive', d.state === 'imported'],
    ['destroy', 'disc.destroy', ends.includes(d.state) && !signed]
  ];
}

// In the order in which they come; the first is the usual next step.
export function actionsOf(d: Disc, user: string, may: (permission: string) => boolean): DiscAction[] {
  return rules(d, user).flatMap(([action, permission, now]) => (now && may(permission) ? [action] : []));
}

// The usual next step: a disc just burnt is verified, one that is verified is handed over; the end is never the usual one.
export function nextOf(d: Disc, actions: readonly DiscAction[]): DiscAction | null {
  if (d.state === 'verified') return actions.includes('carry') ? 'carry' : null;
  return actions.find((a) => a !== 'void' && a !== 'destroy') ?? null;
}

const ended = new Set(['handed-over', 'archived', 'destroyed', 'void']);
const notes: Readonly<Record<string, Text>> = { approval: ['', ''] };

function stepItem(d: Disc, n: number): LineItem {
  const s = d.steps[n]!;
  const last = n === d.steps.length - 1;
  const name = discStateOf(s.state);
  return {
    key: `${d.disc}-${n}`,
    name: s.note === 'approval' ? term('批准', 'Approval') : term(name.zh, name.en),
    phase: s.state === 'void' || s.state === 'destroyed' ? 'stopped' : last && !ended.has(d.state) ? 'now' : 'done',
    when: dateTime(s.at),
    who: s.by,
    note: notes[s.note] ? say(notes[s.note]!) : s.note
  };
}

// What comes after the present state, so that nobody has to know the order by heart.
const ahead: Readonly<Record<string, readonly string[]>> = {
  staged: ['approved', 'burnt', 'verified', 'handed-over'],
  approved: ['burnt', 'verified', 'handed-over'],
  burnt: ['verified', 'handed-over'],
  verified: ['handed-over'],
  received: ['imported', 'archived'],
  importing: ['imported', 'archived'],
  imported: ['archived']
};

export function lineOf(d: Disc): LineItem[] {
  const done = d.steps.map((_, n) => stepItem(d, n));
  const next = (ahead[d.state] ?? []).map((state) => ({ key: `${d.disc}-${state}`, name: term(discStateOf(state).zh, discStateOf(state).en), phase: 'next' as const }));
  return [...done, ...next];
}

// A scanner types what it reads and ends with Enter: the code of slip or label, a disc's number, or a blank's.
export interface Scan {
  kind: 'slip' | 'disc' | 'blank' | 'none';
  disc: string;
  mark: string;
  blank: string;
  seal: string;
  text: string;
}
const number = /^D-\d{8}-\d{4}$/;
const serial = /^[A-Za-z0-9_][A-Za-z0-9\-._]{0,39}$/;

export function scanOf(typed: string): Scan {
  const text = typed.normalize('NFKC').trim();
  const none = { disc: '', mark: '', blank: '', seal: '', text };
  const slip = /^SWDISC1 (\S+) (\S+) (\S+) (\S+) (.+)$/.exec(text);
  const dash = (s: string): string => (s === '-' ? '' : s);
  if (slip && number.test(slip[1]!)) return { ...none, kind: 'slip', disc: slip[1]!, mark: slip[3]!, blank: dash(slip[4]!), seal: dash(slip[5]!) };
  if (number.test(text)) return { ...none, kind: 'disc', disc: text };
  return serial.test(text) ? { ...none, kind: 'blank', blank: text } : { ...none, kind: 'none' };
}

export const freeBlanks = (blanks: readonly Blank[]): Blank[] => blanks.filter((b) => b.state === 'blank');

// The map of a disc as a grid: each cell is equally many sectors and as bad as the worst of them.
export const CELLS = 384;
export interface Cell {
  from: number;
  to: number;
  state: 'good' | 'repaired' | 'bad';
}
export function cellsOf(s: Sectors): Cell[] {
  const per = Math.max(1, Math.ceil(s.total / CELLS));
  const cells: Cell[] = [];
  for (let from = 0; from < s.total; from += per) cells.push({ from, to: Math.min(s.total, from + per) - 1, state: 'good' });
  for (const [first, count, state] of s.map ?? [])
    for (let n = Math.floor(first / per); n <= Math.floor((first + count - 1) / per); n++) {
      const cell = cells[n];
      if (cell && cell.state !== 'bad') cell.state = state;
    }
  return cells;
}

export const names = (list: readonly { who: string }[] | undefined): string => (list ?? []).map((s) => s.who).join(lang.value === 'zh' ? '、' : ', ');
