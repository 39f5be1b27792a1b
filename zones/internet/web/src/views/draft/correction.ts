// What an item of a correction is about, in words, and the question that mends it.
import { term } from '@sanwang/ui';
import type { Business, CorrectionItem } from '../../api/portal';

export function itemName(i: Pick<CorrectionItem, 'kind' | 'code'>, b: Business): string {
  if (i.kind === 'unit') return term('不动产单元代码', 'Unit code 不动产单元代码');
  if (i.kind === 'other') return term('其他事项', 'Something else');
  const list = i.kind === 'field' ? b.fields : i.kind === 'party' ? b.roles : b.materials;
  const one = list.find((x) => x.code === i.code);
  return one ? term(one.zh, one.en) : i.code;
}

export function itemQuestion(i: Pick<CorrectionItem, 'kind' | 'code'>): string {
  return i.kind === 'unit' ? 'unit' : `${i.kind === 'party' ? 'role' : i.kind}-${i.code}`;
}

// The sentences about one question.
export const wordsFor = (items: readonly CorrectionItem[], question: string): string[] => items.filter((i) => itemQuestion(i) === question).map((i) => i.text);

// An entry may be right as it stands; a document that is asked for is not.
export const confirmable = (i: Pick<CorrectionItem, 'kind'>): boolean => ['unit', 'field', 'party'].includes(i.kind);

// As the portal names places.
const place = (i: Pick<CorrectionItem, 'kind' | 'code'>): string => (i.kind === 'unit' ? 'unit_code' : `${i.kind === 'party' ? 'roles' : 'fields'}.${i.code}`);

// What is confirmed when this one is, or is no longer.
export const confirming = (items: readonly CorrectionItem[], one: CorrectionItem, yes: boolean): string[] => [...new Set(items.filter((i) => (i === one ? yes : i.confirmed)).map(place))];
