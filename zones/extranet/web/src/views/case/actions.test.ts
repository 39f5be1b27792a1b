import { expect, test } from 'vitest';
import { readFileSync } from 'node:fs';
import type { Flow } from '../../api/desk';
import type { CaseRow } from '../../api/registry';
import { letterOf, permissionOf, turnOf, type Action } from './actions';

const registrar = new Set(['case.read', 'case.accept', 'case.tax', 'case.review', 'graphics.add', 'case.intake']);
const chief = new Set([...registrar, 'case.enter']);
const reader = new Set(['case.read']);

function kase(state: CaseRow['state'], more: Partial<CaseRow> = {}): CaseRow {
  return {
    id: 'c', number: '1', business: 'b', business_version: 1, state, state_zh: '', state_en: '', version: 1, unit_code: '', location: '', applicant: '',
    received: '', deadline: '', reviewer: '', note: '', has_tax: false, has_cadastral: false, channel: 'window', batch: '', ...more
  };
}
// "act" is a user task, "(topic)" something else that the process waits for.
const flow = (open: string[], status: Flow['status'] = 'running', back: string[] = []): Flow => ({
  process: 'b',
  version: 1,
  status,
  back,
  open: open.map((o) => ({ act: o.replace(/[()]/g, ''), node: o, name: o, kind: o.startsWith('(') ? 'serviceTask' : 'userTask', role: '' })),
  log: []
});
const turn = (c: CaseRow, f: Flow, who: Set<string>, user = 'a') => turnOf(c, f, user, (p) => who.has(p));

test('a registrar accepts, or asks for a correction, or does not accept', () => {
  expect(turn(kase('submitted'), flow(['accept']), registrar)).toEqual({ next: 'accept', may: true, others: ['correct', 'reject', 'withdraw'], waiting: '' });
  expect(turn(kase('correction'), flow(['accept']), registrar).others).toEqual(['reject', 'withdraw']);
});

test('what the process waits for comes next, whatever the state of the law', () => {
  expect(turn(kase('accepted'), flow(['tax', 'graphics']), registrar)).toMatchObject({ next: 'tax', others: ['graphics', 'correct', 'refuse', 'suspend', 'withdraw'] });
  expect(turn(kase('review'), flow(['approve'], 'running', ['review']), chief, 'b')).toMatchObject({ next: 'approve', may: true, others: ['back', 'refuse', 'suspend', 'withdraw'] });
  expect(turn(kase('review'), flow(['enter']), chief, 'b').next).toBe('enter');
  expect(turn(kase('accepted'), flow(['check']), registrar).next).toBe('check');
});

test('without the permission nothing is offered, and it is said', () => {
  expect(turn(kase('submitted'), flow(['accept']), reader)).toEqual({ next: 'accept', may: false, others: [], waiting: 'permission' });
  expect(turn(kase('review'), flow(['enter']), registrar)).toMatchObject({ next: 'enter', may: false, waiting: 'permission' });
});

test('the first reviewer neither approves nor enters', () => {
  for (const act of ['approve', 'enter']) expect(turn(kase('review', { reviewer: 'a' }), flow([act]), chief)).toMatchObject({ may: false, waiting: 'other-person' });
});

test('what is waited for elsewhere is said; graphics are handed in once, a notice may be objected to', () => {
  expect(turn(kase('cadastral'), flow(['(cadastral)']), registrar)).toMatchObject({ next: null, others: ['refuse', 'suspend', 'withdraw'], waiting: 'cadastre' });
  expect(turn(kase('accepted'), flow(['(notice)']), registrar)).toMatchObject({ next: null, others: ['objection', 'correct', 'refuse', 'suspend', 'withdraw'], waiting: 'notice' });
  expect(turn(kase('review'), flow(['(notice)']), registrar)).toMatchObject({ next: null, others: ['objection', 'refuse', 'suspend', 'withdraw'], waiting: 'notice' });
  expect(turn(kase('entry'), flow(['(certificate)']), chief)).toEqual({ next: null, may: false, others: [], waiting: 'certificate' });
  expect(turn(kase('archived'), flow([], 'done'), chief)).toEqual({ next: null, may: false, others: [], waiting: '' });
});

test('one step back is offered when there is one', () => {
  expect(turn(kase('tax'), flow(['review'], 'running', ['tax']), registrar).others).toEqual(['back', 'correct', 'refuse', 'suspend', 'withdraw']);
  expect(turn(kase('review'), flow(['enter']), chief, 'b').others).toEqual(['refuse', 'suspend', 'withdraw']);
});

test('a correction after the acceptance is answered at the portal, or brought to the window', () => {
  expect(turn(kase('correction', { channel: 'portal' }), flow(['tax'], 'suspended'), registrar)).toEqual({ next: null, may: false, others: ['refuse', 'withdraw'], waiting: 'correction' });
  expect(turn(kase('correction'), flow(['tax'], 'suspended'), registrar).others).toEqual(['resume', 'refuse', 'withdraw']);
});

test('a suspended case only goes on', () => {
  expect(turn(kase('accepted'), flow(['review'], 'suspended'), registrar)).toEqual({ next: null, may: false, others: ['resume'], waiting: 'suspended' });
});

test('no two acts of a page have the same key', () => {
  for (const t of [turn(kase('submitted'), flow(['accept']), chief), turn(kase('accepted'), flow(['tax', 'graphics', '(cadastral)', '(notice)']), chief), turn(kase('review'), flow(['approve']), chief, 'b')]) {
    const letters = [...(t.next ? [t.next] : []), ...t.others].map((a) => letterOf(a, t));
    expect(new Set(letters).size).toBe(letters.length);
    for (const taken of ['c', 'u', 'o', 'j', 'k', 'r', 'm', 'n', 'q']) expect(letters).not.toContain(taken);
  }
});

test('the permissions are those of the routes', () => {
  const routes = readFileSync('zones/extranet/api/routes.c', 'utf8');
  for (const [action, permission] of Object.entries(permissionOf) as [Action, string][]) expect(routes).toContain(`{"POST", "/api/cases/:id/${action}", "${permission}"`);
});
