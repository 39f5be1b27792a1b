// What an application owes and what to do about it, in sentences: an unpaid or half-known state always says what comes next. The registry's word counts; a
// receipt that it has not confirmed yet is said to be on its way.
import { date, dateTime, money, say } from '@sanwang/ui';
import type { Fee, Payment, PaymentReceipt, Tax } from '../../api/payments';

export interface Due {
  kind: 'fee' | 'tax';
  number: string;
  cents: number;
  state: string;
  tone: 'good' | 'wait' | 'bad' | '';
  lines: string[];
  bill: string; // number of the payment whose e-receipt there is; '' none
}
export interface Pay {
  dues: Due[];
  owed: number; // cents that can be paid now
  check: boolean; // an outcome is not known: it can be asked for
  lines: string[];
}
interface Owing {
  fee?: Fee | null;
  tax?: Tax | null;
  payment?: Payment;
}

const of = (p: Payment | undefined, item: string, refund: boolean): PaymentReceipt[] => (p?.receipts ?? []).filter((r) => r.item === item && r.refund === refund);

function unpaid(o: { order: string; amount_cents: number }, p: Payment | undefined): Pick<Due, 'state' | 'tone' | 'lines'> {
  const got = of(p, o.order, false);
  const wrong = got.find((r) => r.reason);
  const known = got.find((r) => !r.reason);
  if (known)
    return {
      state: 'confirming',
      tone: 'wait',
      lines: [say(['支付平台已收到 {m}（{d}），正在送登记机构核对。请勿重复支付。', 'The payment platform has taken {m} ({d}); the office is checking it. Do not pay again.'], { m: money(known.amount_cents), d: dateTime(known.at) })]
    };
  if (wrong)
    return {
      state: 'disputed',
      tone: 'bad',
      lines: [
        say(['支付平台报告收到 {m}，与应缴 {n} 不符，登记机构没有入账。请勿再次支付。', 'The platform reports {m}, but {n} is due: the office did not count it. Do not pay again.'], { m: money(wrong.amount_cents), n: money(o.amount_cents) }),
        say(['请凭支付号 {p} 联系登记机构窗口：多付的退回，或改在窗口缴费。', 'Go to the office’s window with the payment number {p}: the money goes back, or you pay there.'], { p: wrong.number })
      ]
    };
  if (p?.opened) return { state: 'unknown', tone: 'wait', lines: [say(['{d} 起您曾前往支付平台，尚未收到结果。已付款的请点“查询支付结果”；没有付款的可以继续支付，同一缴费单不会扣款两次。', 'You went to the payment platform at {d}; its outcome is not known yet. If you paid, ask for the outcome; if not, go on paying: the same order is never charged twice.'], { d: dateTime(p.opened) })] };
  return { state: 'due', tone: 'wait', lines: [] };
}

function returned(o: { order: string; amount_cents: number; state: string }, p: Payment | undefined, kind: Due['kind']): Pick<Due, 'state' | 'tone' | 'lines'> {
  const back = of(p, o.order, true)[0];
  // A tax that was not paid under this number: the difference of an assessment made anew.
  const byTaxOffice = kind === 'tax' && !of(p, o.order, false).length;
  if (byTaxOffice)
    return {
      state: o.state,
      tone: o.state === 'refunded' ? 'good' : 'wait',
      lines: [
        o.state === 'refunded'
          ? say(['多缴的税款 {m} 已由税务机关退还。', 'The tax office has sent back the {m} that were paid too much.'], { m: money(o.amount_cents) })
          : say(['税款重新核定，多缴的 {m} 由税务机关退还。', 'The tax was assessed anew: the {m} paid too much are sent back by the tax office.'], { m: money(o.amount_cents) })
      ]
    };
  if (o.state === 'refunded')
    return { state: 'refunded', tone: 'good', lines: [back ? say(['已于 {d} 退回 {m}，退款号 {n}。', 'Sent back on {d}: {m}, refund number {n}.'], { d: date(back.at), m: money(back.amount_cents), n: back.number }) : say(['已由窗口退回 {m}。', 'Paid back at the window: {m}.'], { m: money(o.amount_cents) })] };
  return {
    state: 'refund',
    tone: 'wait',
    lines: [
      of(p, o.order, false).length
        ? say(['办件已终结，{m} 将原路退回，无需申请。退款到账后显示在这里。', 'The case has ended: {m} goes back the way it came; you need not ask for it. It is shown here when it is back.'], { m: money(o.amount_cents) })
        : say(['办件已终结。您在窗口缴纳的 {m} 请凭收据到窗口办理退费。', 'The case has ended. You paid {m} at the window: bring the receipt there to get it back.'], { m: money(o.amount_cents) })
    ]
  };
}

