// 集中申请 in the pages: a bank's agent drops sheets, is told what is wrong by row and column, goes on after a broken line, signs once; each row has a case. Then a sheet of
// SW_ROWS rows (9 unless said), paused, the browser closed, and taken up again in another; with 1000 the long form: how long and in how much memory the page does it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { check, comes, dir, identifies, look, people, person, run, urls } from './browser.mjs';

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
  const rows = lines.map((l, n) => `<row r="${n + 2}">${l.split(',').map((v, i) => `<c r="${letters[titles.indexOf(`${head},材料：抵押合同`.split(',')[i])]}${n + 2}" t="inlineStr"><is><t>${v}</t></is></c>`).join('')}</row>`);
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

// ---- the second batch
const ROWS = Number(process.env.SW_ROWS || 9);
const csv = 'text/csv';
const seconds = (since) => `${((Date.now() - since) / 1000).toFixed(1)} s`;
async function heap(page) {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('HeapProfiler.collectGarbage');
  const { metrics } = await cdp.send('Performance.enable').then(() => cdp.send('Performance.getMetrics'));
  await cdp.detach();
  return `${(metrics.find((m) => m.name === 'JSHeapUsedSize').value / 1048576).toFixed(1)} MB`;
}
const papers = [1, 2, 3].map((n) => ({ name: `合同${n}.pdf`, mimeType: 'application/pdf', buffer: Buffer.concat([readFileSync(join(dir, 'demo/sample.pdf')), Buffer.from(`\n%${n}\n`)]) }));
const manyLines = () => Array.from({ length: ROWS }, (_, n) => `${line(`110101001001GB${20001 + n}F00010101`, n + 1)},${papers[n % papers.length].name}`);

// The form as far as the sheet; the papers of single rows are named in it.
async function filledIn(page) {
  await page.goto(`${urls.internet}#/batches/new`);
  await page.waitForSelector('#principal');
  await page.selectOption('#principal', { label: '示例银行股份有限公司' });
  await page.selectOption('#business', 'mortgage');
  await page.selectOption('#role', 'mortgagee');
  await page.check('#for-all');
  await page.setInputFiles('#shared-loan', { name: 'loan.pdf', mimeType: 'application/pdf', buffer: readFileSync(join(dir, 'demo/sample.pdf')) });
  await answered(page);
}
const states = (page) => page.evaluate(async () => {
  const { rows } = await (await fetch('./api/batches')).json();
  return (await (await fetch(`./api/batches/${rows[0].id}`)).json()).rows.map((r) => [r.application, r.state]);
});

