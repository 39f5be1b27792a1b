// States and kinds of numbered blanks, as people at the window call them.
import type { Text } from '@sanwang/ui';

export const stateName: Record<string, Text> = {
  stock: ['在库', 'in stock 在库'],
  printed: ['已缮证', 'printed 已缮证'],
  posted: ['已交邮', 'with the carrier 已交邮'],
  handed: ['已发证', 'handed over 已发证'],
  spoiled: ['已作废', 'spoiled 已作废']
};
export const stateTone: Record<string, string> = { stock: 'lead', printed: 'wait', posted: 'lead', handed: 'good', spoiled: 'bad' };
export const kindName: Record<string, Text> = {
  title: ['不动产权证书', 'certificate of title 不动产权证书'],
  proof: ['不动产登记证明', 'certificate of registration 不动产登记证明']
};
export const wayName: Record<string, Text> = {
  electronic: ['只要电子证照', 'e-certificate only 电子证照'],
  window: ['窗口领取', 'at the window 窗口领取'],
  post: ['邮寄', 'by post 邮寄']
};
export const mailingName: Record<string, Text> = {
  wanted: ['待下单', 'to be ordered 待下单'],
  ordered: ['已下单，等运单号', 'ordered 已下单'],
  ready: ['待交邮', 'to be handed over 待交邮'],
  posted: ['已交邮', 'handed over 已交邮'],
  moving: ['在途', 'on its way 在途'],
  delivered: ['已签收', 'delivered 已签收'],
  returned: ['已退回，待处理', 'returned, to be settled 已退回'],
  lost: ['遗失，待处理', 'lost, to be settled 遗失'],
  kept: ['退回留存', 'kept at the window 退回留存'],
  spoiled: ['证书已作废', 'blanks written off 已作废'],
  cancelled: ['已取消', 'cancelled 已取消']
};
export const mailingTone: Record<string, string> = { wanted: 'wait', ordered: 'wait', ready: 'wait', posted: 'lead', moving: 'lead', delivered: 'good', returned: 'bad', lost: 'bad', kept: 'lead', spoiled: 'bad', cancelled: 'lead' };
export const stationName: Record<string, Text> = {
  collected: ['揽收', 'collected 揽收'],
  moving: ['运输', 'on its way 运输'],
  delivering: ['派送', 'out for delivery 派送'],
  returning: ['退回途中', 'on its way back 退回途中'],
  delivered: ['签收', 'delivered 签收'],
  returned: ['退回', 'returned 退回'],
  lost: ['遗失', 'lost 遗失']
};
