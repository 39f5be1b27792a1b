// What a registration costs and how long it takes, from the business definition. Copies: 工本费 10 yuan each from the second certificate on
// (财税〔2016〕79号, 发改价格规〔2016〕2559号).
import type { Business } from '../../api/portal';

export const COPY_CENTS = 1000;

export function cost(b: Pick<Business, 'fee'>, dwelling: boolean, pieces: number, copies: number): number {
  const fee = dwelling ? b.fee.dwelling_cents : b.fee.other_cents;
  return fee * Math.max(1, pieces) + COPY_CENTS * Math.max(0, copies - 1);
}

// The last of n working days after a day (YYYY-MM-DD). Weekends are left out; holidays are added at the office.
export function workingDay(from: string, n: number): string {
  const day = new Date(`${from}T00:00:00Z`);
  for (let left = n; left > 0; ) {
    day.setUTCDate(day.getUTCDate() + 1);
    if (day.getUTCDay() !== 0 && day.getUTCDay() !== 6) left--;
  }
  return day.toISOString().slice(0, 10);
}
