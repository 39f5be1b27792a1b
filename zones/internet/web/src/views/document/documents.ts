// Papers in the order people look for them: certificates and proofs first, then notices, the newest of each first; the receipt of the submission last.
import type { Issued, OwnIssued } from '../../api/documents';

export type Group = 'certificate' | 'notice';
export const groupOf = (d: Pick<Issued, 'kind'>): Group => (d.kind.startsWith('certificate-') ? 'certificate' : 'notice');

export function sorted(documents: Issued[]): Issued[] {
  return [...documents].sort((a, b) => groupOf(a).localeCompare(groupOf(b)) || b.at.localeCompare(a.at) || a.number.localeCompare(b.number));
}

// Words of what is looked for, in either language or in the number; every word has to be there.
export function matches(row: OwnIssued, d: Issued | null, words: string): boolean {
  const text = [row.business_zh, row.business_en, row.case_number, ...(d ? [d.zh, d.en, d.number] : ['提交回执 receipt'])].join(' ').toLowerCase();
  return words.toLowerCase().split(/\s+/).every((w) => text.includes(w));
}

// What is kept to verify a paper anywhere: its sealed statement.
export const sealedText = (d: Issued): string => JSON.stringify({ statement: d.statement, signature: d.signature, seal_certificate: d.seal_certificate });
