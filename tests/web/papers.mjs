// 缮证、发证、作废 at the window by keyboard, and the archive: found, lent, its proof kit taken, given back. papers.mjs CASE: one whose certificate is made.
import { check, look, person, run } from './browser.mjs';

const id = process.argv[2];
await run('papers', async () => {
  const chief = await person('extranet', 'registrar2');
  const ask = (path, method = 'GET', body) =>
    chief.evaluate(async ([p, m, b]) => (await fetch(p, { method: m, headers: { 'X-Requested-With': 'sanwang', 'Content-Type': 'application/json' }, body: b })).json(), [path, method, body && JSON.stringify(body)]);
  const at = () => chief.evaluate(() => document.activeElement?.id ?? '');
  const at_comes = (wanted) => chief.waitForFunction((w) => document.activeElement?.id === w, wanted);
  const type = async (text) => {
    await chief.keyboard.press('ControlOrMeta+A');
    await chief.keyboard.type(text);
    await chief.keyboard.press('Enter');
  };
  const number = (await ask(`./api/cases/${id}/documents`)).rows.find((d) => d.kind.startsWith('certificate-'))?.number ?? '';
  await chief.goto(chief.url().replace(/#.*/, `#/papers?paper=${encodeURIComponent(number)}`));
  await chief.waitForSelector('[data-take]');
  await at_comes('serial');
  check('papers: the number of the blank has the cursor', true);
  await chief.fill('#blank-prefix', 'BDC-');
  await chief.fill('#blank-from', '1');
  await chief.fill('#blank-to', 'x');
  await chief.fill('#blank-digits', '6');
  await chief.locator('[data-take] button').click();
  check('papers: a number that is none is named', await chief.locator('#blank-to-error').isVisible());
  await chief.fill('#blank-to', '5');
  await chief.locator('[data-take] button').click();
  await chief.waitForSelector('[data-pick="BDC-000005"]');
  await look(chief, 'desk-papers');

  await chief.focus('#serial');
  await type('bdc-000001');
  await chief.waitForSelector('[data-blank=stock]');
  await at_comes('paper');
  check('papers: the certificate that the case named is there already', (await chief.inputValue('#paper')) === number, number);
  await chief.keyboard.press('Enter');
  await chief.waitForSelector('[data-blank=printed]');
  await at_comes('to');
  check('papers: printed; who receives it is asked next', true);
  const sheet = await chief.evaluate(async () => {
    const r = await fetch(document.querySelector('[data-sheet]').href);
    return `${r.status} ${r.headers.get('content-type')} ${new TextDecoder().decode((await r.arrayBuffer()).slice(0, 5))}`;
  });
  check('papers: the sheet to print is a PDF', sheet === '200 application/pdf %PDF-', sheet);
  await look(chief, 'desk-papers-printed');
  await chief.focus('#to');
  await chief.keyboard.press('Enter');
  await chief.waitForSelector('#error-summary');
  check('papers: nobody is no receiver', (await at()) === 'error-summary');
  await chief.focus('#to');
  await type('某某，出示居民身份证');
  await chief.waitForSelector('[data-receipt]');
  const said = await chief.locator('.receipt').innerText();
  check('papers: the receipt names certificate, blank and receiver', ['BDC-000001', number, '某某，出示居民身份证'].every((s) => said.includes(s)), said);
  await look(chief, 'desk-papers-receipt');
  await chief.keyboard.press('Escape');
  await at_comes('serial');
  await type('BDC-000002');
  await at_comes('paper');
  await chief.focus('#reason');
  await type('打印偏移');
  await chief.waitForSelector('[data-blank=spoiled]');
  const balance = async () => (await chief.locator('[data-balance=title]').innerText()).replace(/\D+/g, ' ').trim();
  for (let n = 0; n < 100 && (await balance()) !== '5 3 0 0 1 1'; n++) await chief.waitForTimeout(100);
  check('papers: the balance: 5 = 3 in stock, 0 printed, 0 with the carrier, 1 handed over, 1 spoiled', (await balance()) === '5 3 0 0 1 1', await balance());

  const c = await ask(`./api/cases/${id}`);
  if (c.state !== 'archived') await ask(`./api/cases/${id}/archive`, 'POST', { version: c.version });
  for (let n = 0; n < 150 && (await ask(`./api/archive?number=${c.number}`)).rows.length === 0; n++) await chief.waitForTimeout(200);
  await chief.goto(chief.url().replace(/#.*/, '#/archive'));
  await chief.waitForSelector('[data-out]');
  await chief.fill('#archive-number', c.number);
  await chief.keyboard.press('Enter');
  await chief.waitForSelector('[data-lending]');
  check('archive: found by its number, nothing to take before it is lent', (await chief.locator('[data-kit]').count()) === 0);
  await chief.fill('#loan-borrower', '示例区审计组');
  await chief.fill('#loan-purpose', '年度抽查');
  await chief.keyboard.press('Enter');
  await chief.waitForSelector('[data-kit]');
  await chief.waitForSelector('[data-log] li');
  await look(chief, 'desk-archive');
  const kit = await chief.evaluate(async () => {
    const r = await fetch(document.querySelector('[data-kit]').href);
    return `${r.status} ${r.headers.get('content-type')}`;
  });
  check('archive: the proof kit is there while it is lent', kit === '200 application/x-tar', kit);
  await chief.click('[data-back]');
  await chief.waitForSelector('[data-lend]');
  check('archive: it came back, and its log says so', /归还/.test(await chief.locator('[data-log]').innerText()));
});
