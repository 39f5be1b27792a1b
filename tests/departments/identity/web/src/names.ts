// What the codes of a form mean, from the businesses as they are shipped: a person signs words, not codes.
// A code nobody has named is shown as it stands.
import { area, money, type Text } from '@sanwang/ui';

const files = import.meta.glob('../../../../../conf/businesses/*/business.yaml', { query: '?raw', import: 'default', eager: true });

interface Form {
  id: string;
  components: { key?: string; label?: string; properties?: { en?: string } }[];
}
const forms = Object.values(import.meta.glob('../../../../../conf/businesses/*/form.json', { query: '?raw', import: 'default', eager: true })).map((text) => JSON.parse(text) as Form);

export type Section = 'roles' | 'fields' | 'materials' | 'answers';

const plain = (text: string): string => text.trim().replace(/^"(.*)"$/, '$1');
const line = (text: string, key: string): string => plain(new RegExp(`^${key}: (.+)$`, 'm').exec(text)?.[1] ?? '');
const definition = (business: string): string => Object.values(files).find((text) => line(text, 'code') === business) ?? '';

export function businessName(business: string): Text {
  const text = definition(business);
  return [line(text, 'zh') || business, line(text, 'en')];
}

export function nameOf(business: string, section: Section, code: string): Text {
  if (section === 'fields') {
    const field = forms.find((f) => f.id === business)?.components.find((c) => c.key === code);
    return [field?.label ?? code, field?.properties?.en ?? ''];
  }
  if (section === 'answers') {
    const asked = new RegExp(`\\{code: ${code},.*? zh: ("[^"]*"|[^,]+), en: ("[^"]*"|[^,]+),`).exec(definition(business));
    return [plain(asked?.[1] ?? code), plain(asked?.[2] ?? '')];
  }
  const lines = new RegExp(`^${section}:\\n((?: +- .*\\n)+)`, 'm').exec(definition(business))?.[1] ?? '';
  for (const [, at, zh, en] of lines.matchAll(/\{code: ([^,]+), zh: ("[^"]*"|[^,]+), en: ("[^"]*"|[^,}]+)/g)) if (at === code) return [plain(zh ?? code), plain(en ?? '')];
  return [code, ''];
}

// Amounts stand in the form as whole cents and whole square centimetres; the code says which.
export function valueText(code: string, value: unknown): string {
  if (typeof value === 'number' && code.endsWith('_cents')) return money(value);
  if (typeof value === 'number' && code.endsWith('_cm2')) return area(value);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : JSON.stringify(value);
}
