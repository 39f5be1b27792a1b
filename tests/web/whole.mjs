// 一次都不跑: a sale from sign-in to the certificate in one go, nobody at a window: seller and buyer each on an own device, asked, pledging and signing; the contract filled
// in online; fee and taxes paid at the platform; the certificate looked at, downloaded, and verified by anybody. The office decides by its interface meanwhile.
//   node whole.mjs UNIT: wang holds it by the certificate of the application in SW_DIR/application
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { browser, check, dir, people, person, run, stands, urls } from './browser.mjs';
import { applies, Hand, office, signs } from './hand.mjs';

const [unit] = process.argv.slice(2);
const [zhangId, wangId] = [people[0], people[people.length - 1]];
const platform = `http://127.0.0.1:${process.env.SW_PORT_PAYMENT}/`;
const head = { 'X-Requested-With': 'sanwang' };

await run('whole', async () => {
  const began = Date.now();
  const [one, two, wang, zhang] = await Promise.all([person('extranet', 'registrar1'), person('extranet', 'registrar2'), person('internet', 'wang'), person('internet', 'zhang')]);
  const held = await (await wang.request.get(`${urls.internet}api/applications/${readFileSync(join(dir, 'application'), 'utf8')}`)).json();
  const seller = new Hand(wang, { online: true, words: { unit, certificate_no: held.certificate.number, other: zhangId } });
  const { id } = await applies(seller, 'transfer-existing-flat');
  await signs(seller, wangId);
  check('whole: the seller applied, was asked and signed, with nothing uploaded', seller.files === 0, `${seller.files} files`);
  const buyer = new Hand(zhang);
  await zhang.goto(`${urls.internet}#/a/${id}`);
  await zhang.waitForSelector('[data-sign]');
  await buyer.click('[data-sign]');
  await signs(buyer, zhangId);

  // ---- the office, from its own seats
  const decides = office(one, id, 'whole');
  await decides(one, 'accept', (c) => c.state === 'submitted' && c.number);
  const papers = (await (await one.request.get(`${urls.extranet}api/cases/${id}/documents`)).json()).rows.map((r) => r.kind);
  check('whole: the case has a record of inquiry and a pledge of each side', ['signed-inquiry', 'signed-pledge'].every((k) => papers.filter((p) => p === k).length === 2), papers.join());
  const assessed = await one.request.post(`${urls.extranet}api/cases/${id}/tax/assessment`, { headers: head, data: { declaration: '申报2026-88', amount_cents: 4500000 } });
  check('whole: the taxes are assessed', assessed.ok(), assessed.ok() ? '' : await assessed.text());

  // ---- fee and taxes at once
  await zhang.goto(`${urls.internet}#/a/${id}`);
  await zhang.waitForSelector('[data-due=tax][data-state=due]');
  await buyer.click('[data-go]');
  await zhang.waitForURL((u) => u.href.startsWith(platform));
  await zhang.waitForSelector('#pay:visible');
  await buyer.click('#pay');
  await zhang.waitForFunction(() => /已支付/.test(document.querySelector('#said')?.textContent ?? ''));
  await buyer.click('#back');
  await zhang.waitForSelector('[data-due=tax][data-state=paid]');
  await decides(one, 'review', (c) => c.has_tax && !c.reviewer && !['accepted', 'submitted'].includes(c.state), { opinion: '材料齐全,符合规定' });
  await decides(two, 'enter', (c) => c.state === 'review' && c.reviewer);

  // ---- the certificate, at home
  await zhang.waitForSelector('[data-certificate]');
  const save = async (at) => {
    const [file] = await Promise.all([zhang.waitForEvent('download'), buyer.click(at)]);
    return readFileSync(await file.path());
  };
  const pdf = await save('[data-certificate] a.button');
  const sealed = JSON.parse((await save('[data-certificate] button')).toString('utf8'));
  check('whole: the certificate is a PDF, with its sealed text', pdf.subarray(0, 5).toString() === '%PDF-' && JSON.stringify(sealed).includes(unit));
  const anybody = await (await browser.newContext({ viewport: { width: 390, height: 844 }, locale: 'zh-CN' })).newPage();
  anybody.setDefaultTimeout(60000);
  await anybody.goto(`${urls.internet}#/verify`);
  await anybody.waitForSelector('#file');
  await anybody.setInputFiles('#file', { name: 'certificate.pdf', mimeType: 'application/pdf', buffer: pdf });
  await stands(anybody, 'valid');
  check('whole: whoever is shown the file finds that it stands', true);
  await anybody.fill('#text', JSON.stringify(sealed));
  await anybody.click('[data-go]');
  await anybody.waitForSelector('[data-valid=true]');
  check('whole: its seal is valid, and what is sealed names the buyer', JSON.stringify(sealed).includes(zhangId.name) && !JSON.stringify(sealed).includes(wangId.name));
  await wang.goto(`${urls.internet}#/a/${id}`);
  await wang.waitForSelector('[data-progress]');
  check('whole: every step has come, for the seller too', (await wang.locator('[data-phase=next]').count()) === 0, await wang.locator('.line').innerText());
  console.log(`# from sign-in to the verified certificate: ${((Date.now() - began) / 1000).toFixed(1)} s; seller ${seller.screens} screens, ${seller.typed} typed, ${seller.clicks} clicks; buyer ${buyer.screens}, ${buyer.typed}, ${buyer.clicks}`);
});
