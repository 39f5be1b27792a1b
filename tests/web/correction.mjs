// 补正 in the pages: the registrar names items with a sentence each; the seller deals with them one by one, on a phone, over a session that runs out and a
// line that breaks; both sign again; the same case goes on.
import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import { answer, check, comes, dir, identifies, look, people, person, run, signed, urls } from './browser.mjs';

const [id] = process.argv.slice(2);
const seller = people[0];
const buyer = people[people.length - 1];

async function sign(page, who) {
  await answer(page);
  await page.check('#promise');
  await page.click('[data-go]');
  await identifies(page, who);
  await signed(page);
}

await run('correction', async () => {
  const one = await person('extranet', 'registrar1');
  await one.goto(`${urls.extranet}#/case/${id}`);
  await one.waitForSelector('[data-action=correct]');
  const number = await one.locator('[data-number]').innerText();
  await one.click('[data-action=correct]');
  await one.waitForSelector('dialog');
  await one.check('#tick-material-contract');
  await one.check('#tick-field-price_cents');
  await one.fill('#act-text', '请补正以下内容');
  await one.click('[data-confirm]');
  check('correction: each item needs its sentence', await one.locator('#act-items').isVisible());
  await one.fill('[data-sentence=contract]', '缺第3页，请补扫');
  await one.fill('[data-sentence=price_cents]', '与合同金额不一致');
  await look(one, 'extranet-correct-items');
  await one.click('[data-confirm]');
  await one.waitForSelector('dialog', { state: 'detached' });

  const zhang = await person('internet', 'zhang');
  await zhang.waitForSelector(`[data-application="${id}"] a[href*="/correct"]`, { timeout: 30000 });
  await look(zhang, 'internet-home-correction');
  await zhang.click(`[data-application="${id}"] a[href*="/correct"]`);
  await zhang.waitForSelector('[data-item]');
  check('correction: the list says each item with its sentence', /缺第3页/.test(await zhang.locator('[data-item=material-contract]').innerText()) && (await comes(zhang.locator('[data-done=false]'), 2)));
  check('correction: what is kept is said', /已保留/.test(await zhang.locator('[data-kept]').innerText()));
  await look(zhang, 'internet-correction');
  await zhang.click('[data-freeze]');
  await zhang.waitForSelector('#error-summary');
  check('correction: not handed in before all is put right, with links to each', (await comes(zhang.locator('#error-summary a'), 2)));
  await zhang.goto(`${urls.internet}#/a/${id}/q/field-location?from=correct`);
  await zhang.waitForSelector('#answer');
  await zhang.fill('#answer', '别处');
  await zhang.click('[data-go]');
  await zhang.waitForSelector('#error-summary');
  check('correction: what was not asked for stays closed', true);
  await zhang.goto(`${urls.internet}#/a/${id}/correct`);
  await zhang.click('[data-change=field-price_cents]');
  await zhang.waitForSelector('[data-asked]');
  check('correction: the question shows what the office asks', /与合同金额不一致/.test(await zhang.locator('[data-asked]').innerText()));
  await look(zhang, 'internet-correction-question');
  await zhang.fill('#answer', '4,800,000');
  const cookies = await zhang.context().cookies();
  await zhang.context().clearCookies();
  // At once: what the page asks by itself would be told first that the session is over.
  await zhang.evaluate(() => document.querySelector('[data-go]')?.click());
  await zhang.waitForSelector('[data-ended]');
  check('correction: a session that runs out says what it keeps', /1/.test(await zhang.locator('[data-left]').innerText()));
  await look(zhang, 'internet-session-ended');
  await zhang.context().addCookies(cookies);
  await zhang.reload();
  await zhang.waitForSelector('[data-who]');
  await zhang.goto(`${urls.internet}#/a/${id}/correct`);
  await zhang.waitForSelector('[data-item=field-price_cents][data-done=true]');
  check('correction: signed in again, the answer is there', true);
  await zhang.click('[data-change=material-contract]');
  await zhang.waitForSelector('[data-file="contract.pdf"]');
  await zhang.click('[data-file="contract.pdf"] button');
  await zhang.waitForSelector('[data-file="contract.pdf"]', { state: 'detached' });
  const sample = readFileSync(join(dir, 'demo/sample.pdf'));
  const third = Buffer.concat([sample, Buffer.from(`\n%${'y'.repeat(300000)}\n`), sample.subarray(sample.lastIndexOf('startxref'))]);
  let pieces = 0;
  await zhang.route(/\/materials\?/, (route) => (++pieces === 2 ? route.abort('connectionreset') : route.continue()));
  await zhang.setInputFiles('#file', { name: 'contract-3.pdf', mimeType: 'application/pdf', buffer: third });
  await zhang.waitForSelector('[data-file="contract-3.pdf"]');
  await zhang.unroute(/\/materials\?/);
  check('correction: the line broke in the middle of the file, which went on', pieces === Math.ceil(third.length / 262144) + 1, `${pieces} requests`);
  await zhang.click('[data-go]');
  await zhang.waitForSelector('[data-count]');
  check('correction: all is dealt with', (await zhang.locator('[data-done=false]').count()) === 0);
  await look(zhang, 'internet-correction-done');
  await zhang.click('[data-lang]');
  check('correction: the page speaks English', /What to put right/.test(await zhang.locator('h1').innerText()));
  await look(zhang, 'internet-correction-en');
  await zhang.click('[data-lang]');
  await zhang.click('[data-freeze]');
  await sign(zhang, seller);
  const wang = await person('internet', 'wang');
  await wang.goto(`${urls.internet}#/a/${id}`);
  await wang.click('[data-sign]');
  await sign(wang, buyer);
  await one.goto('about:blank');
  await one.goto(`${urls.extranet}#/case/${id}`);
  await one.waitForSelector('[data-replaced]', { timeout: 30000 });
  check('correction: the registrar sees the same case, the old file beside the new one', (await one.locator('[data-number]').innerText()) === number && (await one.locator('[data-material=contract]').count()) >= 2);
  await look(one, 'extranet-corrected');
});
