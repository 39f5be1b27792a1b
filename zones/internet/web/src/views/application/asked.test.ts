import { describe, expect, it } from 'vitest';
import { isAnswered, openQuestions, stepsOf, stops, withAnswer } from './asked';
import type { Application, Asked, Business } from '../../api/portal';

const q = (code: string, more: Partial<Asked> = {}): Asked => ({ code, zh: code, en: code, type: 'code', required: true, min: 0, max: 9, roles: '', when: '', is: '', stops: '', leads: '', note_zh: '', note_en: '', ...more });
const inquiry = { code: 'inquiry', zh: '', en: '', each: true, template: 'x', questions: [q('free', { stops: 'no' }), q('let', { roles: 'seller' }), q('told', { roles: 'seller', when: 'let', is: 'yes' }), q('how', { when: 'told', is: 'yes' })] };
const contract = { code: 'contract', zh: '', en: '', each: false, template: 'y', questions: [q('pay')] };
const b = { papers: [inquiry, contract] } as unknown as Business;
const a = { parties: [{ role: 'seller' }, { role: 'buyer' }], asked: { parties: [0, 1], record: null, findings: [] } } as unknown as Application;
const codes = (record: Parameters<typeof stepsOf>[2]): string => stepsOf(a, b, record).map((s) => `${s.party}${s.question.code}`).join(' ');

describe('what a party is asked', () => {
  it('is its role\'s, party after party, and never the contract', () => expect(codes(null)).toBe('0free 0let 1free'));
  it('grows with the answers', () => expect(codes([{ party: 0, answers: { let: 'yes' } }])).toBe('0free 0let 0told 1free'));
  it('of a paper of all is open to nobody in particular', () => expect(openQuestions(contract, '', {}).length).toBe(1));
  it('names each asked party when one answers', () =>
    expect(withAnswer(a, b, null, { party: 1, question: q('free') }, 'yes')).toEqual([{ party: 0, answers: {} }, { party: 1, answers: { free: 'yes' } }]));
  it('forgets what is no longer asked, however deep', () =>
    expect(withAnswer(a, b, [{ party: 0, answers: { free: 'yes', let: 'yes', told: 'yes', how: 'x' } }], { party: 0, question: q('let') }, 'no')[0]?.answers).toEqual({ free: 'yes', let: 'no' }));
  it('takes an answer away', () => expect(withAnswer(a, b, [{ party: 0, answers: { free: 'yes' } }], { party: 0, question: q('free') }, undefined)[0]?.answers).toEqual({}));
  it('is not answered by what stops', () => {
    const s = { party: 0, question: q('free', { stops: 'no never' }) };
    expect([stops(s.question, 'never'), stops(s.question, 'yes')]).toEqual([true, false]);
    expect([isAnswered(s, [{ party: 0, answers: { free: 'no' } }]), isAnswered(s, [{ party: 0, answers: { free: 'yes' } }]), isAnswered(s, null)]).toEqual([false, true, false]);
    expect(isAnswered({ party: 0, question: q('more', { required: false }) }, null)).toBe(true);
  });
});
