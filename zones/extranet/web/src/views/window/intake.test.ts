import { expect, test } from 'vitest';
import type { Business } from '../../api/registry';
import { bodyOf, emptyDraft, wantedOf, wrongOf } from './intake';

const business = {
  code: 'mortgage', zh: '抵押', en: 'Mortgage', needs: { tax: false, cadastral: false }, holder_role: 'mortgagee', ended_role: 'mortgagor', promised_days: 3, legal_days: 30,
  channels: { portal: false, window: true, department: false },
  roles: [
    { code: 'mortgagor', zh: '抵押人', en: 'Mortgagor', min: 1, max: 2, signs: true, id_kinds: '1 7' },
    { code: 'mortgagee', zh: '抵押权人', en: 'Mortgagee', min: 1, max: 1, signs: true, id_kinds: '7' }
  ],
  fields: [
    { code: 'secured_cents', zh: '数额', en: 'Amount', type: 'money', required: true, min: 1, max: 9 },
    { code: 'term_to', zh: '至', en: 'To', type: 'date', required: false, min: 0, max: 0 }
  ],
  materials: [
    { code: 'loan', zh: '合同', en: 'Contract', required: true, when: '', size_max: 9, formats: 'pdf', sample: '', shared: '' },
    { code: 'certificate', zh: '证书', en: 'Title', required: false, when: '', size_max: 9, formats: 'pdf', sample: '', shared: 'register' }
  ],
  steps: []
} satisfies Partial<Business> as unknown as Business;

test('everything that is missing is told at once, each at its field', () => {
  const d = emptyDraft(business);
  expect(d.parties.map((p) => p.id_kind)).toEqual(['1', '7']);
  const keys = d.parties.map((p) => p.key);
  expect(wrongOf(business, d).map((e) => e.field)).toEqual(['unit', `name-${keys[0]}`, `id-${keys[0]}`, `name-${keys[1]}`, `id-${keys[1]}`, 'field-secured_cents', 'scan-loan', 'attested']);
});

test('who acts by a power of attorney hands in its scan; it goes when nobody does', () => {
  const d = emptyDraft(business);
  expect(wantedOf(business, d).map((m) => m.code)).toEqual(['loan', 'certificate']);
  d.parties[0]!.by = 'power';
  expect(wantedOf(business, d)[0]?.code).toBe('power-of-attorney');
  expect(wrongOf(business, d).some((e) => e.field === 'scan-power-of-attorney')).toBe(true);
  d.scans['power-of-attorney'] = [{ upload: 'u2', name: 'p.pdf', media: 'application/pdf', size: 1, digest: '' }];
  expect(wrongOf(business, d).some((e) => e.field === 'scan-power-of-attorney')).toBe(false);
  expect(bodyOf(business, d, 'window').materials).toEqual([{ code: 'power-of-attorney', upload: 'u2' }]);
  d.parties[0]!.by = 'guardian';
  expect(bodyOf(business, d, 'window').materials).toEqual([]);
});

test('what is sent has whole cents, clean numbers and no empty answers', () => {
  const d = emptyDraft(business);
  d.unit_code = '110101 001001 GB00001 F00010101';
  d.parties[0]!.name = ' 某 ';
  d.parties[0]!.id_number = '11010119900307002x';
  d.fields.secured_cents = '1,234.50';
  d.scans.loan = [{ upload: 'u1', name: 'a.pdf', media: 'application/pdf', size: 1, digest: '' }];
  d.attested = true;
  const body = bodyOf(business, d, 'window');
  expect(body).toMatchObject({ business: 'mortgage', unit_code: '110101001001GB00001F00010101', fields: { secured_cents: 123450 }, materials: [{ code: 'loan', upload: 'u1' }] });
  expect((body.parties as { id_number: string; name: string }[])[0]).toMatchObject({ name: '某', id_number: '11010119900307002X' });
  expect(body.fields).not.toHaveProperty('term_to');
});

test('who acts for a party is named with the paper, and checked', () => {
  const d = emptyDraft(business);
  const p = d.parties[0]!;
  Object.assign(p, { name: '张三', id_number: '110101199001010015', by: 'power', agent: { name: '', id_number: '110101199001010011', paper: '', until: '2030-01-01' } });
  const fields = wrongOf(business, d).map((e) => e.field);
  expect(fields).toEqual(expect.arrayContaining([`agent-name-${p.key}`, `agent-id-${p.key}`, `agent-paper-${p.key}`]));
  p.agent = { name: ' 王五 ', id_number: '110101199001010031', paper: ' 京证1号 ', until: '2030-01-01' };
  expect(wrongOf(business, d).some((e) => e.field.startsWith('agent-'))).toBe(false);
  expect((bodyOf(business, d, 'window').parties as unknown[])[0]).toMatchObject({ agent: { kind: 'power', name: '王五', id_number: '110101199001010031', paper: '京证1号', until: '2030-01-01' } });
  p.by = 'guardian';
  expect((bodyOf(business, d, 'window').parties as { agent: { until: string } }[])[0]!.agent.until).toBe('');
  p.by = '';
  expect((bodyOf(business, d, 'window').parties as object[])[0]).not.toHaveProperty('agent');
});
