// Checks of identity numbers and unit codes as they are typed; the daemons check again.

const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

// 公民身份号码, GB 11643: 17 digits with a real date, check character ISO 7064 MOD 11-2.
export function residentIdValid(text: string): boolean {
  if (!/^\d{17}[\dX]$/.test(text)) return false;
  const day = `${text.slice(6, 10)}-${text.slice(10, 12)}-${text.slice(12, 14)}`;
  const at = new Date(`${day}T00:00:00Z`);
  if (Number.isNaN(at.getTime()) || at.toISOString().slice(0, 10) !== day) return false;
  const sum = weights.reduce((s, w, i) => s + w * Number(text[i]), 0);
  return '10X98765432'[sum % 11] === text[17];
}

export const residentIdClean = (text: string): string => text.normalize('NFKC').replace(/\s/g, '').toUpperCase();

// 统一社会信用代码 GB 32100: 18 characters, the last a check of weight 3^i modulo 31.
const letters = '0123456789ABCDEFGHJKLMNPQRTUWXY';
export function usccValid(text: string): boolean {
  if (!/^[0-9A-HJ-NPQRTUWXY]{18}$/.test(text)) return false;
  let weight = 1;
  let sum = 0;
  for (const c of text.slice(0, 17)) {
    sum += letters.indexOf(c) * weight;
    weight = (weight * 3) % 31;
  }
  return letters[(31 - (sum % 31)) % 31] === text[17];
}
// By the kind of paper 证件种类: 7 an organisation's code, else a resident's number.
export const numberValid = (kind: string | undefined, text: string): boolean => (kind === '7' ? usccValid(text) : residentIdValid(text));

// 不动产单元代码: 28 characters; 12 digits of division, then parcel and building parts.
export const unitCodeClean = (text: string): string => text.normalize('NFKC').replace(/[\s-]/g, '').toUpperCase();
export const unitCodeValid = (text: string): boolean => /^\d{12}[GJZ][ABSXCDEFNHGWY]\d{5}([FLQ]\d{8}|W0{8})$/.test(text);

// As the daemons mask: 4 characters at either end of a number; the first (and, from three on, the last) of a name.
export const maskId = (text: string): string => (text.length <= 8 ? '*'.repeat(text.length) : text.slice(0, 4) + '*'.repeat(text.length - 8) + text.slice(-4));

export function maskName(text: string): string {
  const letters = [...text];
  return letters.map((c, i) => (letters.length > 1 && (i === 0 || (letters.length >= 3 && i === letters.length - 1)) ? c : '*')).join('');
}
