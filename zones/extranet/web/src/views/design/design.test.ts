import { expect, test } from 'vitest';
import type { DesignChoices } from '../../api/designs';
import { fit, fresh, fromRegistry, has, toRegistry } from './design';

const entries: DesignChoices['entries'] = [
  { code: 'transfer', zh: '转移登记', en: 'transfer', registration_type: 200, holders: true, obligors: true, certificate: 'title', fields: [] },
  { code: 'cancel', zh: '注销登记', en: 'cancellation', registration_type: 400, holders: true, obligors: false, certificate: 'none', fields: [] },
  { code: 'mortgage', zh: '抵押', en: 'mortgage', registration_type: 100, holders: true, obligors: true, certificate: 'proof', fields: ['secured_cents', 'term_from'] }
];
const drawn = '<bpmn:userTask id="t" sw:action="tax"/>';

test('a kind of entry brings its parties and columns, and never takes any away', () => {
  const d = fresh();
  d.fields.push({ key: 'term_from', zh: '自', en: 'since', type: 'date', required: false, max: '', values: '', rest: {} });
  fit(d, entries[2]);
  expect(d.roles.map((r) => r.code)).toEqual(['obligor', 'holder']);
  expect(d.fields.map((f) => [f.key, f.zh])).toEqual([['term_from', '自'], ['secured_cents', '被担保债权数额']]);
  fit(d, entries[0]);
  expect(d.roles.length).toBe(2);
});

test('what the drawing has and the kind of entry decide what the business needs', () => {
  const d = { ...fresh(), code: 'family', entry: 'transfer', process: drawn };
  fit(d, entries[0]);
  const b = toRegistry(d, entries).business as Record<string, unknown>;
  expect([b.needs_tax, b.needs_cadastral, b.certificate, b.document, b.registration_type]).toEqual([true, false, 'title', 'certificate-title', 200]);
  expect('notice_days' in b).toBe(false);
  expect((b.steps as { code: string }[]).map((s) => s.code)).toEqual(['submitted', 'accepted', 'tax', 'review', 'entry', 'certificate', 'delivered']);
  const c = toRegistry({ ...d, entry: 'cancel' }, entries).business as Record<string, unknown>;
  expect([c.document, (c.steps as { code: string }[]).at(-1)!.code]).toEqual(['notice-entry', 'entry']);
});

test('a drawing is read by what it says, not by what it is called', () => {
  expect(has('<bpmn:userTask id="tax" name="tax" />', 'tax')).toBe(false);
  expect(has('<bpmn:message id="m" name="cadastral" />', 'cadastral')).toBe(true);
});

test('what comes from the registry goes back as it was', () => {
  const business = {
    code: 'x', version: 3, zh: '甲', en: 'A', entry: 'transfer', registration_type: 200, right_type: 4, process: 'tax', needs_tax: true, needs_cadastral: false, channels: 'portal window', legal_days: 30, promised_days: 5, fee_first: false,
    fees: ['registration'], certificate: 'title', document: 'certificate-title', holder_role: 'b', ended_role: 'a',
    roles: [{ code: 'a', zh: '甲', en: 'A', min: 1, max: 2, signs: true, id_kinds: 1 }, { code: 'b', zh: '乙', en: 'B', min: 1, max: 2, signs: true }],
    materials: [{ code: 'm', zh: '合同', en: 'Contract', required: true, shared: 'trade' }], rules: ['r'],
    papers: [{ code: 'inquiry', zh: '不动产登记询问笔录', en: 'Record of inquiry', template: 'signed-inquiry', each: true, questions: [{ code: 'q', zh: '问', en: 'Q', type: 'code', values: [{ value: 'a', zh: '甲', en: 'A' }], stops: 'a', leads: 'y' }] }, { code: 'm', zh: '合同', en: 'C', template: 'signed-contract-sale', each: false, questions: [] }]
  };
  const form = { type: 'default', id: 'x', schemaVersion: 17, components: [
    { type: 'number', key: 'price', label: '价', validate: { required: true, min: 5 }, properties: { en: 'Price', kind: 'money' } },
    { type: 'select', key: 'way', label: '式', values: [{ value: 'a', label: '甲 乙' }], validate: { required: false }, properties: { en: 'Way' } },
    { type: 'text', text: '说明' }
  ] };
  const made = toRegistry(fromRegistry({ code: 'x', version: 3, business, form, process: drawn }), entries);
  const b = made.business as Record<string, unknown>;
  expect(made.form).toEqual(form);
  expect(b.papers).toEqual(business.papers);
  expect(b.fee_first).toBe(false);
  expect(b.materials).toEqual(business.materials);
});
