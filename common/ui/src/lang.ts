// Chinese first, English on demand. A word is a pair [zh, en]; pages keep their words in tables, so neither half can be forgotten.
import { ref, watchEffect } from 'vue';

export type Lang = 'zh' | 'en';
export type Text = readonly [zh: string, en: string];
export type Values = Readonly<Record<string, string | number>>;

const KEY = 'sanwang.lang';

function remembered(): Lang {
  try {
    return localStorage.getItem(KEY) === 'en' ? 'en' : 'zh';
  } catch {
    return 'zh';
  }
}

export const lang = ref<Lang>('zh');

export function startLang(): void {
  lang.value = remembered();
  watchEffect(() => {
    document.documentElement.lang = lang.value === 'zh' ? 'zh-CN' : 'en';
    try {
      localStorage.setItem(KEY, lang.value);
    } catch {
      // Private window: the choice lasts as long as the page.
    }
  });
}

export function fill(text: string, values: Values = {}): string {
  return text.replace(/\{(\w+)\}/g, (whole, key: string) => (key in values ? String(values[key]) : whole));
}

export function say(text: Text, values?: Values): string {
  return fill(text[lang.value === 'zh' ? 0 : 1], values);
}

// Legal terms: the Chinese word is the one that counts and stands in the English page too.
export function term(zh: string, en: string): string {
  if (lang.value === 'zh' || !en) return zh;
  return zh && zh !== en ? `${en} ${zh}` : en;
}

export function words<T extends Record<string, Text>>(table: T): (key: keyof T & string, values?: Values) => string {
  return (key, values) => say(table[key] as Text, values);
}
