// 我的证照和文书: certificate, notices and receipt of a delivered case, to read, keep and verify; then by its number alone at the verification page. documents.mjs
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { check, dir, look, person, run, stands, urls } from './browser.mjs';

await run('documents', async () => {
  const id = readFileSync(join(dir, 'application'), 'utf8');
  const wang = await person('internet', 'wang');
  await wang.goto(`${urls.internet}#/documents`);
  await wang.waitForSelector(`[data-case="${id}"] [data-paper^=certificate-]`);
  const mine = wang.locator(`[data-case="${id}"]`);
  const kinds = await mine.locator('[data-paper]').evaluateAll((all) => all.map((e) => e.dataset.paper));
  check('documents: the certificate first, then notices, the receipt last', kinds[0] === 'certificate-title' && kinds.includes('notice-acceptance') && kinds.at(-1) === 'receipt', kinds.join(' '));
  await look(wang, 'internet-documents');
  const paper = mine.locator('[data-paper=certificate-title]');
  const number = await paper.locator('.code').first().innerText();
  const files = await paper.evaluate(async (e) => {
    const start = async (link) => new TextDecoder('latin1').decode((await (await fetch(link.href)).arrayBuffer()).slice(0, 5));
    return [await start(e.querySelector('[data-pdf]')), await start(e.querySelector('[data-ofd]'))];
  });
  check('documents: both files are there, PDF and OFD', files[0] === '%PDF-' && files[1].startsWith('PK'), files.join(' '));
  await paper.locator('[data-view]').click();
  await paper.locator('[data-sheet]').first().waitFor();
  const ink = () => paper.locator('[data-sheet]').first().evaluate((c) => {
    if (!c.width) return 0;
    const { data } = c.getContext('2d').getImageData(0, 0, c.width, c.height);
    let dark = 0;
    for (let i = 0; i < data.length; i += 4) dark += data[i + 3] > 0 && data[i + 1] < 100;
    return dark;
  });
  for (let n = 0; n < 100 && (await ink()) < 1000; n++) await wang.waitForTimeout(100);
  check('documents: its page is drawn in the page', (await ink()) >= 1000, `${await ink()} dark points`);
  await look(wang, 'internet-documents-view');
  await paper.locator('[data-view]').click();
  await paper.locator('[data-verify]').click();
  await paper.locator('[data-seal=good]').waitFor();
  await stands(paper, 'valid', '[data-verify]');
  check('documents: the seal is right, and the register says it is in force', true);
  const [download] = await Promise.all([wang.waitForEvent('download'), paper.locator('[data-keep]').click()]);
  const sealed = readFileSync(await download.path(), 'utf8');
  const notice = mine.locator('[data-paper=notice-acceptance]');
  await notice.locator('[data-verify]').click();
  await notice.locator('[data-seal=good]').waitFor();
  await stands(notice, 'issued', '[data-verify]');
  check('documents: so is a notice', true);
  await wang.fill('#search', '受理通知');
  await wang.waitForFunction(() => document.querySelectorAll('[data-paper]').length > 0 && [...document.querySelectorAll('[data-paper]')].every((e) => e.dataset.paper === 'notice-acceptance'));
  check('documents: found by its name', true);
  await wang.fill('#search', '没有这种文书');
  await wang.waitForSelector('[data-nothing]');
  await wang.fill('#search', '');
  await wang.click('[data-lang]');
  await wang.waitForSelector('html[lang=en]');
  await look(wang, 'internet-documents-en');
  await wang.click('[data-lang]');

  await wang.goto(`${urls.internet}#/verify`);
  await wang.fill('#text', sealed);
  await wang.click('[data-go]');
  await wang.waitForSelector('[data-valid=true]');
  await stands(wang, 'valid');
  check('verify: what was kept of it verifies by itself', true);
  await wang.fill('#text', number);
  await wang.click('[data-go]');
  await stands(wang, 'valid');
  await wang.waitForSelector('[data-number-only]');
  check('verify: by the number alone its state is told, and that this is not all', !(await wang.locator('main').innerText()).includes('东城区示例'));
  await look(wang, 'internet-verify-number');
  await wang.fill('#text', '京(2026)东城区不动产权第9999999号');
  await wang.click('[data-go]');
  await stands(wang, 'unknown');
  check('verify: a number that was never given is unknown', true);
  for (let n = 0; n < 6 && !(await wang.locator('#text-error').count()); n++) {
    await wang.click('[data-go]');
    await wang.waitForSelector('[data-standing=unknown], #text-error');
    await wang.waitForFunction(() => !document.querySelector('[data-go]').disabled);
  }
  check('verify: who tries number after number is slowed down, and told', await wang.locator('#text-error').isVisible());
});
