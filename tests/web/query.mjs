// 查询 in the pages: the buyer asks, signs at the identity platform, and the register answers; proofs; who looked; progress without an account.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { browser, check, dir, look, people, person, run, urls } from './browser.mjs';

const [unit] = process.argv.slice(2);
const buyer = people[people.length - 1];
const stranger = people[2];

async function ask(page, who, kind, about = '', purpose = '') {
  await page.goto(`${urls.internet}#/queries`);
  if (await page.locator('[data-again]').count()) await page.click('[data-again]');
  await page.check(`#kind-${kind}`);
  if (about) await page.fill('#about', about);
  if (purpose) await page.fill('#purpose', purpose);
  await page.click('[data-go]');
  await page.waitForSelector('#pin');
  await page.fill('#number', who.id_number);
  await page.fill('#pin', who.pin);
  await page.click('[data-sign]');
}

await run('query', async () => {
  const li = await person('internet', 'li');
  await li.goto(`${urls.internet}#/queries`);
  await li.waitForSelector('#kind-own');
  await li.click('[data-go]');
  check('query: choosing nothing is told', await li.locator('#error-summary').isVisible());
  await li.check('#kind-unit');
  await li.click('[data-go]');
  check('query: without a purpose nothing is asked', await li.locator('#purpose-error').isVisible());
  await look(li, 'internet-query');
  await ask(li, stranger, 'unit', unit, '购房前核实');
  await li.waitForSelector('[data-unit]');
  check('query: state and restrictions, nobody’s name', !(await li.locator('main').innerText()).includes(buyer.name));
  await look(li, 'internet-query-unit');
  const wang = await person('internet', 'wang');
  await ask(wang, buyer, 'own');
  await wang.waitForSelector('[data-looks]');
  check('query: the holder sees who looked and why', /购房前核实/.test(await wang.locator('[data-looks]').innerText()));
  await look(wang, 'internet-query-own');
  await wang.click('[data-lang]');
  await look(wang, 'internet-query-own-en');
  await wang.click('[data-lang]');
  await ask(wang, buyer, 'own-proof', '', '办理落户');
  await wang.waitForSelector('[data-proof]');
  const [download] = await Promise.all([wang.waitForEvent('download'), wang.click('[data-sealed]')]);
  const sealed = readFileSync(await download.path(), 'utf8');
  await look(wang, 'internet-query-proof');
  await wang.goto(`${urls.internet}#/verify`);
  await wang.fill('#text', sealed);
  await wang.click('[data-go]');
  await wang.waitForSelector('[data-standing=issued]');
  check('query: the proof verifies, and the office knows it', await wang.locator('[data-valid=true]').isVisible());
  await ask(wang, buyer, 'none-proof', '', '申请公租房');
  await wang.waitForSelector('[data-no-proof]');
  check('query: who has a house gets no proof of none, and is told', true);

  const id = readFileSync(join(dir, 'application'), 'utf8');
  const number = await wang.evaluate(async (x) => (await (await fetch(`./api/applications/${x}`)).json()).business_number, id);
  const kiosk = await (await browser.newContext({ viewport: { width: 390, height: 844 }, locale: 'zh-CN' })).newPage();
  await kiosk.goto(`${urls.internet}#/track`);
  await kiosk.fill('#first', number);
  await kiosk.fill('#second', buyer.name);
  await kiosk.click('[data-go]');
  await kiosk.waitForSelector('[data-found]');
  check('track: number and name show the steps, masked', /\*/.test(await kiosk.locator('[data-found]').innerText()));
  await look(kiosk, 'internet-track');
  await kiosk.fill('#second', '无此人');
  await kiosk.click('[data-go]');
  await kiosk.waitForSelector('[data-none]');
  check('track: who cannot name the person learns nothing', true);
  await look(kiosk, 'internet-track-none');
});
