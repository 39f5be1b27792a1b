// 集中申请 in the pages: a bank's agent drops sheets, is told what is wrong by row and column, goes on after a broken line, signs once; each row has a case.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { check, dir, look, people, person, run, urls } from './browser.mjs';

const [me, chen] = people;
const units = readFileSync(join(dir, 'demo/register.jsonl'), 'utf8').trim().split('\n').map((l) => JSON.parse(l)).filter((r) => r.table === 'h').map((r) => r.row.bdcdyh).slice(-3);
const head = '不动产单元代码,坐落,被担保债权数额（元）,起始日期,截止日期,是否约定禁止或限制转让,抵押人名称,抵押人证件号码';
const line = (unit, n, amount = '1000000') => `${unit},示例路${n}号,${amount},2026-01-01,2046/1/1,否,${chen.name},${chen.id_number}`;
const sheet = (name, ...lines) => ({ name, mimeType: 'text/csv', buffer: Buffer.from(`\ufeff${[head, ...lines].join('\r\n')}\r\n`) });
// The template as it was downloaded, its rows filled in.
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
function filled(template, ...lines) {
  const parts = unzipSync(readFileSync(template));
  const at = 'xl/worksheets/sheet1.xml';
  const xml = strFromU8(parts[at]);
  const titles = [...xml.matchAll(/<t [^>]*>([^<]*)<\/t>/g)].map((m) => m[1]);
  const rows = lines.map((l, n) => `<row r="${n + 2}">${l.split(',').map((v, i) => `<c r="${letters[titles.indexOf(head.split(',')[i])]}${n + 2}" t="inlineStr"><is><t>${v}</t></is></c>`).join('')}</row>`);
  parts[at] = strToU8(xml.replace('</sheetData>', `${rows.join('')}</sheetData>`));
  return { name: 'mortgages.xlsx', mimeType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', buffer: Buffer.from(zipSync(parts, { mtime: new Date(2026, 0, 1) })) };
}

// As a file that is dragged onto the card.
async function drop(page, file) {
  const data = await page.evaluateHandle(({ name, type, base64 }) => {
    const d = new DataTransfer();
    d.items.add(new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], name, { type }));
    return d;
  }, { name: file.name, type: file.mimeType, base64: file.buffer.toString('base64') });
  await page.dispatchEvent('[data-drop]', 'drop', { dataTransfer: data });
}

const answered = async (page) => {
  for (const [key, value] of Object.entries({ 'mortgagor-voluntary': 'yes', 'mortgagor-co_owned': 'no', 'mortgagor-forbidden': 'no', 'mortgagor-leased': 'no', 'mortgagee-voluntary': 'yes', 'mortgagee-burden_known': 'yes' })) await page.selectOption(`#ask-${key}`, value);
};

