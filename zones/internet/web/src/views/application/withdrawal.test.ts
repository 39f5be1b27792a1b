import { expect, test } from 'vitest';
import type { Application, Withdrawal } from '../../api/portal';
import { mayWithdraw, refusal, waitingFor, withdrawalOf } from './withdrawal';

const party = (own: boolean, signed_at = ''): Withdrawal['parties'][number] => ({ n: 0, role: 'transferor', name: own ? '张三' : '王*', own, signed_at });
const app = (state: string, withdrawal?: Partial<Withdrawal>, more: object = {}): Application =>
  ({ state, mine: false, my_party: 1, parties: [{}, { signs: true }], ...(withdrawal ? { withdrawal: { at: '', reason: '', text: 't', state: 'signing', parties: [], ...withdrawal } } : {}), ...more }) as unknown as Application;

test('who signed the application may begin it, until it is decided', () => {
  expect(mayWithdraw(app('review'))).toBe(true);
  expect(mayWithdraw(app('entry'))).toBe(false);
  expect(mayWithdraw(app('signing'))).toBe(false);
  expect(mayWithdraw(app('review', undefined, { my_party: -1 }))).toBe(false);
  expect(mayWithdraw(app('review', undefined, { my_party: -1, mine: true }))).toBe(true);
  expect(mayWithdraw(app('review', undefined, { parties: [{}, { signs: false }] }))).toBe(false);
});

test('it says who still has to sign, and whether that is oneself', () => {
  const w = withdrawalOf(app('tax', { parties: [party(true), party(false)] }));
  expect(w).toMatchObject({ state: 'signing', tone: 'wait', sign: true });
  expect(w?.text).toContain('张三、王*');
  const other = withdrawalOf(app('tax', { parties: [party(true, 'x'), party(false)] }));
  expect(other).toMatchObject({ tone: '', sign: false });
  expect(other?.text).not.toContain('张三');
  expect(waitingFor({ parties: [party(true, 'x'), party(false)] } as Withdrawal)).toHaveLength(1);
});

test('on its way, refused with the reason, over with the case', () => {
  expect(withdrawalOf(app('tax', { state: 'sent' }))?.text).toContain('已送交');
  expect(withdrawalOf(app('tax', { state: 'refused', reason: 'REFUSED: case 1: not possible while it is entry (已登簿)' }))).toMatchObject({ tone: 'bad', text: '没有撤回：case 1: not possible while it is entry (已登簿)' });
  expect(refusal('SIGNATURE: body.signatures: party 1 has not signed')).toBe('party 1 has not signed');
  expect(withdrawalOf(app('withdrawn', { state: 'sent' }))).toBeNull();
  expect(withdrawalOf(app('tax'))).toBeNull();
});
