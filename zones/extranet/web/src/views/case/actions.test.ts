import { expect, test } from 'vitest';
import { readFileSync } from 'node:fs';
import type { CaseRow, Step } from '../../api/registry';
import { nextOf, permissionOf, turnOf } from './actions';

const registrar = new Set(['case.read', 'case.accept', 'case.tax', 'case.review', 'graphics.add']);
const chief = new Set([...registrar, 'case.enter']);
const reader = new Set(['case.read']);
const transfer = { tax: true, cadastral: false };
const first = { tax: false, cadastral: true };

function kase(state: string, more: Partial<CaseRow> = {}): CaseRow {
  return {
    id: 'c', number: '1', business: 'b', state, state_zh: '', state_en: '', version: 1, unit_code: '', location: '', applicant: '',
    received: '', deadline: '', reviewer: '', note: '', has_tax: false, has_cadastral: false, ...more
  };
}
const steps = (...states: string[]): Step[] => states.map((state) => ({ state, state_zh: '', state_en: '', at: '', by: '', note: '' }));

test.each([
  ['submitted', {}, transfer, 'accept'],
  ['correction', {}, transfer, 'accept'],
  ['accepted', {}, transfer, 'tax'],
  ['tax', { has_tax: true }, transfer, 'review'],
  ['accepted', {}, first, 'graphics'],
  ['cadastral', {}, first, null],
  ['cadastral', { has_cadastral: true }, first, 'review'],
  ['accepted', {}, { tax: false, cadastral: false }, 'review'],
  ['review', {}, transfer, 'enter'],
  ['entry', {}, transfer, null],
  ['certificate', {}, transfer, null],
  ['delivered', {}, transfer, 'archive'],
  ['archived', {}, transfer, null],
  ['rejected', {}, transfer, null],
  ['withdrawn', {}, transfer, null],
  ['refused', {}, transfer, null]
])('%s %j needs %j: next is %s', (state, more, needs, next) => expect(nextOf(kase(state, more), needs)).toBe(next));

test('graphics handed in before the tax voucher are waited for, not asked for again', () => {
  const c = kase('tax', { has_tax: true });
  expect(nextOf(c, { tax: true, cadastral: true }, steps('accepted', 'cadastral', 'tax'))).toBe(null);
  expect(nextOf(c, { tax: true, cadastral: true }, steps('accepted', 'tax'))).toBe('graphics');
});

const turn = (c: CaseRow, needs: typeof transfer, who: Set<string>, user = 'a', past: Step[] = []) => turnOf(c, needs, past, user, (p) => who.has(p));

test('a registrar accepts, or asks for a correction, or does not accept', () => {
  expect(turn(kase('submitted'), transfer, registrar)).toEqual({ next: 'accept', may: true, others: ['correct', 'reject'], waiting: '' });
  expect(turn(kase('correction'), transfer, registrar).others).toEqual(['reject']);
});

test('without the permission nothing is offered, and it is said', () => {
  expect(turn(kase('submitted'), transfer, reader)).toEqual({ next: 'accept', may: false, others: [], waiting: 'permission' });
  expect(turn(kase('review'), transfer, registrar)).toEqual({ next: 'enter', may: false, others: ['refuse'], waiting: 'permission' });
});

test('the reviewer does not enter, another one does', () => {
  const c = kase('review', { reviewer: 'a' });
  expect(turn(c, transfer, chief)).toMatchObject({ may: false, waiting: 'other-person' });
  expect(turn(c, transfer, chief, 'b')).toMatchObject({ next: 'enter', may: true, waiting: '' });
});

test('a case in the intranet waits; graphics may be handed in again', () => {
  expect(turn(kase('cadastral'), first, registrar)).toEqual({ next: null, may: false, others: ['graphics', 'refuse'], waiting: 'cadastre' });
  expect(turn(kase('entry'), transfer, chief)).toEqual({ next: null, may: false, others: [], waiting: 'certificate' });
  expect(turn(kase('archived'), transfer, chief)).toEqual({ next: null, may: false, others: [], waiting: '' });
});

test('the permissions are those of the routes', () => {
  const routes = readFileSync('zones/extranet/api/routes.c', 'utf8');
  for (const [action, permission] of Object.entries(permissionOf)) expect(routes).toContain(`{"POST", "/api/cases/:id/${action}", "${permission}"`);
});
