// 缴费 in the pages: the registrar enters the assessed taxes, the person pays fee and taxes at once at the platform, is brought back, is told three times and counted
// once, has the e-receipts, withdraws and gets the money back. Before paying, documents are added to what was handed in. Argument: an application of li's that is accepted.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { check, comes, dir, identifies, look, people, person, run, urls } from './browser.mjs';

const id = process.argv[2];
const platform = `http://127.0.0.1:${process.env.SW_PORT_PAYMENT}/`;

async function signsWithdrawal(page, who) {
  await page.click('[data-go]');
  await identifies(page, who);
}

await run('payment', async () => {
  await fetch(`${platform}api/control`, { method: 'POST', headers: { 'Content-Type': 'application/json', 'X-Requested-With': 'sanwang' }, body: '{"fault":"duplicate"}' });
  const registrar = await person('extranet', 'registrar1');
  await registrar.goto(`${urls.extranet}#/case/${id}`);
  await registrar.waitForSelector('[data-section=tax-due]');
  await registrar.click('[data-action=assess]');
  check('payment: what is missing in the assessment is said', await registrar.locator('[data-section=tax-due] .error-summary, [data-section=tax-due] [role=alert]').count() > 0);
  await registrar.fill('#tax-declaration', '申报2026-7');
  await registrar.fill('#tax-amount', '75,000.00');
  await registrar.click('[data-action=assess]');
  await registrar.waitForSelector('[data-tax=due]');
  await look(registrar, 'desk-tax-due');

  const li = await person('internet', 'li');
  await li.goto(`${urls.internet}#/a/${id}`);
  await li.waitForSelector('[data-due=tax][data-state=due]');
  const asked = await li.textContent('[data-go]');
  check('payment: fee and taxes are one sum', /75,080\.00/.test(asked ?? ''), asked);
  await look(li, 'internet-pay-due');

  // 补充材料: one more document, over a line that breaks, then one in its place.
  const sample = readFileSync(join(dir, 'demo/sample.pdf'));
  const larger = (mark) => Buffer.concat([sample, Buffer.from(`\n%${mark.repeat(300000)}\n`), sample.subarray(sample.lastIndexOf('startxref'))]);
  await li.click('[data-add-open]');
  await li.click('[data-add-send]');
  check('added: without a file it is said at the field', await li.locator('#added-error').isVisible());
  await look(li, 'internet-added-open');
  let pieces = 0;
  await li.route(/\/added\?/, (route) => (++pieces === 2 ? route.abort('connectionreset') : route.continue()));
  await li.fill('#added-note', '婚姻证明');
  await li.setInputFiles('#added-file', { name: 'hun.pdf', mimeType: 'application/pdf', buffer: larger('h') });
  await li.click('[data-add-send]');
  await li.waitForSelector('[data-added-file="hun.pdf"]');
  await li.unroute(/\/added\?/);
  check('added: a line lost in the middle costs one piece', pieces === 3, `${pieces} requests`);
  check('added: that it was handed in is told, and where to go on', /hun\.pdf/.test(await li.locator('[data-added-news]').innerText()) && (await li.evaluate(() => document.activeElement?.id)) === 'added-open');
  await li.waitForSelector('[data-added-file="hun.pdf"][data-outcome=taken]');
  await look(li, 'internet-added-taken');
  await li.click('[data-add-open]');
  await li.setInputFiles('#added-file', join(dir, 'demo/parcel-good.geojson'));
  await li.click('[data-add-send]');
  await li.waitForSelector('#added-error');
  check('added: spatial data is sent to the window here too', /窗口/.test(await li.locator('#added-error').innerText()));
  await li.selectOption('#added-replaces', { label: 'hun.pdf' });
  await li.setInputFiles('#added-file', { name: 'hun-2.pdf', mimeType: 'application/pdf', buffer: larger('i') });
  await li.click('[data-add-send]');
  await li.waitForSelector('[data-added-file="hun-2.pdf"][data-outcome=taken]');
  check('added: what was replaced stays, and says so', await li.locator('[data-added-file="hun.pdf"][data-outcome=replaced]').isVisible());
  await look(li, 'internet-added-replaced');
  await li.click('[data-lang]');
  check('added: in English too', /Documents added/.test(await li.locator('[data-added]').innerText()));
  await look(li, 'internet-added-en');
  await li.click('[data-lang]');
  await li.click('[data-go]');
  await li.waitForURL((u) => u.href.startsWith(platform));
  await li.waitForSelector('#pay:visible');
  check('payment: the platform shows both lines', (await comes(li.locator('#lines tr'), 2)));
  // Back without paying: it is said that the outcome is not known, and that nothing is charged twice.
  await li.click('#back');
  await li.waitForSelector('[data-due=fee][data-state=unknown]');
  await look(li, 'internet-pay-unknown');
  await li.click('[data-go]');
  await li.waitForURL((u) => u.href.startsWith(platform));
  await li.click('#pay');
  await li.waitForFunction(() => /已支付/.test(document.querySelector('#said')?.textContent ?? ''));
  await li.click('#back');
  await li.waitForSelector('[data-due=fee][data-state=paid]');
  await li.waitForSelector('[data-due=tax][data-state=paid]');
  check('payment: nothing more is to be paid', (await li.locator('[data-go]').count()) === 0);
  await look(li, 'internet-pay-paid');
  const bill = await li.getAttribute('[data-bill=fee]', 'href');
  const file = await li.request.get(new URL(bill ?? '', urls.internet).href);
  check('payment: the e-receipt is a PDF', file.ok() && (await file.body()).subarray(0, 5).toString() === '%PDF-', file.status());
  const told = await (await li.request.get(`${urls.internet}api/applications/${id}`)).json();
  check('payment: told three times, counted once', told.payment.receipts.length === 2, JSON.stringify(told.payment));
  // 撤回 by both who applied: li begins it, wang signs last.
  await li.click('[data-withdraw]');
  await li.waitForSelector('[data-go]');
  await look(li, 'internet-withdraw');
  await signsWithdrawal(li, people[2]);
  await li.waitForSelector('[data-withdrawal=signing]');
  check('payment: one signature takes nothing back', (await comes(li.locator('[data-withdrawal-party]'), 2)));
  await look(li, 'internet-withdraw-waits');
  const wang = await person('internet', 'wang');
  await wang.goto(`${urls.internet}#/a/${id}/withdraw`);
  await signsWithdrawal(wang, people[people.length - 1]);
  await li.goto(`${urls.internet}#/a/${id}`);
  await li.waitForSelector('[data-due=fee][data-state=refunded]');
  await li.waitForSelector('[data-due=tax][data-state=refunded]');
  await look(li, 'internet-pay-refunded');
});
