// Every address of the portal in every dress: Chinese, English, large type, high contrast, a further language right to left; a phone's width; axe on each. No address is forgotten: what main.ts lists is
// compared with what was looked at. SW_STATES=long: each dress by itself; otherwise English, large type and high contrast at once (Chinese is what the other tests look at).
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { browser, check, inspect, person, run, shots, urls } from './browser.mjs';

const long = process.env.SW_STATES === 'long';
const dresses = long ? { zh: {}, en: { en: true }, elder: { elder: true }, contrast: { contrast: true }, forced: { forced: true }, rtl: { tag: 'ug' } } : { all: { en: true, elder: true, contrast: true } };
const seen = new Set();
const routes = [...readFileSync('zones/internet/web/src/main.ts', 'utf8').matchAll(/\{ path: '([^']+)', component/g)].map((m) => m[1]);
const admin = [...readFileSync('common/ui/src/admin/index.ts', 'utf8').matchAll(/path: '([^']+)'/g)].map((m) => m[1]);
// Only there while signatures are gathered: internet.mjs looks at it then; a batch: batches.mjs.
const elsewhere = ['/a/:id/ask/:party?/:question?', '/batches/:id'];
const pattern = (r) => new RegExp(`^${r.replace(/\/:[a-z]+\?/g, '(/[^/]+)?').replace(/:[a-z]+/g, '[^/]+')}$`);
const plain = (place) => place.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'ID');

async function dressed(page, { en, elder, contrast, forced, tag }) {
  await page.emulateMedia({ contrast: contrast ? 'more' : 'no-preference', forcedColors: forced ? 'active' : 'none' });
  const lang = () => page.evaluate(() => document.documentElement.lang);
  const wanted = tag ?? (en ? 'en' : 'zh-CN');
  if (tag && (await lang()) !== tag) await page.selectOption('[data-languages]', tag);
  // The button goes from a further language back to Chinese first.
  for (let n = 0; !tag && n < 2 && (await lang()) !== wanted; n++) await page.click('[data-lang]');
  await page.waitForFunction((l) => document.documentElement.lang === l, wanted);
  if ((await page.evaluate(() => document.documentElement.classList.contains('elder'))) !== Boolean(elder)) await page.click('[data-elder]');
}

async function everyDress(page, place, name = plain(place)) {
  const found = [];
  for (const [dress, how] of Object.entries(dresses)) {
    await dressed(page, how);
    await page.waitForSelector('main h1');
    const wrong = await inspect(page);
    if (long && shots) await page.screenshot({ path: join(shots, `states-${String(seen.size).padStart(2, '0')}-${name.replace(/\W+/g, '-').slice(1, 60)}-${dress}.png`), fullPage: true });
    if (wrong.length && shots) await page.screenshot({ path: join(shots, `failed-states-${seen.size}-${dress}.png`), fullPage: true });
    found.push(...wrong.map((f) => `${dress}: ${f}`));
  }
  check(`states: ${name}: no violation, fits a phone, one heading (${Object.keys(dresses).join(', ')})`, found.length === 0, found.join('\n'));
}

async function places(page, list) {
  await page.setViewportSize({ width: 360, height: 740 });
  for (const place of list) {
    await page.goto(`${urls.internet}#${place}`);
    await page.waitForSelector('main h1');
    await page.waitForFunction(() => !document.querySelector('main [aria-busy=true]'));
    const at = new URL(page.url()).hash.slice(1).replace(/\?.*/, '');
    for (const r of routes) if (pattern(r).test(at)) seen.add(r);
    await everyDress(page, place);
  }
}

const applications = (page) => page.evaluate(async () => (await (await fetch('./api/applications')).json()).rows.map(({ id, state, business, mine }) => ({ id, state, business, mine })));

// A draft of a business with each of its questions, in the page's order (views/draft/steps.ts).
async function questions(page, code) {
  const { id, b } = await page.evaluate(async (business) => {
    const id = (await (await fetch('./api/applications', { method: 'POST', headers: { 'X-Requested-With': 'sanwang', 'Content-Type': 'application/json' }, body: JSON.stringify({ business }) })).json()).id;
    return { id, b: (await (await fetch('./api/businesses')).json()).rows.find((r) => r.code === business) };
  }, code);
  const ids = [...(b.roles.length > 1 ? ['me'] : []), 'unit', ...b.fields.map((f) => `field-${f.code}`), ...b.roles.map((r) => `role-${r.code}`), ...b.materials.filter((m) => m.when !== 'guardian').map((m) => `material-${m.code}`), ...(b.certificate !== 'none' && b.roles[0].code === b.holder_role ? ['delivery'] : [])];
  return [...ids.map((q) => `/a/${id}/q/${q}`), `/a/${id}/check`, `/a/${id}`];
}

await run('states', async () => {
  const anybody = await person('internet', 'li');
  const article = await anybody.evaluate(async () => `/guide/${(await (await fetch('./api/articles')).json()).rows[0]?.slug ?? 'none'}`);
  await places(anybody, ['/', '/account', '/start', '/need', '/guide', '/guide/b/transfer-existing-flat', article, '/documents', '/verify', '/appointments', '/queries', '/track', '/notices', '/feedback', '/invite', '/invite/AAAA-BBBB', '/batches', '/batches/new']);
  for (const code of long ? ['change-address', 'mortgage', 'first-registration', 'transfer-existing-flat'] : ['transfer-existing-flat']) await places(anybody, await questions(anybody, code));
  if (!long) await places(anybody, (await questions(anybody, 'first-registration')).filter((p) => p.endsWith('/delivery')));
  // Each state that an application is in, once.
  const states = new Set();
  for (const who of [anybody, await person('internet', 'zhang')])
    for (const a of await applications(who)) {
      if (!long && states.has(a.state)) continue;
      states.add(a.state);
      await places(who, [`/a/${a.id}`, `/a/${a.id}/sign`, `/a/${a.id}/correct`, `/a/${a.id}/withdraw`]);
    }
  const operator = await person('internet', 'operator');
  await places(operator, routes.filter((r) => r.startsWith('/desk/')).concat('/links'));
  const stranger = await (await browser.newContext({ locale: 'zh-CN' })).newPage();
  await places(stranger, ['/sign-in', '/register', '/recover']);
  await places(await person('internet', 'admin'), admin);
  const missed = routes.filter((r) => !seen.has(r) && !elsewhere.includes(r));
  check(`states: all ${routes.length - elsewhere.length} addresses were looked at`, missed.length === 0, missed.join(' '));
});