await run('batches', async () => {
  const page = await person('internet', 'zhang');
  await page.goto(`${urls.internet}#/batches`);
  await page.waitForSelector('[data-batches]');
  await look(page, 'internet-batches');
  await page.click('[data-new]');
  await page.waitForSelector('#principal');
  await page.selectOption('#principal', { label: '示例银行股份有限公司' });
  await page.selectOption('#business', 'mortgage');
  await page.selectOption('#role', 'mortgagee');
  await page.check('#for-all');
  const [template] = await Promise.all([page.waitForEvent('download'), page.click('[data-xlsx]')]);
  const good = filled(await template.path(), ...units.map((u, n) => line(u, n + 1)));
  await page.setInputFiles('#sheet', await template.path());
  await page.waitForSelector('#error-summary');
  check('batches: the template is read, and has no rows', /没有数据行/.test(await page.locator('#error-summary').innerText()), await page.locator('#error-summary').innerText());
  await page.setInputFiles('#sheet', sheet('f.csv', line(units[0], 1, '=1+1')));
  await page.waitForFunction(() => /公式/.test(document.querySelector('#error-summary')?.textContent ?? ''));
  check('batches: a formula is refused by its place', /第 2 行第 3 列/.test(await page.locator('#error-summary').innerText()));
  await page.setInputFiles('#sheet', sheet('w.csv', line(units[0], 1), line(units[0], 2, '一百万')));
  await page.waitForSelector('[data-wrong]');
  check('batches: what is wrong is told by row and column', /A3 不动产单元代码：与第 2 行相同/.test(await page.locator('[data-row="2"]').innerText()) && /C3 被担保债权数额/.test(await page.locator('[data-row="2"]').innerText()));
  check('batches: what all rows lack is said once', /主债权合同/.test(await page.locator('[data-everywhere]').innerText()));
  await look(page, 'internet-batch-wrong');
  await page.click('[data-lang]');
  await page.waitForSelector('html[lang=en]');
  await look(page, 'internet-batch-wrong-en');
  await page.click('[data-lang]');
  const [errors] = await Promise.all([page.waitForEvent('download'), page.click('[data-errors]')]);
  check('batches: and in a list to keep', /3,A3,不动产单元代码/.test(readFileSync(await errors.path(), 'utf8')));
  const pdf = { name: 'paper.pdf', mimeType: 'application/pdf', buffer: readFileSync(join(dir, 'demo/sample.pdf')) };
  await drop(page, good);
  await page.waitForSelector('[data-wrong]');
  await page.setInputFiles('#shared-loan', pdf);
  await page.setInputFiles('#shared-contract', pdf);
  await page.waitForSelector('[data-right]');
  await page.click('[data-go]');
  await page.waitForSelector('#ask-mortgagee-voluntary-error');
  check('batches: what the registry asks is answered before anything goes off', /请回答/.test(await page.locator('#error-summary').innerText()));
  await page.selectOption('#ask-mortgagor-co_owned', 'yes');
  check('batches: an answer that ends it is told with its ground', /民法典 第三百零一条/.test(await page.locator('#ask-mortgagor-co_owned-error').innerText()));
  await look(page, 'internet-batch-asked');
  await answered(page);
  check('batches: nothing stands in the way of the answers any more', !(await page.locator('[data-answers] .wrong').count()));
  check('batches: files for all rows set it right', !(await page.locator('[data-wrong]').count()));
  check('batches: the dropped file stands in the input', /mortgages\.xlsx$/.test(await page.locator('#sheet').inputValue()));
  await look(page, 'internet-batch-right');
  // The line breaks under the second row and comes back.
  let rows = 0;
  let broken = 0;
  await page.route(/\/api\/batches\/[^/]+\/rows\/\d+$/, (route) => (++rows === 2 && broken++ === 0 ? route.abort('connectionreset') : route.continue()));
  await page.click('[data-go]');
  await page.waitForSelector('[data-batch-view] [data-sign]');
  check('batches: a broken line is waited for; all rows are there', broken === 1 && (await page.locator('[data-number]').count()) === 3);
  const batch = /batches\/([0-9a-f-]{36})/.exec(page.url())[1];
  await look(page, 'internet-batch-sign');
  // The same sheet again goes on with the same batch.
  await page.goto(`${urls.internet}#/batches/new`);
  await page.waitForSelector('#principal');
  await page.selectOption('#principal', { label: '示例银行股份有限公司' });
  await page.selectOption('#business', 'mortgage');
  await page.selectOption('#role', 'mortgagee');
  await page.check('#for-all');
  await page.setInputFiles('#shared-loan', pdf);
  await page.setInputFiles('#shared-contract', pdf);
  await page.setInputFiles('#sheet', good);
  await answered(page);
  await page.waitForSelector('[data-right]');
  await page.click('[data-go]');
  await page.waitForSelector('[data-batch-view] [data-sign]');
  check('batches: the same sheet again makes no second batch', page.url().includes(batch));
  await page.check('#promise');
  await page.click('[data-go]');
  await page.waitForSelector('#pin');
  check('batches: the identity platform shows how many are signed for', /3/.test(await page.locator('[data-batch]').innerText()));
  await look(page, 'identity-batch');
  await page.fill('#number', me.id_number);
  await page.fill('#pin', me.pin);
  await page.click('[data-sign]');
  await page.waitForSelector('[data-batch-view]');
  await page.waitForFunction(() => [...document.querySelectorAll('[data-number]')].filter((c) => c.textContent.trim()).length === 3);
  check('batches: one signature, and each row has its case', true);
  await look(page, 'internet-batch-done');
  await page.click('[data-lang]');
  await page.waitForSelector('html[lang=en]');
  await look(page, 'internet-batch-done-en');
  await page.click('[data-lang]');
  const [results] = await Promise.all([page.waitForEvent('download'), page.click('[data-results]')]);
  check('batches: with the list of results', readFileSync(await results.path(), 'utf8').trim().split('\r\n').length === 4);
});
