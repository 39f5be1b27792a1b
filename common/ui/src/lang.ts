// Chinese first, English on demand. A word is a pair [zh, en]; pages keep their words in tables, so neither half can be forgotten.
// Further languages are files beside the page (lang/index.json, lang/TAG.json): words by their Chinese text; what a file lacks stays Chinese and is marked so.
import { ref, shallowRef, watch, watchEffect } from 'vue';
import { markFallback } from './fallback';

export type Lang = 'zh' | 'en';
export type Text = readonly [zh: string, en: string];
export type Values = Readonly<Record<string, string | number>>;

const KEY = 'sanwang.lang';

export interface Language {
  tag: string;
  name: string;
}
export interface LanguageFile extends Language {
  dir: 'ltr' | 'rtl';
  texts: Readonly<Record<string, string>>;
}

function remembered(): string {
  try {
    return localStorage.getItem(KEY) ?? 'zh';
  } catch {
    return 'zh';
  }
}

export const lang = ref<Lang>('zh');
// The further language in use; meanwhile `lang` is Chinese, which is what it falls back to.
export const further = shallowRef<LanguageFile | null>(null);
export const languages = shallowRef<readonly Language[]>([]);

async function fileOf<T>(name: string): Promise<T> {
  const answer = await fetch(`./lang/${name}.json`);
  if (!answer.ok) throw new Error(`lang/${name}.json: ${answer.status}`);
  return (await answer.json()) as T;
}

// 'zh', 'en', or the tag of a further language. One that cannot be loaded changes nothing.
export async function chooseLanguage(tag: string): Promise<void> {
  if (tag === 'zh' || tag === 'en') {
    further.value = null;
    lang.value = tag;
    return;
  }
  if (!languages.value.some((l) => l.tag === tag)) return;
  const file = await fileOf<LanguageFile>(tag).catch(() => null);
  if (!file) return;
  lang.value = 'zh';
  further.value = file;
}

export async function loadLanguages(): Promise<void> {
  languages.value = await fileOf<Language[]>('index').catch(() => []);
  const before = remembered();
  if (before !== 'zh' && before !== 'en') await chooseLanguage(before);
}

export function startLang(withFiles = false): void {
  const before = remembered();
  lang.value = before === 'en' ? 'en' : 'zh';
  const tag = (): string => further.value?.tag ?? lang.value;
  let settled = !withFiles || before === 'zh' || before === 'en';
  watchEffect(() => {
    document.documentElement.lang = further.value?.tag ?? (lang.value === 'zh' ? 'zh-CN' : 'en');
    document.documentElement.dir = further.value?.dir ?? 'ltr';
    markFallback(further.value !== null);
    settled ||= tag() !== 'zh';
    if (!settled) return;
    try {
      localStorage.setItem(KEY, tag());
    } catch {
      // Private window: the choice lasts as long as the page.
    }
  });
  // The other button of the frame ends a further language.
  watch(lang, (now) => {
    if (now === 'en') further.value = null;
  });
  if (withFiles) void loadLanguages();
}

export function fill(text: string, values: Values = {}): string {
  return text.replace(/\{(\w+)\}/g, (whole, key: string) => (key in values ? String(values[key]) : whole));
}

export function say(text: Text, values?: Values): string {
  return fill(further.value?.texts[text[0]] ?? text[lang.value === 'zh' ? 0 : 1], values);
}

// Legal terms: the Chinese word is the one that counts and stands in the English page too.
export function term(zh: string, en: string): string {
  if (lang.value === 'zh' || !en) return zh;
  return zh && zh !== en ? `${en} ${zh}` : en;
}

export function words<T extends Record<string, Text>>(table: T): (key: keyof T & string, values?: Values) => string {
  return (key, values) => say(table[key] as Text, values);
}
