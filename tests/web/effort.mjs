// What an online business asks of the one who applies, counted while a person does it in Chromium (hand.mjs), from sign-in to receipt. The other side signs on a device of
// its own, which is not counted. A table in Markdown, and build/bench/effort.json. node effort.mjs UNIT CERTIFICATE BUSINESS…, by `make effort`.
import { mkdirSync, writeFileSync } from 'node:fs';
import { browser, check, people, person, run, secret, urls } from './browser.mjs';
import { applies, Hand, signs } from './hand.mjs';

const [unit, certificate, ...wanted] = process.argv.slice(2);
const self = people[0];
const other = people[people.length - 1];
const words = { unit, location: '示例路1号1幢101室', certificate_no: certificate, old_id_number: other.id_number, deceased_id: other.id_number, units: '1幢101室甲、1幢101室乙', room: '101室', use: '住宅' };

async function business(code) {
  const page = await (await browser.newContext({ viewport: { width: 390, height: 844 }, locale: 'zh-CN', timezoneId: 'Asia/Shanghai' })).newPage();
  page.setDefaultTimeout(60000);
  await page.goto(urls.internet);
  await page.waitForSelector('#user');
  const h = new Hand(page, { words });
  await h.type('#user', 'zhang');
  await h.type('#password', secret('internet', 'zhang'));
  await h.click('button[type=submit]');
  const { id, b } = await applies(h, code);
  await signs(h, self);
  if (b.roles.length > 1) {
    const wang = await person('internet', 'wang');
    await wang.goto(`${urls.internet}#/a/${id}/sign`);
    await signs(new Hand(wang), other);
    await wang.context().close();
  }
  await h.click('[data-signed] a');
  await page.waitForSelector('[data-receipt]');
  await page.context().close();
  return { business: code, zh: b.zh, screens: h.screens, typed: h.typed, files: h.files, clicks: h.clicks };
}

await run('effort', async () => {
  const rows = [];
  for (const code of wanted) {
    const r = await business(code);
    rows.push(r);
    check(`effort: ${code}: from sign-in to receipt: ${r.screens} screens, ${r.typed} typed, ${r.files} files, ${r.clicks} clicks`, true);
  }
  console.log('# | business | screens | typed | files | clicks |\n# | --- | --- | --- | --- | --- |');
  for (const r of rows) console.log(`# | ${r.zh} | ${r.screens} | ${r.typed} | ${r.files} | ${r.clicks} |`);
  mkdirSync('build/bench', { recursive: true });
  writeFileSync('build/bench/effort.json', JSON.stringify(rows, null, 1));
});
