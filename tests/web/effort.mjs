// What an online business asks of the one who applies, from sign-in to receipt, reckoned from its definition as the pages ask it (views/draft/steps.ts): screens, required
// entries typed, required files, clicks; one other person per further side. A table in Markdown: node tests/web/effort.mjs
import { readFileSync, readdirSync, existsSync } from 'node:fs';
const dir = 'conf/businesses';
console.log('| business | screens | typed | files | clicks |\n| --- | --- | --- | --- | --- |');
for (const code of readdirSync(dir)) {
  const f = `${dir}/${code}/business.yaml`;
  if (!existsSync(f)) continue;
  const y = readFileSync(f, 'utf8');
  if (!/^channels:.*portal/m.test(y)) continue;
  const section = (n) => { const m = new RegExp(`^${n}:\\n((?:  - .*\\n)+)`, 'm').exec(y); return m ? m[1].trim().split('\n') : []; };
  const roles = section('roles'), materials = section('materials');
  const form = JSON.parse(readFileSync(`${dir}/${code}/form.json`, 'utf8')).components.filter((c) => c.key);
  const q = (roles.length > 1 ? 1 : 0) + 1 + form.length + roles.length + materials.length;
  const need = form.filter((c) => c.validate?.required).length;
  const upl = materials.filter((m) => /required: true/.test(m)).length;
  const others = roles.length - 1;
  // Before the questions: sign-in, choice of the business, list of what is to be filled in. Behind them: check, text to be signed, platform, receipt.
  const screens = 3 + q + 4;
  const typed = 2 + 1 + need + 2 * others + 2;
  const clicks = 1 + 1 + 2 + 1 + q + (roles.length > 1 ? 1 : 0) + upl + 1 + 2 + 1 + 1;
  console.log(`| ${[code, screens, typed, upl, clicks].join(' | ')} |`);
}
