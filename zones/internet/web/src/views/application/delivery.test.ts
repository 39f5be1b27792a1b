import { expect, test } from 'vitest';
import type { Application, Business, DeliveryEvent } from '../../api/portal';
import { choosesAny, choosesFirst, deliveryDraft, deliveryLine, mayChoose, mergeDelivery, readDelivery, underWay, waybillOf, waysOffered } from './delivery';

const event = (state: string, at: string, more: Partial<DeliveryEvent> = {}): DeliveryEvent => ({ state, way: 'post', carrier: '示例速递', waybill: '', station: '', at, ...more });
const past = (at: string, key: string): { at: string; item: { key: string; name: string; phase: 'done' } } => ({ at, item: { key, name: key, phase: 'done' } });

test('stations stand in the order in which they were told, whatever the clock of the carrier says', () => {
  const line = mergeDelivery([past('2026-02-01', 'a'), past('2026-02-03', 'b')], [event('chosen', '2026-02-02'), event('collected', '2026-02-09'), event('moving', '2026-02-08')]);
  expect(line.map((i) => i.key)).toEqual(['a', 'delivery-0', 'b', 'delivery-1', 'delivery-2']);
  expect(mergeDelivery([past('2026-02-01', 'a')], [])).toHaveLength(1);
});

test('only a holder who is signed in chooses', () => {
  const business = { certificate: 'title', holder_role: 'transferee' } as Business;
  const party = (role: string, id_number: string, agent?: { kind: string; id_number: string }): unknown => ({ role, id_number, ...(agent ? { agent } : {}) });
  const app = (state: string, ...parties: unknown[]): Application => ({ state, business_number: '1', parties }) as Application;
  expect(mayChoose(app('review', party('transferor', '110101199001010011'), party('transferee', '1101****38')), business)).toBe(false);
  expect(mayChoose(app('review', party('transferee', '110101199001010011')), business)).toBe(true);
  expect(mayChoose(app('draft', party('transferee', '110101199001010011')), business)).toBe(false);
  expect(mayChoose(app('review', party('transferee', '110101199001010011', { kind: 'power', id_number: '110101199001010038' })), business)).toBe(false);
  expect(mayChoose(app('review', party('transferee', '1101****33', { kind: 'guardian', id_number: '110101199001010038' })), business)).toBe(true);
  expect(mayChoose(app('review', party('transferee', '110101199001010011')), { ...business, certificate: 'none' })).toBe(false);
});

test('in the draft it is asked of who holds the certificate and signs', () => {
  const business = { certificate: 'title', holder_role: 'buyer', roles: [{ code: 'buyer', signs: true }, { code: 'seller', signs: true }] } as Business;
  const first = (role: string, kind?: string): Application['parties'] => [{ role, ...(kind ? { agent: { kind } } : {}) }, { role: 'buyer' }] as Application['parties'];
  expect([choosesFirst(first('buyer'), business), choosesFirst(first('buyer', 'guardian'), business), choosesFirst(first('buyer', 'power'), business), choosesFirst(first('seller'), business), choosesFirst([], business)]).toEqual([true, true, false, false, false]);
  expect(choosesFirst(first('buyer'), { ...business, certificate: 'none' })).toBe(false);
  expect([choosesAny(first('seller'), business), choosesAny(first('seller').slice(0, 1), business)]).toEqual([true, false]);
  expect(choosesFirst(first('buyer'), { ...business, roles: [{ code: 'buyer', signs: false }] } as Business)).toBe(false);
});

test('by post needs a receiver; another way has none; later is no choice', () => {
  expect(waysOffered(false, true)).toEqual(['electronic', 'window', 'later']);
  expect(waysOffered(true, false)).toEqual(['electronic', 'window', 'post']);
  const typed = { way: 'post', name: ' 王五 ', phone: '13800000001', address: '示例市示例路2号' } as const;
  expect(readDelivery(typed)).toEqual({ asked: { way: 'post', name: '王五', phone: '13800000001', address: '示例市示例路2号' } });
  expect(readDelivery({ ...typed, way: 'window' })).toEqual({ asked: { way: 'window' } });
  expect(readDelivery({ ...typed, way: 'later' })).toEqual({ asked: null });
  expect(readDelivery(deliveryDraft(null))).toMatchObject([{ field: 'way-electronic' }]);
  expect(readDelivery({ way: 'post', name: ' ', phone: '1', address: 'x' })).toMatchObject([{ field: 'post-name' }, { field: 'post-phone' }, { field: 'post-address' }]);
  expect(deliveryDraft({ way: 'window' })).toEqual({ way: 'window', name: '', phone: '', address: '' });
  expect(deliveryLine({ way: 'post', name: '王五', phone: '13800000001', address: '示例市示例路2号' })).toContain('王五 · 13800000001 · 示例市示例路2号');
});

test('while a parcel is on its way nothing else is chosen', () => {
  expect(underWay([event('chosen', '1'), event('ordered', '2'), event('posted', '3', { waybill: 'W1' })])).toBe(true);
  expect(underWay([event('posted', '3'), event('returned', '4'), event('kept', '5'), event('chosen', '6')])).toBe(false);
  expect(underWay([])).toBe(false);
  expect(waybillOf([event('ready', '1', { waybill: 'W1' }), event('posted', '2', { waybill: 'W1' }), event('chosen', '3')])?.waybill).toBe('W1');
  expect(waybillOf([event('ready', '1', { waybill: 'W1' }), event('kept', '2', { waybill: 'W1' })])).toBeUndefined();
});
