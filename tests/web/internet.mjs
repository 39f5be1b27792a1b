// The applicants: seller and buyer in sessions of their own, question after question, to the last signature.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { browser, check, dir, look, people, person, run, urls } from './browser.mjs';

const [unit] = process.argv.slice(2);
const seller = people[0];
const buyer = people[people.length - 1];
const next = (page) => page.click('[data-go]');

async function sign(page, who) {
  await page.check('#promise');
  await page.click('[data-go]');
  await page.waitForSelector('#pin');
  return who;
}

await run('internet', async () => {
  const anybody = await (await browser.newContext({ viewport: { width: 390, height: 844 }, locale: 'zh-CN' })).newPage();
  await anybody.goto(`${urls.internet}#/need`);
  await anybody.waitForSelector('[data-need]');
  await look(anybody, 'internet-need');
  await anybody.click('[data-go]');
  check('need: choosing nothing is told', await anybody.locator('#error-summary').isVisible());
  await anybody.check('#c-0');
  await anybody.click('[data-go]');
  await anybody.waitForSelector('[data-need="0"]');
  await anybody.check('#c-0');
  await anybody.click('[data-go]');
  await anybody.waitForSelector('[data-sum]');
  check('need: two questions end in the right business', /transfer-existing-flat/.test(anybody.url()));
  await anybody.goBack();
  check('need: the way back works', (await anybody.waitForSelector('[data-need="0"]')) !== null);
  await anybody.goto(`${urls.internet}#/guide/b/mortgage`);
  await anybody.waitForSelector('[data-window-only]');
  check('guides: what the window alone takes says so', (await anybody.locator('main .button').count()) === 0);

  const zhang = await person('internet', 'zhang');
  await look(zhang, 'internet-home');
  await zhang.goto(zhang.url().replace(/#.*/, '#/start'));
  await zhang.waitForSelector('[data-business]');
  await look(zhang, 'internet-start');
  await zhang.click('[data-go]');
  check('internet: choosing nothing is told', await zhang.locator('#error-summary').isVisible());
  await zhang.check('[data-business=transfer-existing-flat]');
  await zhang.click('[data-go]');
  await zhang.waitForSelector('[data-next]');
  await look(zhang, 'internet-check-empty');
  await zhang.click('[data-next]');

  await zhang.waitForSelector('#side-0, #answer');
  if (await zhang.locator('#side-0').count()) {
    await look(zhang, 'internet-side');
    await zhang.check('#side-0');
    await next(zhang);
  }
  await zhang.waitForSelector('#answer');
  await zhang.fill('#answer', '110101');
  await next(zhang);
  check('internet: a wrong unit code is told at the field', await zhang.locator('#answer-error').isVisible());
  await look(zhang, 'internet-unit-wrong');
  await zhang.fill('#answer', unit);
  await next(zhang);
  await zhang.waitForSelector('[data-question=field-location]');
  const phone = await person('internet', 'zhang');
  await phone.goto(`${urls.internet}#/start`);
  await phone.waitForSelector('[data-drafts] a');
  await look(phone, 'internet-start-resume');
  await phone.click('[data-drafts] a');
  await phone.waitForSelector('[data-fact=unit] .code');
  check('internet: on another device the draft goes on where it was', (await phone.locator('[data-fact=unit] .code').innerText()).replace(/\s/g, '') === unit);
  check('internet: it is the same draft', phone.url().includes(/\/a\/([0-9a-f-]{36})/.exec(zhang.url())[1]));
  check('internet: live checks have a symbol and a word', /–\s*待登记机构核验/.test(await phone.locator('[data-fact=unit] [data-check]').innerText()));
  check('internet: the fee is shown', /80/.test(await phone.locator('[data-fee]').innerText()));
  await phone.context().close();
  const answers = [
    ['field-location', '示例路1号1幢101室'],
    ['field-certificate_no', '京(2020)东城区不动产权第0000001号'],
    ['field-price_cents', '5,000,000'],
    ['field-contract_no', '']
  ];
  let first = true;
  for (const [id, text] of answers) {
    if (!first) await next(zhang);
    first = false;
    await zhang.waitForSelector(`[data-question=${id}] #answer`);
    if (text) await zhang.fill('#answer', text);
  }
  await next(zhang);
  await zhang.waitForSelector('[data-question=role-transferor]');
  await look(zhang, 'internet-transferor');
  await next(zhang);
  await zhang.waitForSelector('[data-question=role-transferee] #name-0');
  await zhang.fill('#name-0', buyer.name);
  await zhang.fill('#number-0', buyer.id_number.slice(0, 17) + (buyer.id_number[17] === '1' ? '2' : '1'));
  await next(zhang);
  check('internet: a wrong identity number is told', await zhang.locator('#number-0-error').isVisible());
  await look(zhang, 'internet-transferee');
  await zhang.fill('#number-0', buyer.id_number);
  await next(zhang);
  await zhang.waitForSelector('[data-question=material-contract]');
  const parcel = join(dir, 'demo/parcel-good.geojson');
  await zhang.setInputFiles('#file', parcel);
  await zhang.waitForSelector('[data-spatial]');
  check('internet: spatial data is refused with the notice to come to the window', /窗口/.test(await zhang.locator('[data-spatial]').innerText()));
  await look(zhang, 'internet-spatial');
  const sample = readFileSync(join(dir, 'demo/sample.pdf'));
  const large = Buffer.concat([sample, Buffer.from(`\n%${'x'.repeat(900000)}\n`), sample.subarray(sample.lastIndexOf('startxref'))]);
  let pieces = 0;
  await zhang.route(/\/materials\?/, (route) => (++pieces === 2 ? route.abort('connectionreset') : route.continue()));
  await zhang.setInputFiles('#file', { name: 'contract.pdf', mimeType: 'application/pdf', buffer: large });
  await zhang.waitForSelector('[data-file="contract.pdf"]');
  await zhang.unroute(/\/materials\?/);
  check('internet: a line lost in the middle of a file costs that piece alone', pieces === Math.ceil(large.length / 262144) + 1, `${pieces} requests for ${large.length} bytes`);
  await zhang.route(/\/materials\?/, async (route) => { await route.fetch(); await route.abort('connectionreset'); }, { times: 1 });
  await zhang.setInputFiles('#file', join(dir, 'demo/sample.pdf'));
  await zhang.waitForSelector('[data-file="sample.pdf"]');
  check('internet: an answer lost on its way doubles no file', (await zhang.locator('[data-file="sample.pdf"]').count()) === 1);
  await look(zhang, 'internet-material');
  await next(zhang);
  await zhang.waitForSelector('[data-question=material-certificate]');
  await next(zhang);
  await zhang.waitForSelector('[data-freeze]');
  await look(zhang, 'internet-check');
  await zhang.click('[data-lang]');
  check('internet: the page speaks English, the legal terms stay', /Check your answers/.test(await zhang.locator('h1').innerText()) && /转让方/.test(await zhang.locator('main').innerText()));
  await look(zhang, 'internet-check-en');
  await zhang.click('[data-lang]');
  await zhang.click('[data-freeze]');
  await zhang.waitForSelector('#promise');
  await look(zhang, 'internet-sign');
  await sign(zhang);
  await look(zhang, 'identity-sign');
  await zhang.fill('#number', seller.id_number);
  await zhang.fill('#pin', '000000x');
  await zhang.click('[data-sign]');
  await zhang.waitForSelector('#pin-error');
  check('identity: a wrong PIN is told', true);
  await zhang.fill('#pin', seller.pin);
  await zhang.click('[data-sign]');
  await zhang.waitForSelector('[data-signed]');
  check('internet: the seller has signed, the buyer has not', /等待/.test(await zhang.locator('[data-signed]').innerText()));
  check('internet: the signature is not left in the address', !/result=|signed=/.test(zhang.url()));
  await look(zhang, 'internet-signed');

  await zhang.goto(zhang.url().replace(/\/sign$/, ''));
  await zhang.waitForSelector('[data-invite-party]');
  await zhang.click('[data-invite-party] button');
  await zhang.waitForSelector('[data-invite-link]');
  await look(zhang, 'internet-invite');
  const invitation = await zhang.locator('[data-invite-link]').innerText();

  const li = await person('internet', 'li');
  await li.goto(invitation);
  await li.waitForSelector('#code-error');
  check('internet: an invitation opens to nobody else', /不是给您的/.test(await li.locator('#code-error').innerText()));
  await look(li, 'internet-invite-wrong');
  await li.context().close();
  const wang = await person('internet', 'wang');
  await wang.waitForSelector('main a[href*="/a/"]');
  await look(wang, 'internet-home-buyer');
  await wang.goto(invitation);
  await wang.waitForSelector('[data-sign]');
  await wang.click('[data-sign]');
  await wang.waitForSelector('[data-disagree]');
  await wang.click('[data-disagree]');
  await look(wang, 'internet-disagree');
  await wang.fill('#why', '单价写错');
  await wang.click('[data-tell]');
  await wang.waitForSelector('[data-told]');
  await zhang.goto(zhang.url().replace(/$/, '/check'));
  await zhang.waitForSelector('[data-declined]');
  check('internet: who does not agree says why, and the text is open again', /单价写错/.test(await zhang.locator('[data-declined]').innerText()));
  await look(zhang, 'internet-declined');
  await zhang.click('[data-freeze]');
  await zhang.waitForSelector('#promise');
  await sign(zhang);
  await zhang.fill('#number', seller.id_number);
  await zhang.fill('#pin', seller.pin);
  await zhang.click('[data-sign]');
  await zhang.waitForSelector('[data-signed]');
  await wang.goto(`${urls.internet}#/`);
  await wang.waitForSelector('main a[href*="/a/"]');
  await wang.click('main a[href*="/a/"]');
  await wang.waitForSelector('[data-sign]');
  await wang.click('[data-sign]');
  await wang.waitForSelector('#promise');
  await sign(wang);
  await wang.fill('#number', buyer.id_number);
  await wang.fill('#pin', buyer.pin);
  await wang.click('[data-sign]');
  await wang.waitForSelector('[data-signed]');
  check('internet: the last signature hands it in', /已提交/.test(await wang.locator('[data-signed]').innerText()));
  const id = /\/a\/([0-9a-f-]{36})/.exec(wang.url())?.[1] ?? '';
  check('internet: the application has a number of its own', id !== '');
  writeFileSync(join(dir, 'application'), id);
  await wang.goto(wang.url().replace(/#.*/, `#/a/${id}`));
  await wang.waitForSelector('[data-step]');
  await wang.waitForSelector('[data-receipt]');
  await look(wang, 'internet-progress');
  const code = await wang.evaluate(async (x) => {
    const r = await (await fetch(`./api/applications/${x}/receipt.json`)).json();
    return `SANWANG;receipt;${x};${r.digest}`;
  }, id);
  await anybody.goto(`${urls.internet}#/verify`);
  await anybody.fill('#text', code);
  await anybody.click('[data-go]');
  await anybody.waitForSelector('[data-receipt-valid=true]');
  await look(anybody, 'internet-receipt-verified');
  await anybody.fill('#text', code.replace(/.$/, (c) => (c === '0' ? '1' : '0')));
  await anybody.click('[data-go]');
  await anybody.waitForSelector('[data-receipt-valid=false]');
  check('internet: the code of a receipt is verified by anybody, a changed one is not', true);
});
