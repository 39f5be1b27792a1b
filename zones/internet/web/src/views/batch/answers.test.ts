// What the agent of a batch is asked once, and what stands in each row's record.
import { describe, expect, it } from 'vitest';
import type { Asked, Business, Party } from '../../api/portal';
import { answersFor, askingsOf, recordOf, standsInTheWay } from './answers';
import type { Applicant } from './rows';

const yesno = [{ value: 'yes', label: '是', en: 'Yes' }, { value: 'no', label: '否', en: 'No' }];
const q = (code: string, more: Partial<Asked> = {}): Asked => ({ code, zh: code, en: code, type: 'code', values: yesno, required: true, min: 0, max: 9, roles: '', when: '', is: '', stops: '', leads: '', note_zh: '', note_en: '', ...more });
const business = {
  code: 'mortgage',
  roles: [{ code: 'lender', signs: true }, { code: 'borrower', signs: true }],
  papers: [
    { code: 'inquiry', each: true, questions: [q('free', { stops: 'no' }), q('let', { roles: 'borrower' }), q('told', { roles: 'borrower', when: 'let', is: 'yes' }), q('more', { type: 'text', required: false, max: 40 })] },
    { code: 'contract', each: false, questions: [q('pay')] }
  ]
} as unknown as Business;
const bank: Applicant = { business, role: 'lender', principal: { name: '示例银行', id_kind: '7', id_number: '91110101MA00000018' }, agent: { name: '赵娜娜', id_number: '110101197005207051' }, forAll: false };
const party = (role: string, agent = false): Party => ({ role, name: '', id_kind: '1', id_number: '11010119650525057X', ...(agent ? { agent: { kind: 'power', name: '', id_kind: '1', id_number: bank.agent.id_number } } : {}) }) as Party;
const keys = (a: Applicant, typed = {}): string => askingsOf(a, typed).map((x) => x.key).join(' ');

describe('the questions of a batch', () => {
  it('are those of the sides that the agent signs for, and never the contract', () => {
    expect(keys(bank)).toBe('ask-lender-free ask-lender-more');
    expect(keys({ ...bank, forAll: true })).toBe('ask-lender-free ask-lender-more ask-borrower-free ask-borrower-let ask-borrower-more');
  });
  it('grow with the answers, and forget what is no longer asked', () => {
    const typed = { 'ask-borrower-let': 'yes', 'ask-borrower-told': 'no' };
    expect(keys({ ...bank, forAll: true }, typed)).toContain('ask-borrower-told');
    expect(answersFor(business, 'borrower', { ...typed, 'ask-borrower-let': 'no' })).toEqual({ let: 'no' });
  });
  it('say what stands in the way', () => {
    const [free, more] = askingsOf(bank, {});
    const at = (typed: Record<string, string>): unknown => free && standsInTheWay(free, business, typed);
    expect([at({}), at({ 'ask-lender-free': 'perhaps' }), at({ 'ask-lender-free': 'no' }), at({ 'ask-lender-free': 'yes' })]).toEqual(['open', 'open', 'stops', null]);
    expect(more && standsInTheWay(more, business, {})).toBeNull();
  });
  it('are answered for each party that the agent signs for, in a row\'s record', () => {
    const typed = { 'ask-lender-free': 'yes', 'ask-borrower-free': 'yes', 'ask-borrower-let': 'no' };
    expect(recordOf(bank, typed, [party('lender', true), party('borrower')])).toEqual([{ party: 0, answers: { free: 'yes' } }]);
    expect(recordOf(bank, typed, [party('lender', true), party('borrower', true)])[1]).toEqual({ party: 1, answers: { free: 'yes', let: 'no' } });
  });
});
