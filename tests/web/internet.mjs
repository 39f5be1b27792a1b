// The applicants: seller and buyer in sessions of their own, question after question, to the last signature.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { check, dir, look, people, person, run } from './browser.mjs';

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
  const answers = [
    ['field-location', '示例路1号1幢101室'],
    ['field-certificate_no', '京(2020)东城区不动产权第0000001号'],
    ['field-price_cents', '5,000,000'],
    ['field-contract_no', '']
  ];
  for (const [id, text] of answers) {
    await next(zhang);
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
  await zhang.setInputFiles('#file', join(dir, 'demo/sample.pdf'));
  await zhang.waitForSelector('[data-file="sample.pdf"]');
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

  const wang = await person('internet', 'wang');
  await wang.waitForSelector('main a[href*="/a/"]');
  await look(wang, 'internet-home-buyer');
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
  await look(wang, 'internet-progress');
});
