// A person at the portal who applies for a business, answering what is required and nothing else, counted: screens shown, fields typed, files given, clicks (a key that
// confirms would save them). Nothing here knows a business by name.
import { join } from 'node:path';
import { answer, check, dir, identifies, people, signed, urls } from './browser.mjs';

const sample = join(dir, 'demo/sample.pdf');
const other = people[people.length - 1];

export class Hand {
  // words: what a text field is filled with, by its code; online: a contract is filled in, not uploaded. seen: called with the question before it is left.
  constructor(page, { words = {}, online = false, seen = () => {} } = {}) {
    Object.assign(this, { page, words, online, seen, screens: 1, typed: 0, files: 0, clicks: 0 });
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

async function units(h, text) {
  for (const [n, line] of text.split('\n').entries()) {
    const [code, room, cm2] = line.split('|');
    if (n) await h.click('[data-unit-add]');
    await h.type(`#answer-code-${n}`, code);
    await h.type(`#answer-room-${n}`, room);
    await h.type(`#answer-area-${n}`, String(cm2 / 10000));
  }
}

// A field as it stands in a form: money in cents, an area in square centimetres.
async function given(h, f, v) {
  if (f.kind === 'units') return units(h, v);
  if (f.type === 'bool' || f.type === 'code') return h.choose('#answer', String(v));
  if (f.type === 'money' || f.type === 'area') return h.type('#answer', (v / (f.type === 'money' ? 100 : 10000)).toFixed(2));
  await h.type('#answer', String(v));
}

async function field(h, f, told) {
  const at = '#answer';
  if (h.words[f.code] !== undefined) return given(h, f, h.words[f.code]);
  if (!f.required) return;
  if (f.type === 'bool') return h.choose(at, 'no');
  if (f.type === 'code') return h.choose(at, { index: 1 });
  if (f.type === 'date') return h.type(at, f.code.endsWith('to') ? '2056-01-01' : '2026-01-01');
  if (f.type === 'money' || f.type === 'area') return h.type(at, f.type === 'money' ? '3000000' : '89.50');
  // What the register tells may still be on its way.
  if (told) await h.page.waitForFunction(() => document.querySelector('#answer')?.value, null, { timeout: 10000 }).catch(() => undefined);
  if (await h.page.inputValue(at)) return;
  await h.type(at, h.words[f.code] ?? '本人申请');
}

// One term of a contract that is filled in.
async function term(h, q) {
  if (!q.required) return;
  if (q.type === 'code') return h.click(`[data-value="${q.values[0].value}"]`);
  await h.type('#answer', q.type === 'date' ? '2030-01-31' : q.type === 'text' ? '无' : String(q.min || 1));
}

// The parties of a role, beside the one who fills it in.
async function others(h, role) {
  const list = h.words.parties.filter((p) => p.role === role);
  for (const [n, p] of list.entries()) {
    if (!(await h.page.locator(`[data-person="${n}"]`).count())) await h.click('[data-add]');
    await h.page.waitForSelector(`[data-person="${n}"]`);
    if (await h.page.locator(`#name-${n}`).count()) {
      await h.type(`#name-${n}`, p.person.name);
      await h.type(`#number-${n}`, p.person.id_number);
    }
    if (await h.page.locator(`#share_num-${n}`).count()) {
      await h.type(`#share_num-${n}`, String(p.num ?? 1));
      await h.type(`#share_den-${n}`, String(p.den ?? 1));
    }
  }
}

async function question(h, b, id) {
  const [kind, ...rest] = id.split('-');
  const code = rest.join('-');
  const told = kind === 'field' && code === 'location' && b.fields.some((f) => f.code === 'certificate_no');
  if (kind === 'me') await h.click('#side-0');
  if (kind === 'unit') await h.type('#answer', h.words.unit);
  if (kind === 'field') await field(h, b.fields.find((f) => f.code === code), told);
  if (kind === 'term') await term(h, b.papers.find((p) => p.code === rest[0]).questions.find((q) => q.code === rest[1]));
  if (kind === 'role' && h.words.parties) await others(h, code);
  else if (kind === 'role' && (await h.page.locator('#name-0').count())) {
    await h.type('#name-0', h.words.other?.name ?? other.name);
    await h.type('#number-0', h.words.other?.id_number ?? other.id_number);
  }
  if (kind === 'delivery') await h.click('#way-electronic');
  const paper = kind === 'material' && (await h.page.locator('[data-way]').count());
  if (paper) await h.click(h.online ? '#way-0' : '#way-1');
  if (kind === 'material' && !(paper && h.online) && b.materials.find((m) => m.code === code).required) await h.give('#file');
  await h.seen(id);
  await h.click('[data-go]');
  await h.page.waitForFunction((now) => !document.querySelector(`[data-question="${now}"]`) || document.querySelector('#error-summary'), id);
  if (await h.page.locator('#error-summary').count()) throw new Error(`${b.code}: ${id}: ${await h.page.locator('#error-summary').innerText()}`);
}

// From the home page to the text that is to be signed; the application's id.
export async function applies(h, code) {
  const { page } = h;
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
  await page.waitForSelector('[data-pledge], [data-record], #error-summary');
  if (await page.locator('#error-summary').count()) throw new Error(`${code}: ${await page.locator('#error-summary').innerText()}`);
  return { id: /\/a\/([0-9a-f-]{36})/.exec(page.url())[1], b };
}

// What the registry asks, the pledge, and the signature at the identity platform.
export async function signs(h, who) {
  await answer(h.page);
  await h.click('#promise');
  await h.click('[data-go]');
  await identifies(h.page, who, async () => {
    await h.type('#number', who.id_number);
    await h.type('#pin', who.pin);
    await h.click('[data-sign]');
  });
  await signed(h.page);
}

// The office's acts on a case by its interface, each on the newest version once the case is as `fits` says. one: somebody who may read it; name: of the part, in the checks.
export function office(one, id, name) {
  const fitting = async (fits) => {
    for (const until = Date.now() + 60000; Date.now() < until; ) {
      const r = await one.request.get(`${urls.extranet}api/cases/${id}`);
      const c = r.ok() ? await r.json() : null;
      if (c && fits(c)) return c;
      await new Promise((done) => setTimeout(done, 50));
    }
    throw new Error('the case does not come to where it should be');
  };
  return async (who, act, fits, body = {}) => {
    const { version } = await fitting(fits);
    const r = await who.request.post(`${urls.extranet}api/cases/${id}/${act}`, { headers: { 'X-Requested-With': 'sanwang' }, data: { ...body, version } });
    check(`${name}: the office: ${act}`, r.ok(), r.ok() ? '' : await r.text());
  };
}
