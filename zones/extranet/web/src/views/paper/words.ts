// States and kinds of numbered blanks, as people at the window call them.
import type { Text } from '@sanwang/ui';

export const stateName: Record<string, Text> = {
  stock: ['在库', 'in stock 在库'],
  printed: ['已缮证', 'printed 已缮证'],
  handed: ['已发证', 'handed over 已发证'],
  spoiled: ['已作废', 'spoiled 已作废']
};
export const stateTone: Record<string, string> = { stock: 'lead', printed: 'wait', handed: 'good', spoiled: 'bad' };
export const kindName: Record<string, Text> = {
  title: ['不动产权证书', 'certificate of title 不动产权证书'],
  proof: ['不动产登记证明', 'certificate of registration 不动产登记证明']
};
