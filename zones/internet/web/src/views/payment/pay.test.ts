import { afterEach, expect, test } from 'vitest';
import { lang } from '@sanwang/ui';
import type { Fee, Payment, PaymentReceipt, Tax } from '../../api/payments';
import { payOf, wayBack } from './pay';

const fee = (state: Fee['state'], more: Partial<Fee> = {}): Fee => ({ order: 'N-JF1', state, amount_cents: 8000, table: 1, reckoned: '2026-11-27', lines: [], reason: '', at: '2026-11-27T02:00:00.000Z', ...more });
const tax = (state: Tax['state']): Tax => ({ order: 'N-SK1', declaration: '申报1', state, amount_cents: 7500000, at: '2026-11-27T02:00:00.000Z' });
const got = (item: string, more: Partial<PaymentReceipt> = {}): PaymentReceipt => ({ number: 'P1', item, refund: false, amount_cents: 8000, at: '2026-11-27T03:00:00.000Z', reason: '', ...more });
const paid = (receipts: PaymentReceipt[] = [], opened = ''): Payment => ({ opened, receipts, returning: [] });
afterEach(() => (lang.value = 'zh'));

test('every state of both dues has words in both languages', () => {
  for (const l of ['zh', 'en'] as const) {
    lang.value = l;
    for (const s of ['free', 'waived', 'cancelled', 'refund', 'refunded', 'paid'] as const) {
      const p = payOf({ fee: fee(s, { reason: '低保户' }), payment: paid() });
      expect(p.owed).toBe(0);
      expect(p.dues[0]!.lines.join('')).toMatch(/.{4}/);
      expect(p.dues[0]!.lines.join('')).not.toMatch(/undefined|\{/);
    }
  }
});
test('fee and taxes are one sum', () => {
  const p = payOf({ fee: fee('due'), tax: tax('due'), payment: paid() });
  expect(p.owed).toBe(7508000);
  expect(p.lines[0]).toMatch('统缴');
  expect(payOf({ fee: fee('due'), tax: tax('elsewhere'), payment: paid() }).owed).toBe(8000);
});
test('an unknown outcome can be asked for, and paid again without fear', () => {
  const p = payOf({ fee: fee('due'), payment: paid([], '2026-11-27T02:30:00.000Z') });
  expect([p.dues[0]!.state, p.check, p.owed]).toEqual(['unknown', true, 8000]);
  expect(p.dues[0]!.lines[0]).toMatch('不会扣款两次');
});
test('a receipt that the registry has not confirmed: nothing more is to be paid', () => {
  const p = payOf({ fee: fee('due'), payment: paid([got('N-JF1')]) });
  expect([p.dues[0]!.state, p.check, p.owed]).toEqual(['confirming', true, 0]);
});
test('a wrong sum is not counted, says why and where to go, and offers no second payment', () => {
  const p = payOf({ fee: fee('due'), payment: paid([got('N-JF1', { amount_cents: 8100, reason: 'REFUSED: amount' })]) });
  expect([p.dues[0]!.state, p.owed]).toEqual(['disputed', 0]);
  expect(p.dues[0]!.lines.join('')).toMatch(/81.00.*80.00.*P1/);
});
test('money that goes back: by itself where it came online, at the window else', () => {
  expect(payOf({ fee: fee('refund'), payment: paid([got('N-JF1')]) }).dues[0]!.lines[0]).toMatch('原路退回');
  expect(payOf({ fee: fee('refund'), payment: paid() }).dues[0]!.lines[0]).toMatch('窗口');
  expect(payOf({ fee: fee('refunded'), payment: paid([got('N-JF1'), got('N-JF1', { refund: true, number: 'R1' })]) }).dues[0]!.lines[0]).toMatch('R1');
  expect(payOf({ tax: tax('refund'), payment: paid() }).dues[0]!.lines[0]).toMatch('税务机关退还');
  expect(payOf({ tax: tax('refund'), payment: paid([got('N-SK1')]) }).dues[0]!.lines[0]).toMatch('原路退回');
});
test('an e-receipt for what was paid online', () => {
  expect(payOf({ fee: fee('paid'), payment: paid([got('N-JF1')]) }).dues[0]!.bill).toBe('P1');
  expect(payOf({ fee: fee('paid'), payment: paid() }).dues[0]!.bill).toBe('');
});
test('back to the application', () => {
  expect(wayBack({ location: { origin: 'https://p.example', pathname: '/' } as Location }, 'x')).toBe('https://p.example/#/a/x?paid=1');
});
test('paid at the window before the receipt of what was paid online: that goes back, and is said until it is', () => {
  const on = payOf({ fee: fee('paid'), payment: { ...paid([got('N-JF1')]), returning: ['N-JF1'] } });
  expect([on.dues[0]!.state, on.dues[0]!.bill, on.owed]).toEqual(['paid', '', 0]);
  expect(on.dues[0]!.lines.join('')).toMatch(/窗口.*正在原路退回/);
  const back = payOf({ tax: tax('elsewhere'), payment: paid([got('N-SK1'), got('N-SK1', { number: 'R1', refund: true })]) });
  expect(back.dues[0]!.lines.join('')).toMatch(/完税凭证.*已于.*原路退回，退款号 R1/);
});
