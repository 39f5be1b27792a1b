// What the page tests share: one Chromium, a context per person, checks as TAP lines, axe, screenshots on a phone's and a desk's width.
// Environment: SW_DIR (the running zones, tests/stack), SW_URL_INTERNET, SW_URL_EXTRANET, SW_URL_INTRANET, SW_SHOTS (folder or nothing).
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { launched } from './chromium.mjs';

const require = createRequire(import.meta.url);
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const sizes = { phone: { width: 390, height: 844 }, desk: { width: 1440, height: 900 } };
// The citizens' pages: the smallest phone, the largest screen, a large one.
const extremes = { phone: { width: 360, height: 740 }, wall: { width: 3840, height: 2160 }, desk: { width: 1920, height: 1080 } };
// The registrars' desk: the office's screens.
const office = { phone: sizes.phone, small: { width: 1366, height: 768 }, large: { width: 1920, height: 1080 } };
const sizesOf = (name) => (name.startsWith('internet') ? extremes : name.startsWith('desk') ? office : sizes);
export const dir = process.env.SW_DIR;
export const urls = { internet: process.env.SW_URL_INTERNET, extranet: process.env.SW_URL_EXTRANET, intranet: process.env.SW_URL_INTRANET };
const accounts = readFileSync(join(dir, 'accounts.txt'), 'utf8').trim().split('\n').map((l) => l.trim().split(/\s+/));
export const people = JSON.parse(readFileSync(join(dir, 'demo/people.json'), 'utf8'));
export const secret = (zone, user) => accounts.find((a) => a[0] === zone && a[1] === user)?.[2] ?? '';
export const browser = await launched();
export const shots = process.env.SW_SHOTS;
if (shots) mkdirSync(shots, { recursive: true });

let failed = 0;
export function check(name, good, why = '') {
  console.log(`${good ? 'ok' : 'not ok'} - ${name}`);
  if (good) return;
  failed++;
  if (why) console.log(`# ${String(why).split('\n').slice(0, 12).join('\n# ')}`);
}

// Whether so many of what is looked for come to stand there: a page shows an answer a moment after it came.
export async function comes(locator, n = 1) {
  for (let tries = 0; tries < 300 && (await locator.count()) !== n; tries++) await locator.page().waitForTimeout(100);
  return (await locator.count()) === n;
}

// To another page of the same zone: until its heading stands there, not that of the page that was left.
export async function turn(page, url) {
  const left = await page.locator('main h1').first().innerText();
  await page.evaluate(() => document.querySelector('main h1').setAttribute('data-left', ''));
  await page.goto(url);
  await page.waitForFunction((text) => {
    const h = document.querySelector('main h1');
    return h && (!h.hasAttribute('data-left') || h.innerText !== text);
  }, left);
}

// What the register says of a paper. It may take longer to answer than the page waits, on a loaded machine: asked again, as a person would (PRESS in WHERE).
export async function stands(where, wanted, press = '[data-go]') {
  for (let n = 0; n < 6; n++) {
    await where.locator('[data-standing]:not([data-standing=""], [data-standing=asking])').waitFor();
    if (!(await where.locator('[data-standing=offline]').count())) break;
    await where.locator(press).click();
  }
  await where.locator(`[data-standing=${wanted}]`).waitFor();
}

// Signs a person in by the page itself. What the page logs as an error is a failure.
export async function person(zone, user, { signs = true } = {}) {
  const context = await browser.newContext({ viewport: sizes.desk, locale: 'zh-CN', timezoneId: 'Asia/Shanghai' });
  const page = await context.newPage();
  page.setDefaultTimeout(60000);
  page.on('console', (m) => {
    // A refusal that the test provokes is an answer of 4xx (504: a service behind it is down), a line that it breaks a reset, which the browser tells as well.
    if (m.type() === 'error' && !/the server responded with a status of (4|504)|net::ERR_(CONNECTION_RESET|INTERNET_DISCONNECTED)/.test(m.text())) check(`${zone}: ${user}: nothing on the console`, false, m.text());
  });
  page.on('pageerror', (e) => check(`${zone}: ${user}: no error in the page`, false, e.stack));
  await page.goto(urls[zone]);
  await page.fill('#user', user);
  await page.fill('#password', secret(zone, user));
  await page.click('button[type=submit]');
  await page.waitForSelector('[data-who]');
  // A registrar's signing key is opened as the page's dialog does it.
  const passphrase = signs && zone === 'extranet' && secret('signing', user);
  if (passphrase) check(`${zone}: ${user} opens the signing key`, (await page.request.post(`${urls.extranet}api/signing`, { headers: { 'X-Requested-With': 'sanwang' }, data: { passphrase } })).ok());
  return page;
}

