// Numbers, dates and codes as people read and type them. The daemons keep whole cents, whole square centimetres and UTC.
import { lang } from './lang';

const zone = 'Asia/Shanghai';

export function dateTime(text: string | null | undefined): string {
  const at = text ? new Date(text) : null;
  if (!at || Number.isNaN(at.getTime())) return text ?? '';
  return new Intl.DateTimeFormat(lang.value === 'zh' ? 'zh-CN' : 'en-GB', {
    timeZone: zone, year: 'numeric', month: lang.value === 'zh' ? '2-digit' : 'short', day: '2-digit', hour: '2-digit', minute: '2-digit', hour12: false
  }).format(at);
}

export function date(text: string | null | undefined): string {
  if (!text) return '';
  const at = new Date(text.length === 10 ? `${text}T00:00:00+08:00` : text);
  if (Number.isNaN(at.getTime())) return text;
  return new Intl.DateTimeFormat(lang.value === 'zh' ? 'zh-CN' : 'en-GB', { timeZone: zone, year: 'numeric', month: lang.value === 'zh' ? 'long' : 'short', day: 'numeric' }).format(at);
}

// YYYY-MM-DD in Chinese time.
export const today = (now = Date.now()): string => new Date(now + 8 * 3600_000).toISOString().slice(0, 10);

// Days from today to a date (negative: past), both in Chinese time.
export function daysUntil(text: string, now = Date.now()): number {
  const day = (t: number): number => Math.floor((t + 8 * 3600_000) / 86_400_000);
  return day(Date.parse(`${text.slice(0, 10)}T00:00:00+08:00`)) - day(now);
}

function grouped(whole: bigint): string {
  return whole.toString().replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

// 123456 with 2 places -> "1,234.56"
export function fixed(value: number, places: number): string {
  const scale = 10n ** BigInt(places);
  const v = BigInt(Math.trunc(value));
  const abs = v < 0n ? -v : v;
  const rest = places > 0 ? `.${(abs % scale).toString().padStart(places, '0')}` : '';
  return `${v < 0n ? '-' : ''}${grouped(abs / scale)}${rest}`;
}

export const money = (cents: number): string => `¥${fixed(cents, 2)}`;
export const area = (cm2: number): string => `${fixed(Math.round(cm2 / 100), 2)} m²`;

export function bytes(n: number): string {
  if (n < 1024) return `${n} B`;
  if (n < 1024 * 1024) return `${(n / 1024).toFixed(1)} KiB`;
  return `${(n / 1024 / 1024).toFixed(1)} MiB`;
}

// "1,234.5" with 2 places -> 123450; null when it is not such a number. Full-width digits are taken too.
export function parseFixed(text: string, places: number): number | null {
  const plain = text.normalize('NFKC').replace(/[,\s¥]/g, '');
  const m = /^(\d{1,13})(?:\.(\d+))?$/.exec(plain);
  if (!m || (m[2] ?? '').length > places) return null;
  const n = Number(m[1]) * 10 ** places + Number((m[2] ?? '').padEnd(places, '0') || '0');
  return Number.isSafeInteger(n) ? n : null;
}

// 不动产单元代码 in groups: 6 3 3 7 1 8 characters of parcel and building.
export function unitCode(code: string): string {
  if (code.length !== 28) return code;
  return [code.slice(0, 6), code.slice(6, 12), code.slice(12, 19), code.slice(19)].join(' ');
}

export const share = (num: number, den: number): string => (num === den ? '1' : `${num}/${den}`);
