// One disc clicked through by the officers of two zones: numbered, staged, approved by two with their own keys, burnt, verified, sealed, handed over,
// received by scanning its slip, imported, archived, destroyed by two; a second one is void and told. Who has no role sees none of it.
import { writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { check, comes, dir, look, person, run, secret } from './browser.mjs';

const go = (page, to) => page.goto(page.url().replace(/#.*/, `#/${to}`));
const act = async (page, action, values = {}) => {
  await page.click(`[data-action=${action}]`);
  await page.waitForSelector('dialog');
  for (const [id, value] of Object.entries(values)) await page.fill(`#${id}`, value);
  await page.click('[data-confirm]');
};
const state = (page, want, wait = 20000) => page.waitForSelector(`h1 + [data-state=${want}]`, { timeout: wait });
const scan = async (page, id, text) => {
  await page.focus(`#${id}`);
  await page.keyboard.type(text);
  await page.keyboard.press('Enter');
};
const paper = async (page, which) => {
  const href = await page.locator(`[data-paper=${which}]`).getAttribute('href');
  const reply = await page.request.get(new URL(href, page.url()).href);
  return { pdf: await reply.body(), type: reply.headers()['content-type'], status: reply.status() };
};

await run('officer', async () => {
  // ---- blanks, by a scanner alone
  const yu = await person('extranet', 'officer');
  await go(yu, 'disc-blanks');
  await yu.waitForSelector('#serial');
  check('officer: the scan field has the focus', await yu.evaluate(() => document.activeElement.id === 'serial'));
  for (const n of ['MED-0001', 'MED-0002', 'MED-0003']) {
    await yu.keyboard.type(n);
    await yu.keyboard.press('Enter');
    await yu.waitForSelector(`[data-blank=${n}]`);
  }
  check('officer: three scans number three blanks', (await comes(yu.locator('[data-blank]'), 3)));
  await yu.keyboard.type('MED-0001');
  await yu.keyboard.press('Enter');
  await yu.waitForSelector('#error-summary');
  check('officer: a number twice is refused', /已经存在/.test(await yu.locator('#error-summary').innerText()));
  await yu.click('[data-scrap=MED-0003]');
  await yu.fill('#reason', '划伤');
  await yu.click('[data-confirm]');
  await yu.waitForSelector('[data-blank=MED-0003][data-state=scrap]');
  await look(yu, 'extranet-blanks');

  // ---- the intranet: staged by one, approved by two
  const reviewer = await person('intranet', 'reviewer');
  check('officer: who has no role has no way to the discs', (await reviewer.locator('nav a[href="#/discs"]').count()) === 0);
  for (const to of ['discs', 'disc-blanks', 'disc-refusals', 'disc-books', 'discs/D-20261124-0001']) {
    await go(reviewer, to);
    await reviewer.waitForURL((u) => !u.hash.startsWith(`#/${to}`), { timeout: 5000 }).catch(() => undefined);
    check(`officer: nor to #/${to}`, !reviewer.url().includes(`#/${to}`) && (await reviewer.locator('[data-disc], [data-disc-page], [data-blank]').count()) === 0, reviewer.url());
  }
  const one = await person('intranet', 'officer1');
  await one.waitForSelector('[data-form=stage]');
  await one.click('[data-stage]');
  check('officer: a disc without a reason is not staged', await one.locator('#error-summary').isVisible());
  await one.fill('#reason', '权籍审核结果出网');
  await one.keyboard.press('Enter');
  await one.waitForSelector('[data-disc]');
  const disc = await one.locator('[data-disc]').first().getAttribute('data-disc');
  await look(one, 'intranet-discs');
  await one.locator('h1').click();
  await one.keyboard.press('j');
  await one.keyboard.press('Enter');
  await one.waitForSelector(`[data-disc-page="${disc}"] h1`);
  check('officer: the list is walked by keyboard', true);
  check('officer: content and reason are shown', /权籍审核结果出网/.test(await one.locator('main').innerText()) && (await one.locator('[data-contents] li').count()) > 0);
  await look(one, 'intranet-disc-staged');
  await act(one, 'approve', { passphrase: 'not the passphrase' });
  await one.waitForSelector('[data-dialog-error]');
  check('officer: a wrong passphrase is told', true);
  check('officer: the approver sees the list and why', (await one.locator('dialog li').count()) > 0 && /权籍审核结果出网/.test(await one.locator('dialog').innerText()));
  await look(one, 'intranet-disc-approve');
  await one.fill('#passphrase', secret('intranet', 'officer1'));
  await one.keyboard.press('Enter');
  await one.waitForSelector('dialog', { state: 'detached' });
  check('officer: one person approves once', (await one.locator('[data-action=approve]').count()) === 0);
  check('officer: nor burns alone', (await one.locator('[data-action=burn]').count()) === 0);
  await one.waitForSelector('[data-code=KEY], [data-code]');
  check('officer: the refused approval stands at the disc', /批准/.test(await one.locator('main').innerText()));

  const two = await person('intranet', 'officer2');
  await two.waitForSelector('#scan');
  await scan(two, 'scan', disc);
  await two.waitForSelector(`[data-disc-page="${disc}"] h1`);
  check('officer: the second officer finds it by scanning', true);
  await act(two, 'approve', { passphrase: secret('intranet', 'officer2') });
  await state(two, 'approved');
  await go(two, 'disc-blanks');
  await two.waitForSelector('[data-blank=MED-0002]', { timeout: 60000 });
  check('officer: the blanks came over the diode', true);
  check('officer: and cannot be numbered here', (await two.locator('[data-register]').count()) === 0);
  await go(two, `discs/${disc}`);
  await two.click('[data-action=burn]');
  await two.click('[data-confirm]');
  await two.waitForSelector('[data-dialog-error]');
  check('officer: not burnt without a blank', true);
  await scan(two, 'blank', 'MED-0001');
  await state(two, 'burnt', 60000);
  await act(two, 'carry', { seal: 'F-0001' });
  await two.waitForSelector('[data-dialog-error]');
  check('officer: not handed over before it is verified', /REFUSED|不予办理/.test(await two.locator('[data-dialog-error]').innerText()));
  await two.keyboard.press('Escape');
  await two.waitForSelector('dialog', { state: 'detached' });
  await act(two, 'verify');
  await state(two, 'verified', 60000);
  check('officer: every sector was read', (await two.locator('[data-sectors]').getAttribute('data-bad')) === '0');
  await two.click('[data-action=carry]');
  await two.click('[data-confirm]');
  await two.waitForSelector('[data-dialog-error]');
  check('officer: not handed over without a seal', true);
  await look(two, 'intranet-disc-carry');
  await scan(two, 'seal', 'F-0001');
  await state(two, 'handed-over');
  check('officer: it is handed over, sealed', /F-0001/.test(await two.locator('[data-fact=seal]').innerText()));
  await look(two, 'intranet-disc-done');
  for (const which of ['slip', 'label']) {
    const p = await paper(two, which);
    check(`officer: the ${which} is a PDF`, p.status === 200 && p.type === 'application/pdf' && p.pdf.subarray(0, 5).toString() === '%PDF-');
    writeFileSync(join(dir, `${which}.pdf`), p.pdf);
    execFileSync('pdftoppm', ['-r', '150', '-png', '-singlefile', join(dir, `${which}.pdf`), join(process.env.SW_SHOTS ?? dir, `paper-${which}`)]);
  }
  const slip = execFileSync('pdftotext', ['-layout', join(dir, 'slip.pdf'), '-'], { encoding: 'utf8' });
  check('officer: the slip says what, who, where, seal and mark', ['光盘移交单', disc, 'MED-0001', 'F-0001', '内部', 'officer1', 'officer2', '登记结果回传'].every((w) => slip.includes(w)), slip);
  const code = execFileSync('zbarimg', ['-q', '--raw', join(process.env.SW_SHOTS ?? dir, 'paper-slip.png')], { encoding: 'utf8' }).trim();
  check('officer: its code can be scanned', code.startsWith(`SWDISC1 ${disc} `) && code.endsWith('F-0001'), code);
  await go(two, 'disc-books');
  await two.waitForSelector('[data-paper=book]');
  check('officer: the register of the month prints', (await paper(two, 'book')).pdf.subarray(0, 5).toString() === '%PDF-');
  await look(two, 'intranet-disc-book');

  // ---- the extranet: received by its slip, signed, imported by itself
  await go(yu, 'discs');
  await yu.waitForSelector(`[data-waiting="${disc}"]`, { timeout: 30000 });
  check('officer: the disc in the tray waits for a person', true);
  await look(yu, 'extranet-disc-waits');
  await scan(yu, 'scan', 'https://example.invalid/');
  await yu.waitForSelector('#error-summary');
  check('officer: another code is no slip', true);
  await scan(yu, 'scan', code);
  await yu.waitForSelector('[data-receive]');
  await yu.fill('#seal', 'F-0009');
  await yu.fill('#blank', 'MED-0001');
  await yu.fill('#passphrase', secret('extranet', 'officer'));
  await yu.click('[data-receive]');
  await yu.waitForSelector('#error-summary');
  check('officer: a seal other than the slip says is refused', /封签号与移交单不符/.test(await yu.locator('#error-summary').innerText()));
  await look(yu, 'extranet-disc-receive');
  await yu.fill('#seal', 'F-0001');
  await yu.fill('#passphrase', secret('extranet', 'officer'));
  await yu.click('[data-receive]');
  await yu.waitForSelector('[data-received]');
  await go(yu, `discs/${disc}`);
  await state(yu, 'imported', 60000);
  check('officer: it is imported by itself', true);
  check('officer: the receipt is signed', /officer/.test(await yu.locator('[data-fact=receipt]').innerText()));
  await look(yu, 'extranet-disc-imported');
  await act(yu, 'archive', { place: '柜 12' });
  await state(yu, 'archived');
  await act(yu, 'destroy', { how: '碎盘机', passphrase: secret('extranet', 'officer') });
  await yu.waitForSelector('dialog', { state: 'detached' });
  check('officer: the same person signs once', (await yu.locator('[data-action=destroy]').count()) === 0);
  const wu = await person('extranet', 'officer2');
  await go(wu, `discs/${disc}`);
  await wu.waitForSelector('[data-action=destroy]');
  await act(wu, 'destroy', { passphrase: secret('extranet', 'officer2') });
  await state(wu, 'destroyed');
  check('officer: two names stay', /officer.*officer2/s.test(await wu.locator('[data-fact=destruction]').innerText()));
  await look(wu, 'extranet-disc-destroyed');
  await go(wu, 'discs');
  await wu.waitForSelector('[data-disc]');
  check('officer: nothing is missing', await wu.locator('[data-whole]').isVisible());
  await look(wu, 'extranet-discs');
  await go(wu, 'disc-refusals');
  await wu.waitForSelector('[data-code=REFUSED]');
  check('officer: the refusals are seen, with their reason', (await wu.locator('[data-code=STATE]').count()) > 0);
  await look(wu, 'extranet-disc-refusals');

  const admin = await person('extranet', 'admin');
  await go(admin, 'discs');
  await admin.waitForTimeout(300);
  check('officer: the administrator sees no discs', (await admin.locator('[data-disc]').count()) === 0 && !/#\/discs/.test(admin.url()));
  await go(wu, 'links');
  await wu.waitForSelector('[data-link=disc]');
  await look(wu, 'extranet-links');
  await go(two, 'links');
  await two.waitForSelector('[data-link=diode]');
  await look(two, 'intranet-links');
  await go(wu, 'register');
  await wu.waitForTimeout(300);
  check('officer: the register is not for officers', !/#\/register/.test(wu.url()));
});
