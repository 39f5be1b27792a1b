// node kit.mjs FOLDER WORD…: the page of an archived case opened from file:// as somebody would in thirty years: no network, no scripts. Every file of the package is
// linked and there, every word stands on the page, in Chinese and English, on a phone's width and a desk's.
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { launched } from './chromium.mjs';

const [folder, ...words] = process.argv.slice(2);
const shots = process.env.SW_SHOTS;
const browser = await launched();
let failed = 0;
const check = (name, good, why = '') => {
  console.log(`${good ? 'ok' : 'not ok'} - kit: ${name}${good ? '' : `: ${why}`}`);
  failed += good ? 0 : 1;
};
const data = join(folder, 'data');
const context = await browser.newContext({ offline: true, javaScriptEnabled: false, viewport: { width: 1440, height: 900 } });
const page = await context.newPage();
const asked = [];
page.on('request', (r) => asked.push(r.url()));
page.on('console', (m) => check('nothing on the console', false, m.text()));
await page.goto(pathToFileURL(join(data, 'index.html')).href);
check('the page opens from file://, and asks for nothing else', asked.length === 1 && asked[0].startsWith('file://'), asked.join(' '));
const text = await page.locator('body').innerText();
const missing = words.filter((w) => !text.includes(w));
check(`${words.length} words of the case stand on it`, words.length > 0 && missing.length === 0, missing.join(' | '));
const headings = await page.locator('h1, h2').allInnerTexts();
const plain = headings.filter((h) => !/[\u4e00-\u9fff]/.test(h) || !/[a-z]{3}/i.test(h));
check(`${headings.length} headings in Chinese and English`, headings.length > 10 && plain.length === 0, plain.join(' | '));
const links = [...new Set(await page.locator('a').evaluateAll((all) => all.map((a) => a.href)).catch(() => []))];
// Without scripts the page cannot be evaluated in some versions: the links are then read one by one.
if (links.length === 0) for (const a of await page.locator('a').all()) links.push(new URL(await a.getAttribute('href'), pathToFileURL(join(data, 'index.html'))).href);
const here = new Set(links.map((l) => relative(data, fileURLToPath(l))));
const gone = [...here].filter((p) => !existsSync(join(data, p)));
check(`${here.size} links lead to files of the package`, here.size > 10 && gone.length === 0 && [...here].every((p) => !p.startsWith('..')), gone.join(' '));
const files = readdirSync(data, { recursive: true, withFileTypes: true }).filter((f) => f.isFile()).map((f) => relative(data, join(f.parentPath ?? f.path, f.name)));
const unlinked = files.filter((f) => f !== 'index.html' && !here.has(f));
check(`each of ${files.length} files is linked`, unlinked.length === 0, unlinked.join(' '));
for (const width of [390, 1440]) {
  await page.setViewportSize({ width, height: 900 });
  const box = await page.locator('html').boundingBox();
  const widest = Math.max(...(await Promise.all((await page.locator('table').all()).map((t) => t.boundingBox()))).map((b) => b.x + b.width));
  check(`nothing wider than ${width} pixels`, widest <= width && box.width <= width, `${widest}`);
  if (shots) { mkdirSync(shots, { recursive: true }); await page.screenshot({ path: join(shots, `kit-${width}.png`), fullPage: true }); }
}
await browser.close();
process.exit(failed ? 1 : 0);
