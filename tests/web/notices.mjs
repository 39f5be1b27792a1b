// 登记公告: a lost certificate is taken in and reviewed at the window; its notice stands on the portal's open page for everybody, and at the desk.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { browser, check, comes, dir, look, person, run, urls } from './browser.mjs';

const register = readFileSync(join(dir, 'demo/register.jsonl'), 'utf8').trim().split('\n').map((l) => JSON.parse(l));
const flats = register.filter((r) => r.table === 'h').map((r) => r.row);
const unit = flats[flats.length - 1];
const title = register.find((r) => r.table === 'fdcq2' && r.row.bdcdyh === unit.bdcdyh).row;
const holders = register.filter((r) => r.table === 'qlr' && r.row.bdcdyh === unit.bdcdyh && r.row.qltb === 'fdcq2').map((r) => r.row);

await run('notices', async () => {
  const desk = await person('extranet', 'registrar1');
  const ask = async (method, path, data, raw) => (await desk.request.fetch(`${urls.extranet}${path}`, { method, headers: { 'X-Requested-With': 'sanwang', ...(raw ? { 'Content-Type': 'application/octet-stream' } : {}) }, data })).json();
  const { upload } = await ask('POST', 'api/window/uploads?name=scan.pdf', readFileSync(join(dir, 'demo/sample.pdf')), true);
  let c = await ask('POST', 'api/window/cases', {
    business: 'reissue', channel: 'window', unit_code: unit.bdcdyh, attested: true, parties: holders.map((q) => ({ role: 'applicant', name: q.qlrmc, id_kind: q.zjzl, id_number: q.zjh })),
    fields: { certificate_no: title.bdcqzh, reason: '不慎遗失' }, materials: [{ code: 'statement', upload }]
  });
  check('notices: a lost certificate is taken in', !!c.id, JSON.stringify(c));
  for (const [act, body] of [['accept', {}], ['review', { opinion: '材料齐全' }]]) {
    c = await ask('GET', `api/cases/${c.id}`);
    c = { id: c.id, ...(await ask('POST', `api/cases/${c.id}/${act}`, { version: c.version, ...body })) };
  }
  const page = await browser.newPage({ locale: 'zh-CN', timezoneId: 'Asia/Shanghai' });
  page.setDefaultTimeout(60000);
  await page.goto(`${urls.internet}#/notices`);
  await page.waitForSelector('[data-public-notice]');
  const text = await page.locator('[data-public-notice]', { hasText: title.bdcqzh }).innerText();
  check('notices: everybody reads for whom, what, where, until when, and no number of a person', holders.every((q) => text.includes(q.qlrmc) && !text.includes(q.zjh)) && text.includes(unit.zl) && text.includes(`${c.number}-GG1`), text);
  await look(page, 'internet-notices');
  await page.click('[data-lang]');
  await look(page, 'internet-notices-en');
  await desk.goto(`${urls.extranet}#/case/${c.id}`);
  await desk.waitForSelector('[data-waiting=notice]');
  await desk.click('#tab-documents');
  await desk.waitForFunction(() => /公告/.test(document.querySelector('#pane-documents')?.innerText ?? ''));
  check('notices: the case says that its notice runs, and has its document', true);
  await look(desk, 'desk-notice');
  await desk.click('h1');
  await desk.keyboard.press('y');
  await desk.waitForSelector('[data-dialog=objection]');
  await desk.fill('#act-text', '邻居称该证未遗失');
  await look(desk, 'desk-objection');
  await desk.keyboard.press('Control+Enter');
  await desk.waitForSelector('[data-notice=done]');
  check('notices: an objection handed in at the window is recorded by a key, and waits to be looked into', (await comes(desk.locator('[data-next=check]'))));
  await page.click('[data-again]');
  await page.waitForFunction((z) => document.querySelector('[data-as-of]') && !document.body.innerText.includes(z), title.bdcqzh);
  check('notices: it stands on the portal no more', true);
});