// It was settled another way before the platform's receipt came: what was paid online goes back by itself.
function twice(o: { order: string }, p: Payment | undefined): string[] {
  const back = of(p, o.order, true)[0];
  if (back) return [say(['网上另付的 {m} 已于 {d} 原路退回，退款号 {n}。', 'The {m} paid online as well were sent back on {d}, refund number {n}.'], { m: money(back.amount_cents), d: date(back.at), n: back.number })];
  const got = of(p, o.order, false)[0];
  return got && p?.returning.includes(o.order) ? [say(['网上另付的 {m} 正在原路退回，无需申请。', 'The {m} paid online as well are on their way back; you need not ask for it.'], { m: money(got.amount_cents) })] : [];
}

function due(kind: Due['kind'], o: Fee | Tax, p: Payment | undefined): Due {
  const again = twice(o, p);
  const settled = ['paid', 'elsewhere', 'waived'].includes(o.state);
  const bill = settled && again.length ? '' : (of(p, o.order, false).find((r) => !r.reason)?.number ?? '');
  const base = { kind, number: o.order, cents: o.amount_cents, bill };
  const plain = (state: string, tone: Due['tone'], ...lines: string[]): Due => ({ ...base, state, tone, lines });
  switch (o.state) {
    case 'due':
      return { ...base, ...unpaid(o, p) };
    case 'refund':
    case 'refunded':
      return { ...base, ...returned(o, p, kind) };
    case 'paid':
      return plain('paid', 'good', bill ? '' : say(['已在窗口缴纳。', 'Paid at the window.']), ...again);
    case 'elsewhere':
      return plain('paid', 'good', say(['完税凭证已由登记机构录入。', 'The office has entered the tax voucher.']), ...again);
    case 'free':
      return plain('free', 'good', say(['本业务免收登记费。', 'Nothing is due.']));
    case 'waived':
      return plain('waived', 'good', say(['已减免：{r}', 'Waived: {r}'], { r: o.reason }), ...again);
    default:
      return plain('cancelled', '', say(['办件已终结，无需缴纳。', 'The case has ended: nothing is due.']));
  }
}

export function payOf(a: Owing): Pay {
  const dues: Due[] = [];
  if (a.fee) dues.push(due('fee', a.fee, a.payment));
  if (a.tax) dues.push(due('tax', a.tax, a.payment));
  for (const d of dues) d.lines = d.lines.filter(Boolean);
  const open = dues.filter((d) => d.state === 'due' || d.state === 'unknown');
  // Said once, where it is so of both.
  const unknown = dues.filter((d) => d.state === 'unknown');
  const once = unknown.length > 1 ? (unknown[0]?.lines ?? []) : [];
  if (unknown.length > 1) for (const d of unknown) d.lines = [];
  const lines = open.length > 1 ? [...once, say(['登记费和税款一次缴清（统缴）。', 'Fee and taxes are paid together, at once 统缴.'])] : [];
  return { dues, owed: open.reduce((n, d) => n + d.cents, 0), check: dues.some((d) => d.state === 'unknown' || d.state === 'confirming'), lines };
}

// Where the platform sends the person back to; it may only be this portal.
export const wayBack = (w: Pick<Window, 'location'>, id: string): string => `${w.location.origin}${w.location.pathname}#/a/${id}?paid=1`;
