import { describe, expect, test } from 'vitest';
import { ApiError } from '@sanwang/ui';
import type { Application, Business } from '../../api/portal';
import { checkOf, type Live } from './checks';
import { askAll, holdingsOf, type Holding } from './live';
import { questionsOf } from './steps';

const unit = '110101001001GB00001F00010001';
const number = '京(2020)东城区不动产权第0000001号';
const role = (code: string): object => ({ code, zh: code, en: code, min: 1, max: 9, signs: true, id_kinds: '1' });
const field = (code: string): object => ({ code, zh: code, en: code, type: 'text', required: true, min: 0, max: 200 });
const business = {
  code: 'b', version: 1, zh: '', en: '', registration_type: 200, holder_role: 'buyer', ended_role: 'seller',
  roles: [role('seller'), role('buyer')], fields: [field('location'), field('certificate_no')], materials: []
} as unknown as Business;
const seller = { role: 'seller', name: '张三', id_number: '11010119900307109X', share_num: 1, share_den: 1 };
const draft = (patch: object = {}): Application =>
  ({ unit_code: unit, form: { certificate_no: number, location: '示例路1号 1幢101室' }, parties: [seller], materials: [], ...patch }) as unknown as Application;
const stateOf = (id: string, live: Live | null, a = draft(), b = business): string | undefined =>
  checkOf(questionsOf(b, a).find((q) => q.id === id)!, a, b, ['110102', '110101'], live)?.state;

describe('what is asked', () => {
  test('all that the certificate says, of the present holder', () =>
    expect(holdingsOf(draft(), business)).toEqual([{ certificate_no: number, unit_code: unit, id_kind: '1', id_number: seller.id_number, name: seller.name }]));
  test.each([
    ['no unit', draft({ unit_code: '110101' })],
    ['a number not in its form', draft({ form: { certificate_no: '第1号' } })],
    ['nobody named', draft({ parties: [] })],
    ['an identity number that does not check', draft({ parties: [{ ...seller, id_number: '110101199003071091' }] })]
  ])('nothing with %s', (_, a) => expect(holdingsOf(a, business)).toEqual([]));
  test('nothing where the form asks for no number', () => expect(holdingsOf(draft(), { ...business, fields: [] })).toEqual([]));
  test('an organisation by its own kind of document', () =>
    expect(holdingsOf(draft({ parties: [{ ...seller, id_kind: '7', id_number: '91110101MA00000018' }] }), business).map((h) => h.id_kind)).toEqual(['7']));
  test('who applies alone is the holder', () =>
    expect(holdingsOf(draft({ parties: [{ ...seller, role: 'buyer' }] }), { ...business, ended_role: '' })).toHaveLength(1));
});

describe('what is made of the answers', () => {
  const h: Holding[] = ['a', 'b'].map((name) => ({ certificate_no: number, unit_code: unit, id_kind: '1', id_number: 'x', name }));
  const answer = (state: Live['state']): Live => ({ state, location: '' });
  test('all match', async () => expect((await askAll(h, async () => answer('matches'))).state).toBe('matches'));
  test('one differs', async () => expect((await askAll(h, async (x) => answer(x.name === 'b' ? 'differs' : 'matches'))).state).toBe('differs'));
  test('too often, or no line', async () =>
    expect((await askAll(h, async () => { throw new ApiError(429, 'RATE', ''); })).state).toBe('unavailable'));
});

describe('the marks', () => {
  test.each(['matches', 'differs', 'pending', 'unavailable'] as const)('%s stands at unit, number and holder alike', (state) => {
    const live = { state, location: '' };
    expect(['unit', 'field-certificate_no'].map((id) => stateOf(id, live))).toEqual([state, state]);
    if (state !== 'unavailable') expect(stateOf('role-seller', live)).toBe(state);
  });
  test('before all is filled in, the office checks', () => expect(stateOf('unit', null)).toBe('unavailable'));
  test('another district differs without being asked', () =>
    expect(stateOf('unit', null, draft({ unit_code: unit.replace('110101', '110105') }))).toBe('differs'));
  test('the location, as the book has it', () => {
    const live = (location: string): Live => ({ state: 'matches', location });
    expect(stateOf('field-location', live('示例路1号1幢101室'))).toBe('matches');
    expect(stateOf('field-location', live('示例路2号'))).toBe('differs');
    expect(stateOf('field-location', null)).toBe('unavailable');
  });
});