async function large() {
  const first = await person('internet', 'zhang');
  await filledIn(first);
  const [template] = await Promise.all([first.waitForEvent('download'), first.click('[data-csv]')]);
  const titles = readFileSync(await template.path(), 'utf8').replace('\ufeff', '').trim().split('\r\n')[0].split(',');
  const own = `${head},材料：抵押合同`;
  check('batches: the template as CSV has the columns, those of single rows\' papers among them', own.split(',').every((t) => titles.includes(t)), titles.join());
  const many = { name: 'many.csv', mimeType: csv, buffer: Buffer.from(`\ufeff${[own, ...manyLines()].join('\r\n')}\r\n`) };
  const before = await heap(first);
  await first.setInputFiles('#sheet', many);
  await first.waitForSelector('[data-wrong]');
  check('batches: a paper that a row names and nobody chose is told by its row', /合同1\.pdf/.test(await first.locator('[data-row="1"]').innerText()));
  await first.setInputFiles('#single', papers.slice(0, 2));
  await first.waitForFunction((n) => document.querySelectorAll('[data-row]').length > 0 && !document.querySelector('[data-row="1"]') && document.querySelector('[data-row="3"]') && n > 2, ROWS);
  await first.setInputFiles('#single', papers.slice(2));
  let since = Date.now();
  await first.setInputFiles('#sheet', many);
  await first.waitForSelector('[data-right]');
  const read = seconds(since);
  console.log(`# ${ROWS} rows as CSV: read and checked in ${read}; the page's heap ${before} before, ${await heap(first)} with them`);
  let added = 0;
  const counted = (page) => page.on('request', (r) => (added += r.method() === 'POST' && /\/materials\b/.test(r.url()) ? 1 : 0));
  counted(first);
  since = Date.now();
  // A third is done when the pause comes; the row on its way then is finished.
  const third = Math.floor(ROWS / 3);
  let pass = () => undefined;
  const paused = new Promise((done) => (pass = done));
  await first.route(new RegExp(`/rows/${third + 1}$`), async (route) => (await paused, route.continue()));
  await first.click('[data-go]');
  await first.waitForFunction((n) => document.querySelector('progress')?.value >= n, third, { timeout: 300000 });
  await first.click('[data-halt]');
  pass();
  await first.waitForSelector('[data-go]:not([disabled])');
  const done = (await states(first)).length;
  check('batches: paused, nothing more goes off', done === third + 1 && /batches\/new/.test(first.url()), `${done} of ${ROWS}`);
  await first.context().close();

  const second = await person('internet', 'zhang');
  await second.goto(`${urls.internet}#/batches`);
  await second.click('[data-batch] h2 a');
  await second.waitForSelector('[data-missing]');
  check('batches: in another browser it is said how many have not arrived', new RegExp(`${ROWS - done} `).test(await second.locator('[data-missing]').innerText()), await second.locator('[data-missing]').innerText());
  const kept = await states(second);
  await filledIn(second);
  await second.setInputFiles('#single', papers);
  await second.setInputFiles('#sheet', many);
  await second.waitForSelector('[data-right]');
  counted(second);
  await second.click('[data-go]');
  await second.waitForSelector('[data-batch-view] [data-sign]', { timeout: 540000 });
  const all = await states(second);
  console.log(`# ${ROWS} rows with two papers each handed over in ${seconds(since)}, the pause among it; the page's heap ${await heap(second)}`);
  check('batches: it goes on where it was: no row and no paper a second time', all.length === ROWS && kept.every(([a], i) => all[i][0] === a) && added <= 2 * ROWS + 2 && added >= 2 * ROWS, `${all.length} rows, ${added} papers sent`);
  since = Date.now();
  await second.check('#promise');
  await second.click('[data-go]');
  await identifies(second, me);
  await second.waitForSelector('[data-batch-view]');
  await second.waitForFunction(() => !document.querySelector('[data-going], [data-sign]'), null, { timeout: 540000 });
  check('batches: one signature for all of them, each off by itself', (await states(second)).every(([, s]) => !['draft', 'signing'].includes(s)));
  console.log(`# ${ROWS} rows signed once and gone off in ${seconds(since)}`);
  await second.waitForFunction((n) => [...document.querySelectorAll('[data-number]')].filter((c) => c.textContent.trim()).length === n, Math.min(ROWS, 100), { timeout: 120000 });
  if (ROWS > 100) await sheets(second);
  await second.context().close();
}

// The same rows as XLSX, read alone.
async function sheets(page) {
  await filledIn(page);
  await page.setInputFiles('#single', papers);
  const [template] = await Promise.all([page.waitForEvent('download'), page.click('[data-xlsx]')]);
  const book = filled(await template.path(), ...manyLines());
  const since = Date.now();
  await page.setInputFiles('#sheet', book);
  await page.waitForSelector('[data-right]');
  console.log(`# ${ROWS} rows as XLSX (${Math.round(book.buffer.length / 1024)} KB): read and checked in ${seconds(since)}; the page's heap ${await heap(page)}`);
}

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
  check('batches: a broken line is waited for; all rows are there', broken === 1 && (await comes(page.locator('[data-number]'), 3)));
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
  await identifies(page, me);
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
  await page.context().close();
  await large();
});
