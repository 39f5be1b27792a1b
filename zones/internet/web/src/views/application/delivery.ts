// 领证方式 and 邮寄 in words: the ways, and the stations of a parcel.
import { dateTime, say, type FormError, type LineItem, type Text } from '@sanwang/ui';
import type { Application, Business, DeliveryAsked, DeliveryEvent, Party } from '../../api/portal';

export type Way = DeliveryAsked['way'];
export const ways: readonly Way[] = ['electronic', 'window', 'post'];
export const wayText: Record<Way, Text> = {
  electronic: ['只要电子证照', 'The e-certificate is enough 电子证照'],
  window: ['到窗口领取纸质证书', 'Fetch the paper certificate at the window 现场领证'],
  post: ['邮寄纸质证书', 'The paper certificate by post 邮寄']
};
export const deliveryName: Text = ['领证方式', 'How the certificate comes 领证方式'];
// What is filled in on a page; '': nothing chosen yet.
export interface DeliveryDraft {
  way: Way | 'later' | '';
  name: string;
  phone: string;
  address: string;
}
export const deliveryDraft = (d?: DeliveryAsked | null): DeliveryDraft => ({ way: d?.way ?? '', name: d?.name ?? '', phone: d?.phone ?? '', address: d?.address ?? '' });
export const waysOffered = (post: boolean, later: boolean): readonly (Way | 'later')[] => [...ways.filter((w) => w !== 'post' || post), ...(later ? (['later'] as const) : [])];
const needText = {
  way: ['请选择领证方式', 'Choose a way'],
  name: ['请填写收件人姓名', 'Enter the name'],
  phone: ['请填写11位手机号', 'Enter a mobile number of 11 digits'],
  address: ['请填写详细地址', 'Enter the full address']
} satisfies Record<string, Text>;
// What is chosen, null for later, or what is wrong with it.
export function readDelivery(d: DeliveryDraft): { asked: DeliveryAsked | null } | FormError[] {
  if (!d.way) return [{ field: `way-${ways[0]}`, text: say(needText.way) }];
  if (d.way !== 'post') return { asked: d.way === 'later' ? null : { way: d.way } };
  const [name, phone, address] = [d.name.trim(), d.phone.trim(), d.address.trim()];
  const list: FormError[] = [];
  if (!name) list.push({ field: 'post-name', text: say(needText.name) });
  if (!/^1\d{10}$/.test(phone)) list.push({ field: 'post-phone', text: say(needText.phone) });
  if (address.length < 6) list.push({ field: 'post-address', text: say(needText.address) });
  return list.length ? list : { asked: { way: 'post', name, phone, address } };
}
export const deliveryLine = (d: DeliveryAsked): string => [say(wayText[d.way]), d.name, d.phone, d.address].filter(Boolean).join(' · ');
// Who holds the certificate, and acts itself or by its guardian, says how it comes.
const holds = (p: Party | undefined, b: Business): boolean => b.certificate !== 'none' && p !== undefined && p.role === b.holder_role && p.agent?.kind !== 'power';
// Whether a choice stands in the form that is signed.
export const choosesAny = (parties: readonly Party[], b: Business): boolean => parties.some((p) => holds(p, b)) && b.roles.some((r) => r.code === b.holder_role && r.signs);
// In a draft: of who fills it in, with the signature under the form.
export const choosesFirst = (parties: readonly Party[], b: Business): boolean => holds(parties[0], b) && choosesAny(parties, b);

const stationText: Record<string, Text> = {
  chosen: ['领证方式已登记', 'Way of delivery noted'],
  ordered: ['证书已缮制，正在联系寄递', 'Printed; the carrier is being ordered'],
  ready: ['已生成运单，待交寄', 'Waybill made, to be handed to the carrier'],
  posted: ['证书已交寄', 'Handed to the carrier 交邮'],
  collected: ['已揽收', 'Collected'],
  moving: ['运输中', 'On its way'],
  delivering: ['派送中', 'Out for delivery'],
  returning: ['退回途中', 'On its way back'],
  delivered: ['已签收', 'Delivered 妥投'],
  returned: ['已退回登记机构', 'Returned to the office'],
  lost: ['寄递途中遗失，登记机构将处理', 'Lost on the way; the office will deal with it'],
  kept: ['证书在窗口保管，可到窗口领取或重新选择', 'The certificate is kept at the window: fetch it there, or choose again'],
  spoiled: ['原证书已作废，将重新缮制', 'That certificate is void and will be printed anew'],
  cancelled: ['本次交寄已取消', 'This parcel was cancelled']
};

// Who holds the certificate and is signed in: only own numbers are shown in full.
const shown = (number: string | undefined): boolean => number !== undefined && number !== '' && !number.includes('*');
export const mayChoose = (a: Application, b: Business): boolean =>
  a.business_number !== '' &&
  !['draft', 'signing', 'correction', 'withdrawn', 'refused', 'rejected'].includes(a.state) &&
  a.parties.some((p) => holds(p, b) && (p.agent ? shown(p.agent.id_number) : shown(p.id_number)));
// While a parcel is on its way nothing else is chosen.
const under = new Set(['ordered', 'ready', 'posted', 'collected', 'moving', 'delivering', 'returning', 'returned', 'lost']);
export function underWay(events: readonly DeliveryEvent[]): boolean {
  const last = [...events].reverse().find((e) => e.state !== 'chosen');
  return last !== undefined && under.has(last.state);
}
// The newest waybill, while it says something of where the certificate is.
export function waybillOf(events: readonly DeliveryEvent[]): DeliveryEvent | undefined {
  const last = [...events].reverse().find((e) => e.state !== 'chosen');
  if (!last || ['ordered', 'kept', 'spoiled', 'cancelled'].includes(last.state)) return undefined;
  return last;
}

function item(e: DeliveryEvent, n: number): LineItem {
  const way = e.state === 'chosen' ? say(wayText[e.way as Way] ?? [e.way, e.way]) : '';
  const bill = e.state === 'ready' || e.state === 'posted' ? `${e.carrier} ${e.waybill}` : '';
  return { key: `delivery-${n}`, name: say(stationText[e.state] ?? [e.state, e.state]), phase: 'done', when: dateTime(e.at), note: way || bill || e.station };
}

// Stations in the order in which they were told, each behind what came before it.
export function mergeDelivery(past: readonly { at: string; item: LineItem }[], events: readonly DeliveryEvent[]): LineItem[] {
  const out: LineItem[] = [];
  let at = 0;
  events.forEach((e, n) => {
    for (let p = past[at]; p && p.at <= e.at; p = past[++at]) out.push(p.item);
    out.push(item(e, n));
  });
  return [...out, ...past.slice(at).map((p) => p.item)];
}

const key = 'sanwang.delivery';
// The text that is being signed outlives the way to the platform and back, in this tab alone.
export const rememberText = (id: string, text: string): void => sessionStorage.setItem(key, JSON.stringify({ id, text }));
export function recallText(id: string): string | null {
  const kept = sessionStorage.getItem(key);
  sessionStorage.removeItem(key);
  try {
    const o = JSON.parse(kept ?? 'null') as { id: string; text: string } | null;
    return o?.id === id && typeof o.text === 'string' ? o.text : null;
  } catch {
    return null;
  }
}
