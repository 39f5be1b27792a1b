// What the codes of a form mean, from the businesses as they are shipped: a person signs words, not codes.
// A code nobody has named is shown as it stands.
import { area, money, type Text } from '@sanwang/ui';

const files = import.meta.glob('../../../../../conf/businesses/*.yaml', { query: '?raw', import: 'default', eager: true });

export type Section = 'roles' | 'fields' | 'materials';

const line = (text: string, key: string): string => new RegExp(`^${key}: (.+)$`, 'm').exec(text)?.[1]?.trim() ?? '';
const definition = (business: string): string => Object.values(files).find((text) => line(text, 'code') === business) ?? '';

export function businessName(business: string): Text {
  const text = definition(business);
  return [line(text, 'zh') || business, line(text, 'en')];
}

export function nameOf(business: string, section: Section, code: string): Text {
  const lines = new RegExp(`^${section}:\\n((?: +- .*\\n)+)`, 'm').exec(definition(business))?.[1] ?? '';
  for (const [, at, zh, en] of lines.matchAll(/\{code: ([^,]+), zh: ([^,]+), en: ([^,}]+)/g)) if (at === code) return [zh ?? code, en ?? ''];
  return [code, ''];
}

// Amounts stand in the form as whole cents and whole square centimetres; the code says which.
export function valueText(code: string, value: unknown): string {
  if (typeof value === 'number' && code.endsWith('_cents')) return money(value);
  if (typeof value === 'number' && code.endsWith('_cm2')) return area(value);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : JSON.stringify(value);
}
