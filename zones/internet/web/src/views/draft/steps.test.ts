import { expect, test } from 'vitest';
import type { Application, Business, Field, Party } from '../../api/portal';
import { answered, evenShares, firstOpen, given, questionOfFinding, questionsOf, readField, sharesWhole, takeSide, typedField, withPaper } from './steps';

const field = (type: Field['type'], required = true, max = 1e14): Field => ({ code: 'x', zh: '栏', en: 'X', type, required, min: 0, max });
const party = (role: string, name = '', id_number = ''): Party => ({ role, name, id_number, share_num: 1, share_den: 1 });
const business = {
  code: 'b', version: 1, zh: '业务', en: 'Business', needs: { tax: true, cadastral: false }, channels: { portal: true, window: true, department: false },
  right_type: 4, registration_type: 200, notice_days: 0, certificate: 'title', legal_days: 30, promised_days: 5,
  fee: { dwelling_cents: 8000, other_cents: 55000, basis: '' }, holder_role: 'buyer', ended_role: 'seller',
  roles: [
    { code: 'seller', zh: '转让方', en: 'Seller', min: 1, max: 2, signs: true, id_kinds: '1' },
    { code: 'buyer', zh: '受让方', en: 'Buyer', min: 1, max: 2, signs: true, id_kinds: '1' }
  ],
  fields: [{ ...field('text', true, 12), code: 'location' }, { ...field('text', false), code: 'contract_no' }],
  materials: [{ code: 'contract', zh: '合同', en: 'Contract', required: true, when: '', size_max: 100, formats: 'pdf', sample: '', shared: '' }],
  papers: [], steps: []
} satisfies Partial<Omit<Business, 'fee'>> & { fee: object } as unknown as Business;
const draft = (patch: Partial<Application> = {}): Application => ({
  id: 'i', business: 'b', business_version: 1, division: '110101', offer: 'current', state: 'draft', version: 1, unit_code: '', form: {}, parties: [party('seller', '张三', '110101199003071091')], materials: [],
  progress: [], business_number: '', reason: '', updated: '', mine: true, round: 0, my_party: -1, fee: null, tax: null, payment: { opened: '', receipts: [], returning: [] }, added: [], ...patch
});

test('every type of field is read and shown again', () => {
  const code: Field = { ...field('code'), values: [{ value: 'a', label: '甲' }] };
  expect(readField(code, 'a')).toEqual({ value: 'a' });
  expect('wrong' in readField(code, 'b')).toBe(true);
  expect(readField(field('bool'), 'no')).toEqual({ value: false });
  expect(typedField(field('bool'), true)).toBe('yes');
  expect(readField(field('int'), '12')).toEqual({ value: 12 });
  expect('wrong' in readField({ ...field('int'), max: 5 }, '12')).toBe(true);
  expect('wrong' in readField(field('int'), '1.5')).toBe(true);
});

test('one question after the other, the side first', () => {
  expect(questionsOf(business, { parties: [] }).map((q) => q.id)).toEqual(['me', 'unit', 'field-location', 'field-contract_no', 'role-seller', 'role-buyer', 'material-contract']);
  expect(questionsOf({ ...business, roles: business.roles.slice(0, 1) }, { parties: [] })[0]?.id).toBe('unit');
});

test('how the certificate comes is asked last, of who holds it', () => {
  const buyer = { parties: [party('buyer', '王五', '110101199003071091')] };
  expect(questionsOf(business, buyer).at(-1)).toEqual({ id: 'delivery', kind: 'delivery' });
  expect(questionsOf(business, draft()).some((q) => q.kind === 'delivery')).toBe(false);
  expect(answered({ id: 'delivery', kind: 'delivery' }, draft(buyer))).toBe(true);
  expect(questionOfFinding({ key: 'delivery', zh: '', en: '' }, business, draft(buyer))).toBe('delivery');
});

test('the location is asked after what makes the register tell it, and not when it did', () => {
  const b = { ...business, fields: [...business.fields, { ...field('text'), code: 'certificate_no' }] };
  expect(questionsOf(b, { parties: [] }).map((q) => q.id)).toEqual(['me', 'unit', 'field-contract_no', 'field-certificate_no', 'role-seller', 'role-buyer', 'field-location', 'material-contract']);
  const asked = (form: Application['form']): boolean => questionsOf(b, { parties: [] }).some((q) => q.id === 'field-location' && !given(q, draft({ form })));
  expect([asked({}), asked({ location: '路' })]).toEqual([true, false]);
  const own = questionsOf(business, { parties: [] }).find((q) => q.id === 'field-location');
  expect(own && given(own, draft({ form: { location: '路' } }))).toBe(false);
});

test('an optional field left empty does not hold up', () => {
  const a = draft({ unit_code: '110101001001GB00001F00010001', form: { location: '路' } });
  expect(firstOpen(business, a)?.id).toBe('role-seller');
  const optional = questionsOf(business, { parties: [] })[3]!;
  expect(answered(optional, a)).toBe(true);
});

test.each([
  ['fields.location', '请填写', 'field-location'],
  ['parties[0]', '身份证号校验不通过', 'role-seller'],
  ['parties', '受让方应有1至2人', 'role-buyer'],
  ['parties', '权利人份额之和应为100%', 'role-buyer'],
  ['materials.contract', '请上传', 'material-contract'],
  ['unit_code', '不正确', 'unit'],
  ['application', '不正确', null],
  ['fields.unheard_of', '?', null]
])('%s belongs to %s', (key, zh, id) => expect(questionOfFinding({ key, zh, en: '' }, business, draft())).toBe(id));

