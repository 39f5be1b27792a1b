import { expect, test } from 'vitest';
import type { Business, Case, Step } from '../../api/registry';
import { answersOf, cadastralOf, factsOf, fieldText, lineOf, opinionOf, personText, termOf } from './facts';

const business = {
  code: 'b', zh: '存量房转移登记', en: 'Transfer', needs: { tax: true, cadastral: false }, holder_role: 'transferee', ended_role: 'transferor', promised_days: 5, legal_days: 30,
  channels: { portal: true, window: true, department: false },
  roles: [], materials: [],
  fields: [
    { code: 'location', zh: '坐落', en: 'Location', type: 'text', required: true, min: 0, max: 0 },
    { code: 'price_cents', zh: '成交价格', en: 'Price', type: 'money', required: true, min: 0, max: 0 },
    { code: 'contract_no', zh: '网签合同号', en: 'Contract', type: 'text', required: true, min: 0, max: 0 }
  ],
  steps: ['submitted', 'accepted', 'tax', 'review', 'entry', 'certificate', 'delivered'].map((code) => ({ code, zh: code, en: code }))
} satisfies Partial<Business> as unknown as Business;
const step = (state: Step['state'], by = 'registrar1', note = ''): Step => ({ state, state_zh: state, state_en: state, at: '2026-01-05T02:00:00.000Z', by, note, ground: '' });

function kase(more: Partial<Case>): Case {
  return {
    id: 'c', number: '1', business: 'b', business_version: 1, channel: 'portal', batch: '', flow: { process: 'b', version: 1, status: 'running', open: [], back: [], log: [] }, business_zh: '', business_en: '', state: 'submitted', state_zh: '', state_en: '', version: 1, unit_code: '110101001001GB00001F00010001',
    location: '', applicant: '', received: '', deadline: '', reviewer: '', note: '', has_tax: false, has_cadastral: false, needs: { tax: true, cadastral: false },
    parties: [], form: { location: '示例路1号', price_cents: 500000000 }, materials: [], steps: [], corrections: [], decisions: [], tax: null, register_now: { rows: {}, land: {}, building: {}, binding: null, blocks: [], day: '' }, ...more
  };
}

test('values are shown by their kind, missing ones are empty', () => {
  expect(fieldText('money', 500000000)).toBe('¥5,000,000.00');
  expect(fieldText('area', 895000)).toBe('89.50 m²');
  expect(fieldText('text', null)).toBe('');
  expect(factsOf(kase({}), business).map((f) => f.value)).toEqual(['110101 001001 GB00001 F00010001', '示例路1号', '¥5,000,000.00', '']);
});

test('a place that the form does not ask for is shown as the case has it', () => {
  const short = { ...business, fields: business.fields.slice(1) } as Business;
  expect(factsOf(kase({ location: '示例路1号' }), short).map((f) => f.key)).toEqual(['unit', 'location', 'field-price_cents', 'field-contract_no']);
});

test('answers of the record of inquiry are told by question and words', () => {
  const question = (code: string, type: string, values?: object[]) => ({ code, zh: `${code}？`, en: code, type, required: true, min: 0, max: 0, roles: '', when: '', is: '', stops: '', leads: '', note_zh: '', note_en: '', values });
  const asking = { ...business, papers: [{ code: 'inquiry', zh: '', en: '', each: true, template: '', questions: [question('leased', 'code', [{ value: 'no', label: '否', en: 'No' }]), question('since', 'date'), question('rent', 'money')] }] } as unknown as Business;
  expect(answersOf({ answers: { leased: 'no', since: '2026-01-05', rent: 100, old: 'x' } }, asking)).toEqual([
    { code: 'leased', question: 'leased？', answer: '否' },
    { code: 'since', question: 'since？', answer: '2026年1月5日' },
    { code: 'rent', question: 'rent？', answer: '¥1.00' },
    { code: 'old', question: 'old', answer: 'x' }
  ]);
  expect(answersOf({}, asking)).toEqual([]);
});

test('the line: passed, present, ahead', () => {
  const line = lineOf(kase({ state: 'tax', steps: [step('submitted', 'portal'), step('accepted'), step('tax')] }), business);
  expect(line.map((l) => `${l.key} ${l.phase}`)).toEqual([
    'submitted-0 done', 'accepted-1 done', 'tax-2 now', 'next-review next', 'next-entry next', 'next-certificate next', 'next-delivered next', 'next-archived next'
  ]);
  expect(line[0]!.who).toBe('申请人（网上）');
});

test('a case that was stopped has nothing ahead', () => {
  expect(lineOf(kase({ state: 'refused', steps: [step('submitted'), step('refused')] }), business).map((l) => l.phase)).toEqual(['done', 'stopped']);
  expect(lineOf(kase({ state: 'archived', steps: [step('submitted'), step('archived')] }), business).map((l) => l.phase)).toEqual(['done', 'done']);
});

test.each([
  ['2026-01-10', 'accepted', '还有 5 天', ''],
  ['2026-01-06', 'review', '还有 1 天', 'wait'],
  ['2026-01-05', 'tax', '今天到期', 'bad'],
  ['2026-01-01', 'tax', '逾期 4 天', 'bad']
])('term %s in state %s: %s', (deadline, state, text, tone) => expect(termOf({ deadline, state: state as Case['state'] }, Date.parse('2026-01-05T03:00:00Z'))).toEqual({ text, tone }));

test('a finished case has no term any more', () => {
  expect(termOf({ deadline: '2026-01-01', state: 'delivered' })).toBe(null);
  expect(termOf({ deadline: '', state: 'submitted' })).toBe(null);
});

test('the cadastral review as far as it is known here', () => {
  const needs = { tax: false, cadastral: true };
  expect(cadastralOf(kase({}))).toBe(null);
  expect(cadastralOf(kase({ needs }))!.text).toBe('尚未收取图形');
  expect(cadastralOf(kase({ needs, steps: [step('cadastral')] }))!.tone).toBe('wait');
  const passed = kase({ needs, has_cadastral: true, steps: [step('cadastral'), step('cadastral', 'cadastre', '界址清楚')] });
  expect(cadastralOf(passed)!.tone).toBe('good');
  expect(opinionOf(passed)).toBe('界址清楚');
  expect(cadastralOf(kase({ needs, steps: [step('cadastral'), step('refused', 'cadastre', '重叠')] }))!.tone).toBe('bad');
  expect(personText('registrar1')).toBe('registrar1');
});
