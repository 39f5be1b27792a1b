// The import ledger of discs: what arrived, in which order, and what never came.
import { say } from '@sanwang/ui';
import type { Disc, Discs } from '../../api/registry';

const none = /^0*$/;

export interface DiscLine extends Disc {
  imported: string;
  after: string; // the disc before it, '' for the first
  gap: boolean; // the disc before it never came
}

// Newest on top; each row says which disc it follows.
export function linesOf(d: Discs): DiscLine[] {
  const byIdentity = new Map(d.rows.map((r) => [r.digest, r.disc]));
  return [...d.rows].reverse().map((r) => ({
    ...r,
    imported: [...r.steps].reverse().find((s) => s.state === 'imported')?.at ?? '',
    after: none.test(r.prev) ? '' : (byIdentity.get(r.prev) ?? ''),
    gap: d.missing.some((m) => m.before === r.disc)
  }));
}

export const approvedBy = (d: Disc): string => d.approvals.map((a) => a.who).join(say(['、', ', ']));
