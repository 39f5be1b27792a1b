// The registrars' desk: a case taken in at the window, then from the queue to the book and the archive by the keyboard alone; two persons for one case;
// several like cases at once.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { check, comes, dir, look, people, person, run, secret } from './browser.mjs';

const register = readFileSync(join(dir, 'demo/register.jsonl'), 'utf8').trim().split('\n').map((l) => JSON.parse(l));
const flat = (n) => register.filter((r) => r.table === 'h')[n].row;
const holders = (unit) => register.filter((r) => r.table === 'qlr' && r.row.bdcdyh === unit).map((r) => r.row);
const bank = { name: '示例银行股份有限公司', id: '91110101MA00000018' };
const pdf = join(dir, 'demo/sample.pdf');
const text = (page, selector) => page.locator(selector).first().innerText();

// A case of the window without the page: n-th flat to the bank.
async function mortgage(page, n) {
  const headers = { 'X-Requested-With': 'sanwang' };
  const root = page.url().replace(/\/#.*|\/$/, '');
  const scan = async () => (await (await page.request.post(`${root}/api/window/uploads?name=scan.pdf`, { headers: { ...headers, 'Content-Type': 'application/octet-stream' }, data: readFileSync(pdf) })).json()).upload;
  const h = flat(n);
  const body = {
    business: 'mortgage', channel: 'window', unit_code: h.bdcdyh, attested: true,
    parties: [...holders(h.bdcdyh).map((q) => ({ role: 'mortgagor', name: q.qlrmc, id_kind: q.zjzl, id_number: q.zjh })), { role: 'mortgagee', name: bank.name, id_kind: '7', id_number: bank.id }],
    fields: { location: h.zl, secured_cents: 100000000 + n, term_from: '2026-01-01', term_to: '2046-01-01', transfer_restricted: 'no' },
    materials: [{ code: 'loan', upload: await scan() }, { code: 'contract', upload: await scan() }]
  };
  return (await page.request.post(`${root}/api/window/cases`, { headers, data: body })).json();
}
// The fee is paid at the window, so that the entry is free to be made.
async function pay(page, id) {
  const root = page.url().replace(/\/#.*|\/$/, '');
  const { fee } = await (await page.request.get(`${root}/api/cases/${id}/fee`)).json();
  if (fee?.state === 'due') await page.request.post(`${root}/api/cases/${id}/fee/pay`, { headers: { 'X-Requested-With': 'sanwang' }, data: { receipt: `R-${id}`, amount_cents: fee.amount_cents, way: '现金' } });
}
const go = (page, to) => page.goto(page.url().replace(/#.*/, `#${to}`));
// Presses keys until the page stands where it should; nothing is clicked.
const keys = async (page, ...list) => { for (const k of list) await page.keyboard.press(k); };

await run('desk', async () => {
  const one = await person('extranet', 'registrar1', { signs: false });
  const two = await person('extranet', 'registrar2');

  // ---- window intake
  await one.waitForSelector('[data-queue]');
  await keys(one, 'i');
  await one.waitForSelector('#business');
  await one.selectOption('#business', 'mortgage');
  await one.click('[data-take-in]');
  check('desk: what is missing at the window is told at once', (await one.locator('.summary li').count()) > 6);
  await look(one, 'desk-window-missing');
  const h = flat(4);
  await one.fill('#unit', h.bdcdyh);
  await one.locator('#unit').dispatchEvent('change');
  await one.waitForSelector('[data-place]');
  const owner = holders(h.bdcdyh)[0];
  for (const [n, p] of [[0, { name: owner.qlrmc, kind: owner.zjzl, id: owner.zjh }], [1, { name: bank.name, kind: '7', id: bank.id }]]) {
    const row = one.locator(`[data-party="${n}"]`);
    await row.locator('input').nth(0).fill(p.name);
    await row.locator('[id^="kind-"]').selectOption(p.kind);
    await row.locator('input').nth(1).fill(p.id);
  }
  await one.fill('#field-secured_cents', '1,200,000');
  await one.fill('#field-term_from', '2026-01-01');
  await one.fill('#field-term_to', '2046-01-01');
  await one.selectOption('#field-transfer_restricted', 'no');
  // The owner does not come: somebody acts for him by a power of attorney, whose scan is then wanted, too.
  const agent = people.find((p) => p.id_number !== owner.zjh);
  check('desk: nobody acts for another: no power is asked for', (await one.locator('[data-kind="power-of-attorney"]').count()) === 0);
  await one.locator('[data-party="0"] [id^="by-"]').selectOption('power');
  for (const [what, value] of [['name', agent.name], ['id', agent.id_number], ['paper', '（2026）示证字第1号']]) await one.locator(`[data-party="0"] [id^="agent-${what}-"]`).fill(value);
  await one.click('[data-take-in]');
  check('desk: the scan of the power is missing, and told', (await one.locator('.summary').innerText()).includes('授权委托书'));
  await look(one, 'desk-window-agent');
  for (const m of ['power-of-attorney', 'loan', 'contract']) {
    await one.setInputFiles(`#scan-${m}`, pdf);
    await one.waitForSelector(`[data-kind="${m}"] .row.spread`);
  }
  await one.check('#attested');
  await look(one, 'desk-window');
  await one.click('[data-take-in]');
  await one.waitForSelector('[data-receipt]');
  const number = await text(one, '[data-receipt] [data-number]');
  check('desk: the receipt names the case and every file with its digest', (await comes(one.locator('.receipt-files li'), 3)));
  check('desk: and who acts, by which power', new RegExp(`代理人 ${agent.name}，（2026）示证字第1号`).test(await text(one, '[data-receipt]')));
  await look(one, 'desk-receipt');
  const cases = [];
  for (const n of [5, 6, 7]) cases.push(await mortgage(one, n));
  check('desk: more cases are there', cases.every((c) => c.id), JSON.stringify(cases.find((c) => !c.id)));

  // ---- the queue
  await one.click('[data-again]');
  await go(one, '/');
  await one.waitForSelector('tr[data-n="0"]');
  await look(one, 'desk-queue');
  await keys(one, '?');
  await one.waitForSelector('dialog[data-keys]');
  await look(one, 'desk-keys');
  await keys(one, 'Escape');
  await keys(one, '/');
  await one.keyboard.type(cases[0].location);
  await keys(one, 'Enter');
  await one.waitForFunction((l) => document.querySelectorAll('tr[data-n]').length && [...document.querySelectorAll('tr[data-n]')].every((r) => r.textContent.includes(l)), cases[0].location);
  check('desk: / finds by location', (await comes(one.locator(`tr[data-row="${cases[0].id}"]`))));
  await one.locator('h1').focus();
  await keys(one, 'Escape');
  await one.waitForFunction(() => document.querySelectorAll('tr[data-n]').length > 3);

  // ---- two persons, one case
  await go(two, '/');
  for (const p of [one, two]) {
    await p.waitForSelector(`tr[data-row="${cases[0].id}"]`);
    await p.locator(`tr[data-row="${cases[0].id}"] [data-open]`).focus();
  }
  await Promise.all([keys(one, 'c'), keys(two, 'c')]);
  await Promise.all([one.waitForSelector('[data-told], .summary'), two.waitForSelector('[data-told], .summary')]);
  const won = await Promise.all([one, two].map((p) => p.locator('[data-told]').count()));
  const [winner, loser] = won[0] ? [one, two] : [two, one];
  check('desk: two press c at once, one has it', won[0] + won[1] === 1, won.join(' '));
  check('desk: the other is told who', /registrar[12] 正在办理此件/.test(await text(loser, '.summary')));
  await look(loser, 'desk-claimed');
  await winner.locator(`tr[data-row="${cases[0].id}"] [data-open]`).focus();
  await keys(winner, 'u');
  await winner.waitForFunction((id) => !document.querySelector(`tr[data-row="${id}"] [data-holder] .tag`), cases[0].id);

  // ---- one case by keyboard alone, from the queue
  await one.waitForSelector(`tr[data-row="${cases[0].id}"]`);
  await one.locator('h1').focus();
  await keys(one, '/');
  await one.locator('#find').fill('');
  await one.keyboard.type(number);
  await keys(one, 'Enter');
  await one.waitForSelector('[data-case]');
  check('desk: a whole number leads to its case', (await text(one, '[data-number]')) === number);
  await one.waitForSelector('canvas[data-drawn]');
  await one.waitForSelector('[data-section=verdicts] [data-clean], [data-verdict]');
  await look(one, 'desk-case');
  await keys(one, 'r', '+', 'm');
  await one.waitForSelector('[data-placing]');
  await keys(one, 'ArrowDown', 'Shift+ArrowRight', 'Enter');
  await one.waitForSelector('#mark-note');
  await one.locator('#mark-note').focus();
  await one.keyboard.type('此处金额与申请表核对');
  await keys(one, 'Tab', 'Enter');
  await one.waitForSelector('[data-mark-note]');
  check('desk: a mark by keyboard on the turned page', (await comes(one.locator('[data-mark-box]'))));
  await look(one, 'desk-mark');
  await keys(one, 'e');
  await one.waitForSelector('[data-dialog=correct]');
  await one.locator('[data-tick=loan]').focus();
  await keys(one, 'Space', 'Tab');
  await one.keyboard.type('缺少签字页，请补交');
  await look(one, 'desk-correct');
  await keys(one, 'Escape');
  await one.waitForSelector('dialog', { state: 'detached' });
  await keys(one, '2');
  await one.waitForSelector('[data-change^=made]');
  await look(one, 'desk-change');
  await keys(one, 'a');
  await one.waitForSelector('[data-dialog=accept] [data-effect]');
  check('desk: it is said what will happen', (await text(one, '[data-effect]')).includes('受理通知书'));
  await one.waitForSelector('[data-confirm]:focus, dialog :focus');
  await keys(one, 'Enter');
  // The first decision of a session asks for the passphrase of the own key.
  await one.waitForSelector('#signing-passphrase:focus');
  await look(one, 'desk-signing');
  await one.keyboard.type('not the passphrase');
  await keys(one, 'Enter');
  await one.waitForSelector('[data-dialog=signing] .wrong-text');
  check('desk: a wrong passphrase opens nothing', (await text(one, '[data-dialog=signing] .wrong-text')).includes('口令不正确'));
  await one.locator('#signing-passphrase').focus();
  await one.keyboard.type(secret('signing', 'registrar1'));
  await keys(one, 'Enter');
  await one.waitForSelector('[data-next=review]');
  await keys(one, 'o');
  await one.keyboard.type('材料齐全，权属清楚，符合规定。');
  await one.waitForSelector('[data-kept=kept]');
  await one.reload();
  await one.waitForSelector('[data-kept=kept]');
  check('desk: the opinion begun is there again', (await one.locator('#opinion').inputValue()).includes('权属清楚'));
  await keys(one, 'o', 'Control+Enter');
  await one.waitForSelector('[data-dialog=review]');
  await look(one, 'desk-review');
  await one.locator('[data-confirm]').focus();
  await keys(one, 'Enter');
  await one.waitForSelector('[data-next=enter]');
  await pay(one, await one.locator('[data-case]').getAttribute('data-case'));
  check('desk: who reviewed is not offered the entry', (await one.locator('[data-action=enter]').count()) === 0);

  await two.locator('h1').focus();
  await keys(two, '/');
  await two.locator('#find').fill('');
  await two.keyboard.type(number);
  await keys(two, 'Enter');
  await two.waitForSelector('[data-mark-note]');
  check('desk: the second person sees the mark', (await text(two, '[data-mark-note]')).includes('核对'));
  await keys(two, 'a');
  await two.waitForSelector('[data-dialog=enter] [data-change]');
  await look(two, 'desk-enter');
  await two.locator('[data-confirm]').focus();
  await keys(two, 'Enter');
  await two.waitForSelector('[data-next=archive]', { timeout: 60000 });
  await keys(two, 'a');
  await two.waitForSelector('[data-dialog=archive]');
  await two.locator('[data-confirm]').focus();
  await keys(two, 'Enter');
  await two.waitForSelector('[data-notice=done]');
  await keys(two, '4');
  await two.waitForSelector('[data-step^=archived]');
  check('desk: every decision of the course is signed', (await two.locator('[data-decision]').evaluateAll((l) => l.map((e) => e.dataset.decision).join(' '))) === 'accept review enter archive', await two.locator('[data-section=decisions]').innerText());
  check('desk: from the queue to the archive by keyboard', true);
  await look(two, 'desk-history');

  // ---- a batch
  await keys(one, 'q');
  await one.waitForSelector('[data-facet=step] [data-value=accept]');
  await one.locator('[data-facet=business] [data-value=mortgage]').focus();
  await keys(one, 'Enter');
  await one.waitForSelector('[data-facet=business] [aria-pressed=true]');
  for (const c of cases) {
    await one.locator(`tr[data-row="${c.id}"] [data-open]`).focus();
    await keys(one, 'x');
  }
  await keys(one, 'b');
  await one.waitForSelector('[data-clean], [data-blocked]');
  await look(one, 'desk-batch');
  await one.locator('[data-confirm]').focus();
  await keys(one, 'Enter');
  await one.waitForSelector('[data-outcome]');
  check('desk: three cases accepted together', /已办理 3 件/.test(await text(one, '[data-outcome]')), await text(one, '[data-outcome]'));
  await keys(one, 'Enter');

  // ---- templates, and the same in English
  await go(two, '/opinions');
  await two.waitForSelector('[data-opinion]');
  await look(two, 'desk-opinions');
  await two.click('[data-lang]');
  await go(two, '/');
  await two.waitForSelector('tr[data-n="0"]');
  const english = await two.locator('main').innerText();
  check('desk: English keeps the legal words', /受理|初审|登簿/.test(english) && /Cases to do/.test(english));
  await look(two, 'desk-queue-en');
  await two.click('[data-lang]');
});