const tooWide = (page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
async function violations(page) {
  await page.evaluate(axe);
  return page.evaluate(async () => (await globalThis.axe.run(document, { resultTypes: ['violations'] })).violations.map((v) => `${v.id}: ${v.help}: ${v.nodes.map((n) => n.target.join(' ')).slice(0, 3).join(' | ')}`));
}

// What is wrong with a page as it stands, at its present size.
export async function inspect(page) {
  const [wide, headings, found] = [await tooWide(page), await page.locator('h1').count(), await violations(page)];
  return [...(wide > 0 ? [`${wide} pixels too wide`] : []), ...(headings === 1 ? [] : [`${headings} headings`]), ...found];
}

// One page looked at: no accessibility violation, nothing wider than the screen, both languages, both widths.
export async function look(page, name) {
  for (const [size, viewport] of Object.entries(sizesOf(name))) {
    await page.setViewportSize(viewport);
    const wide = await tooWide(page);
    check(`${name}: fits a ${size}`, wide <= 0, `${wide} pixels too wide`);
    if (shots) await page.screenshot({ path: join(shots, `${name}-${size}.png`), fullPage: true });
  }
  const found = await violations(page);
  check(`${name}: no accessibility violation`, found.length === 0, found.join('\n'));
  const heading = await page.locator('h1').count();
  check(`${name}: one heading`, heading === 1, `${heading} of them`);
}

export async function run(name, steps) {
  try {
    await steps();
  } catch (e) {
    check(name, false, e.stack);
    let n = 0;
    for (const page of browser.contexts().flatMap((c) => c.pages())) {
      const text = await page.locator('main').innerText({ timeout: 1000 }).catch(() => 'no page');
      console.log(`# then stood at ${page.url().slice(0, 120)}:\n#   ${text.split(/\s*\n\s*/).slice(0, 12).join('\n#   ')}`);
      if (shots) await page.screenshot({ path: join(shots, `failed-${name}-${n++}.png`), fullPage: true }).catch(() => undefined);
    }
  }
  await browser.close();
  process.exit(failed ? 1 : 0);
}
async function enters(page, who) {
  await page.fill('#number', who.id_number);
  await page.fill('#pin', who.pin);
  await page.click('[data-sign]');
}

// At the identity platform: number and PIN, signed (FIRST: how it is done the first time). When its page does not go back, what it stands at is told, and it is
// opened once more, as a person would.
export async function identifies(page, who, first = enters) {
  for (let n = 0; ; n++) {
    await page.waitForSelector('#pin');
    const at = page.url();
    await (n ? enters : first)(page, who);
    const left = await page.waitForURL((u) => u.href !== at, { timeout: 20000, waitUntil: 'commit' }).then(() => true, () => false);
    if (left) return;
    const why = (await page.locator('#error-summary').allInnerTexts()).join(' ');
    if (why || n === 2) throw new Error(`${who.name} cannot sign: ${why || 'the identity platform does not go back'}`);
    console.log(`# the identity platform did not go back: its service ${(await page.locator('[data-sign]').isEnabled()) ? 'was not asked, or the way back is long' : 'has not answered'}`);
    await page.reload();
  }
}

// Until the signature has arrived. One that a line away or a busy daemon kept is handed in again, as the page offers.
export async function signed(page) {
  for (let n = 0; n < 3; n++) {
    await page.waitForSelector('[data-signed], [data-kept]');
    if (!(await page.locator('[data-kept]').count())) break;
    console.log('# a signature was kept and is handed in again');
    await page.click('[data-again]');
  }
  await page.waitForSelector('[data-signed]');
}

// The choice with which nothing stops and, where it can be had, nothing more is asked.
function fitting(page, code) {
  const id = /\/a\/([0-9a-f-]{36})/.exec(page.url())[1];
  return page.evaluate(async (at) => {
    const get = async (path) => (await fetch(`./api/${path}`)).json();
    const a = await get(`applications/${at.id}`);
    const questions = (await get(`businesses/${a.business}/${a.business_version}`)).papers.filter((p) => p.each).flatMap((p) => p.questions);
    const q = questions.find((x) => x.code === at.code);
    const more = (value) => questions.some((x) => x.when === at.code && x.is === value);
    return q.values.map((v) => v.value).filter((v) => !q.stops.split(' ').includes(v)).sort((x, y) => more(x) - more(y))[0];
  }, { id, code });
}

// What the registry asks before it is signed, each answered so that nothing stops it.
export async function answer(page, also = () => {}) {
  await page.waitForSelector('#promise, [data-ask], [data-confirm]');
  if (await page.locator('[data-confirm]').count()) await page.click('[data-confirm]');
  if (!(await page.locator('[data-ask]').count())) return page.waitForSelector('#promise');
  await page.click('[data-ask]');
  for (let n = 0; n < 30; n++) {
    await page.waitForSelector('#promise, [data-asked]');
    if (await page.locator('#promise').count()) return;
    const code = await page.locator('[data-asked]').getAttribute('data-asked');
    await also(code, page);
    await page.check(`[data-value=${await fitting(page, code)}]`);
    await page.click('[data-go]');
    await page.waitForFunction((was) => document.querySelector('[data-asked]')?.getAttribute('data-asked') !== was, code);
  }
}
