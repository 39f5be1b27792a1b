// What an online business asks of the one who applies, counted while a person does it in Chromium, from sign-in to receipt: screens shown, fields typed, files given, clicks
// (a key that confirms would save them). Only what is required is answered; the other side signs on a device of its own, which is not counted. A table in Markdown, and
// build/bench/effort.json. node effort.mjs UNIT CERTIFICATE BUSINESS…, by `make effort`.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { answer, browser, check, dir, people, person, run, secret, urls } from './browser.mjs';

const [unit, certificate, ...wanted] = process.argv.slice(2);
const self = people[0];
const other = people[people.length - 1];
const sample = join(dir, 'demo/sample.pdf');
const text = { location: '示例路1号1幢101室', certificate_no: certificate, old_id_number: other.id_number, deceased_id: other.id_number, units: '1幢101室甲、1幢101室乙', room: '101室', use: '住宅' };

// A person at a page, counting.
class Hand {
  constructor(page) {
    Object.assign(this, { page, screens: 1, typed: 0, files: 0, clicks: 0 });
    for (const act of ['click', 'check']) {
      const done = page[act].bind(page);
      page[act] = (...to) => {
        this.clicks++;
        return done(...to);
      };
    }
    let shown = '';
    page.on('framenavigated', (f) => {
      const at = f.url().replace(/\?.*/, '');
      if (f !== page.mainFrame() || at === shown) return;
      shown = at;
      this.screens++;
    });
  }
  async type(at, words) {
    if ((await this.page.inputValue(at)) === words) return;
    this.typed++;
    await this.page.fill(at, words);
  }
  click(at) {
    return this.page.click(at);
  }
  async choose(at, value) {
    this.clicks++;
    await this.page.selectOption(at, value);
  }
  async give(at) {
    this.files++;
    this.clicks++;
    await this.page.setInputFiles(at, sample);
    await this.page.waitForSelector('[data-file]');
  }
}

async function field(h, f) {
  const at = '#answer';
  if (!f.required) return;
  if (f.type === 'bool') return h.choose(at, 'no');
  if (f.type === 'code') return h.choose(at, { index: 1 });
  if (f.type === 'date') return h.type(at, f.code.endsWith('to') ? '2056-01-01' : '2026-01-01');
  if (f.type === 'money' || f.type === 'area') return h.type(at, f.type === 'money' ? '3000000' : '89.50');
  if (await h.page.inputValue(at)) return;
  await h.type(at, text[f.code] ?? '本人申请');
}

async function question(h, b, id) {
  const [kind, ...rest] = id.split('-');
  const code = rest.join('-');
  if (kind === 'me') await h.click('#side-0');
  if (kind === 'unit') await h.type('#answer', unit);
  if (kind === 'field') await field(h, b.fields.find((f) => f.code === code));
  if (kind === 'role' && (await h.page.locator('#name-0').count())) {
    await h.type('#name-0', other.name);
    await h.type('#number-0', other.id_number);
  }
  if (kind === 'material' && (await h.page.locator('[data-way]').count())) await h.click('#way-1');
  if (kind === 'material' && b.materials.find((m) => m.code === code).required) await h.give('#file');
  await h.click('[data-go]');
  await h.page.waitForFunction((now) => !document.querySelector(`[data-question="${now}"]`) || document.querySelector('#error-summary'), id);
  if (await h.page.locator('#error-summary').count()) throw new Error(`${b.code}: ${id}: ${await h.page.locator('#error-summary').innerText()}`);
}

async function signs(h, who) {
  await answer(h.page);
  await h.click('#promise');
  await h.click('[data-go]');
  await h.page.waitForSelector('#pin');
  await h.type('#number', who.id_number);
  await h.type('#pin', who.pin);
  await h.click('[data-sign]');
  await h.page.waitForSelector('[data-signed]');
}

async function business(code) {
  const page = await (await browser.newContext({ viewport: { width: 390, height: 844 }, locale: 'zh-CN', timezoneId: 'Asia/Shanghai' })).newPage();
  page.setDefaultTimeout(120000);
  await page.goto(urls.internet);
  await page.waitForSelector('#user');
  const h = new Hand(page);
  await h.type('#user', 'zhang');
  await h.type('#password', secret('internet', 'zhang'));
  await h.click('button[type=submit]');
  await page.waitForSelector('main a[href$="/start"]');
  await h.click('main a[href$="/start"]');
  await page.waitForSelector(`[data-business="${code}"]`);
  await h.click(`[data-business="${code}"]`);
  await h.click('[data-go]');
  await page.waitForSelector('[data-next]');
  const b = await page.evaluate(async (c) => (await (await fetch('./api/businesses')).json()).rows.find((r) => r.code === c), code);
  await h.click('[data-next]');
  for (let id; ; ) {
    await page.waitForSelector('[data-question], [data-freeze]');
    if (await page.locator('[data-freeze]').count()) break;
    id = await page.locator('[data-question]').getAttribute('data-question');
    await question(h, b, id);
  }
  await h.click('[data-freeze]');
  await signs(h, self);
  const id = /\/a\/([0-9a-f-]{36})/.exec(page.url())[1];
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
