// 查询 in the pages: the buyer asks, signs at the identity platform, and the register answers; proofs; who looked; progress without an account.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import encodeQR from 'qr';
import { browser, check, dir, identifies, look, people, person, run, stands, urls } from './browser.mjs';

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
  await identifies(page, who);
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
  await stands(wang, 'issued');
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

  // The receipt's code before the camera. A fake device shows a file: the browser's own picture is replaced by the drawn code.
  const digest = await wang.evaluate(async (x) => (await (await fetch(`./api/applications/${x}/receipt.json`)).json()).digest, id);
  const code = `SANWANG;receipt;${id};${digest}`;
  await kiosk.context().grantPermissions(['camera'], { origin: new URL(urls.internet).origin });
  const squares = encodeQR(code, 'raw', { ecc: 'medium' });
  await kiosk.evaluate((bits) => {
    const canvas = document.createElement('canvas');
    canvas.width = 640;
    canvas.height = 480;
    const c = canvas.getContext('2d');
    let angle = 0;
    window.setInterval(() => {
      c.fillStyle = '#fff';
      c.fillRect(0, 0, 640, 480);
      c.save();
      c.translate(320, 240);
      c.rotate((angle += 0.02));
      const side = 300 / bits.length;
      c.fillStyle = '#000';
      bits.forEach((row, y) => row.forEach((on, x) => on && c.fillRect(-150 + x * side, -150 + y * side, side + 0.5, side + 0.5)));
      c.restore();
    }, 50);
    navigator.mediaDevices.getUserMedia = async () => canvas.captureStream(20);
  }, squares);
  await kiosk.check('#how-scan');
  await look(kiosk, 'internet-track-scan');
  await kiosk.click('[data-camera=off]');
  await kiosk.waitForSelector('[data-found]');
  check('track: the receipt before the camera shows the steps', (await kiosk.locator('[data-found]').getAttribute('data-found')) === number && (await kiosk.locator('video').count()) === 0);
  check('track: nobody is named', !(await kiosk.locator('main').innerText()).includes(buyer.name));
  await look(kiosk, 'internet-track-scanned');
  await kiosk.fill('#first', code.replace(/.$/, (x) => (x === '0' ? '1' : '0')));
  await kiosk.click('[data-go]');
  await kiosk.waitForSelector('[data-none]');
  check('track: a changed code shows nothing', true);
  await kiosk.fill('#first', 'SANWANG;x');
  await kiosk.click('[data-go]');
  check('track: another code is told at the field', await kiosk.locator('#first-error').isVisible());
  await kiosk.evaluate(() => (navigator.mediaDevices.getUserMedia = async () => { throw new Error('none'); }));
  await kiosk.click('[data-camera=off]');
  await kiosk.waitForSelector('[data-no-camera]');
  await look(kiosk, 'internet-track-no-camera');

  // Typed, and left: the next one at the screen finds nothing.
  await kiosk.clock.install();
  await kiosk.check('#how-card');
  await kiosk.fill('#first', buyer.name);
  await kiosk.fill('#second', buyer.id_number);
  const typed = async () => (await kiosk.inputValue('#first')) + (await kiosk.inputValue('#second'));
  for (let n = 0; n < 3 && (await typed()) !== ''; n++) await kiosk.clock.runFor(121000);
  check('track: what was only typed goes by itself', (await typed()) === '');
});
