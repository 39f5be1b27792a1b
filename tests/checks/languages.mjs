// Words of the portal's pages: English is complete; what each further language (zones/internet/web/public/lang) lacks is counted and named, and no file has a
// word that no page says. SW_LANG=TAG prints every missing one.
import { readdirSync, readFileSync } from 'node:fs';

const lang = 'zones/internet/web/public/lang';
const han = /\p{Script=Han}/u;
const pair = /\[\s*'((?:[^'\\]|\\.)*)',\s*'((?:[^'\\]|\\.)*)'\s*\]/g;
const sources = ['common/ui/src', 'zones/internet/web/src'].flatMap((d) => readdirSync(d, { recursive: true }).filter((f) => /\.(ts|vue)$/.test(f) && !/\.test\.ts$|\.d\.ts$/.test(f)).map((f) => `${d}/${f}`));
const words = new Map();
const plain = (text) => text.replace(/\\(.)/g, '$1');
let failed = 0;
const check = (name, good, why) => {
  console.log(`${good ? 'ok' : 'not ok'} - ${name}`);
  if (!good) {
    failed = 1;
    console.log(`# ${why}`);
  }
};
const bare = [];
for (const f of sources) {
  for (const m of readFileSync(f, 'utf8').matchAll(pair)) {
    if (!han.test(m[1])) continue;
    words.set(plain(m[1]), f);
    if (!m[2].trim()) bare.push(`${f}: ${m[1]}`);
  }
}
check(`English: none of ${words.size} words is missing`, words.size > 500 && bare.length === 0, bare.join('; '));
const index = JSON.parse(readFileSync(`${lang}/index.json`, 'utf8'));
check('every file is in the index, and the other way round', JSON.stringify(readdirSync(lang).filter((f) => f !== 'index.json').sort()) === JSON.stringify(index.map((l) => `${l.tag}.json`).sort()), 'index.json');
for (const { tag, name } of index) {
  const file = JSON.parse(readFileSync(`${lang}/${tag}.json`, 'utf8'));
  check(`${tag}: names itself as the index does, with a direction`, file.tag === tag && file.name === name && ['ltr', 'rtl'].includes(file.dir), JSON.stringify(file).slice(0, 80));
  const unknown = Object.keys(file.texts).filter((k) => !words.has(k));
  check(`${tag}: no word that no page says`, unknown.length === 0, unknown.join(' '));
  const holes = Object.entries(file.texts).filter(([k, v]) => !v.trim() || JSON.stringify((k.match(/\{\w+\}/g) ?? []).sort()) !== JSON.stringify((v.match(/\{\w+\}/g) ?? []).sort()));
  check(`${tag}: every word has its values`, holes.length === 0, holes.map(([k]) => k).join(' '));
  const missing = [...words.keys()].filter((k) => !(k in file.texts));
  console.log(`# ${tag}: ${missing.length} of ${words.size} words stay Chinese${process.env.SW_LANG === tag ? ':' : `, such as ${missing.slice(0, 3).join(' ')}`}`);
  if (process.env.SW_LANG === tag) for (const k of missing) console.log(`#   ${words.get(k)}: ${k}`);
}
process.exit(failed);
