// Months of the register, in Chinese time as burner counts them.
import type { Disc } from './api';

export function monthOf(at: string): string {
  const t = Date.parse(at);
  return Number.isNaN(t) ? '' : new Date(t + 8 * 3600_000).toISOString().slice(0, 7);
}

// Those in which a disc began, and this one; the newest first.
export function monthsOf(discs: readonly Disc[], now: string): string[] {
  const all = new Set([monthOf(now), ...discs.map((d) => monthOf(d.steps[0]?.at ?? ''))]);
  return [...all].filter(Boolean).sort().reverse();
}