test('values are kept whole', () => {
  expect(readField(field('money'), '5,000,000')).toEqual({ value: 500000000 });
  expect(readField(field('area'), '89.5')).toEqual({ value: 895000 });
  expect(readField(field('date'), '2026-02-01')).toEqual({ value: '2026-02-01' });
  expect(readField(field('text', false), '  ')).toEqual({ value: null });
  expect(readField(field('text'), '')).toHaveProperty('wrong');
  expect(readField(field('text', true, 5), '两个字')).toHaveProperty('wrong');
  expect(readField(field('money'), '12.345')).toHaveProperty('wrong');
  expect(typedField(field('money'), 500000050)).toBe('5000000.50');
  expect(typedField(field('area'), 895000)).toBe('89.50');
  expect(typedField(field('text'), undefined)).toBe('');
});

test('the other side keeps the other persons', () => {
  const both = [party('seller', '甲'), party('buyer', '乙')];
  expect(takeSide(business, both, 'buyer').map((p) => p.role)).toEqual(['buyer', 'seller']);
  expect(takeSide(business, both, 'seller')).toEqual(both);
});

test('shares of the holders must be whole', () => {
  const three = evenShares([party('seller'), party('buyer'), party('buyer'), party('buyer')], 'buyer');
  expect(three.map((p) => p.share_den)).toEqual([1, 3, 3, 3]);
  expect(sharesWhole(three, 'buyer')).toBe(true);
  expect(sharesWhole(three.slice(0, 3), 'buyer')).toBe(false);
  expect(sharesWhole([{ ...party('buyer'), share_num: 0 }], 'buyer')).toBe(false);
});

test('the proof of guardianship is asked for where a guardian acts, and then needed', () => {
  const proof = { code: 'guardianship', zh: '监护关系证明', en: 'Proof', required: false, when: 'guardian' as const, size_max: 100, formats: 'pdf', sample: '', shared: '' };
  const a = draft();
  const b = { ...business, materials: [...business.materials, proof] };
  const child = { ...a.parties[0]!, agent: { kind: 'guardian' as const, name: '李四', id_kind: '1', id_number: '110101199003070011' } };
  expect(questionsOf(b, a).some((q) => q.id === 'material-guardianship')).toBe(false);
  const q = questionsOf(b, { parties: [child] }).find((x) => x.id === 'material-guardianship')!;
  expect(answered(q, { ...a, parties: [child] })).toBe(false);
});

test('what the definition or the register answers is not asked for on the way', () => {
  const paper = { code: 'certificate', zh: '不动产权证书', en: 'Certificate', required: false, when: '' as const, size_max: 100, formats: 'pdf', sample: '', shared: 'register' };
  const b = { ...business, fields: [...business.fields, { ...field('text'), code: 'reason' }], materials: [...business.materials, paper, { ...paper, code: 'needed', required: true }] };
  const asked = (a: Application): string[] => questionsOf(b, a).filter((q) => !given(q, a)).map((q) => q.id);
  expect(asked(draft())).toEqual(['me', 'unit', 'field-location', 'field-contract_no', 'field-reason', 'role-seller', 'role-buyer', 'material-contract', 'material-needed']);
  expect(asked(draft({ form: { reason: '赠与' } }))).not.toContain('field-reason');
});

test('an organisation is answered with its number and who signs for it', () => {
  const a = draft();
  const role = questionsOf(business, { parties: [] }).find((q) => q.id === 'role-seller')!;
  const company = { ...a.parties[0]!, id_kind: '7', id_number: '91110101MA00000018' };
  expect(answered(role, { ...a, parties: [company] })).toBe(false);
  expect(answered(role, { ...a, parties: [{ ...company, agent: { kind: 'power' as const, name: '李四', id_kind: '1', id_number: '110101199003070011' } }] })).toBe(true);
});

test('a contract is filled in here, question after question, or uploaded', () => {
  const asked = (code: string, more: object = {}): object => ({ code, zh: code, en: code, type: 'code', required: true, min: 0, max: 9, roles: '', when: '', is: '', stops: '', leads: '', note_zh: '', note_en: '', values: [], ...more });
  const paper = { code: 'contract', zh: '合同', en: 'Contract', each: false, template: 't', questions: [asked('pay'), asked('when', { required: false }), asked('whom', { when: 'pay', is: 'loan' })] };
  const b = { ...business, papers: [paper] } as unknown as Business;
  const ids = (a: Application): string => questionsOf(b, a).map((q) => q.id).filter((id) => /contract/.test(id) && id !== 'field-contract_no').join(' ');
  const a = draft({ unit_code: '110101001001GB00001F00010001', form: { location: '路' }, parties: [] });
  expect(ids(a)).toBe('material-contract');
  const online = { ...a, papers: withPaper(a, 'contract', true) };
  expect(ids(online)).toBe('material-contract term-contract-pay term-contract-when');
  const loan = { ...a, papers: withPaper(online, 'contract', true, { pay: 'loan' }) };
  expect(ids(loan)).toBe('material-contract term-contract-pay term-contract-when term-contract-whom');
  expect(questionsOf(b, loan).filter((q) => q.kind === 'material' || q.kind === 'term').map((q) => answered(q, loan))).toEqual([true, true, true, false]);
  const paperBack = { ...a, papers: withPaper(loan, 'contract', false) };
  expect([ids(paperBack), paperBack.papers[0]?.answers.pay]).toEqual(['material-contract', 'loan']);
  expect(questionOfFinding({ key: 'papers.contract.whom', zh: '', en: '' }, b, loan)).toBe('term-contract-whom');
  expect(questionOfFinding({ key: 'papers.contract', zh: '', en: '' }, b, loan)).toBe('material-contract');
});
