// Hours as typed, one a line: "09:00-10:00 4".
import type { Offered } from '../../api/appointments';

// The hours, or the number of the first line that is none.
export function hourLines(text: string): Offered[] | number {
  const out: Offered[] = [];
  for (const [i, line] of text.normalize('NFKC').split('\n').entries()) {
    if (!line.trim()) continue;
    const m = /^\s*(\d\d:\d\d)\s*[-–~至]\s*(\d\d:\d\d)\s+(\d{1,3})\s*$/.exec(line);
    if (!m || m[1]! >= m[2]!) return i + 1;
    out.push({ start: m[1]!, finish: m[2]!, quota: Number(m[3]) });
  }
  return out.length ? out : 1;
}
