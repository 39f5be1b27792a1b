// What somebody typed into the one search field of the register: a unit code, the number of a certificate, an identity number, or words of a location.
import { unitCodeClean, unitCodeValid } from '@sanwang/ui';

export type Kind = 'unit' | 'number' | 'holder' | 'words' | '';
export interface Wanted {
  kind: Kind;
  value: string;
}

export function recognise(text: string): Wanted {
  const clean = text.normalize('NFKC').trim();
  const packed = unitCodeClean(text);
  if (!clean) return { kind: '', value: '' };
  if (unitCodeValid(packed)) return { kind: 'unit', value: packed };
  const tight = clean.replace(/\s/g, '');
  if (/(权|证|字).*第\d+号$/.test(tight)) return { kind: 'number', value: tight };
  if (/^\d{17}[\dX]$/.test(packed) || /^[0-9A-HJ-NP-RTUWXY]{18}$/.test(packed)) return { kind: 'holder', value: packed };
  return { kind: 'words', value: clean };
}
