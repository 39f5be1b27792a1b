// node ofd.mjs FOLDER NAME…: FOLDER/NAME.ofd opened by a reader from npm in Chromium: its pages, words and picture are those of NAME.pdf, the seal with them.
// The reader is for tests only: it is an old one, loads a megabyte, and knows no seal but the picture; the pages offer PDF to read and OFD to keep.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

const require = createRequire(import.meta.url);
const reader = require.resolve('ofd.js/lib/ofd.umd.min.js');
const [folder, ...names] = process.argv.slice(2);
const WIDTH = 800;
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
let failed = 0;
const check = (name, good, why = '') => {
  console.log(`${good ? 'ok' : 'not ok'} - ${name}${good ? '' : `: ${why}`}`);
  failed += good ? 0 : 1;
};
const letters = (text) => [...text.replace(/\s+/g, '')].sort().join('');

for (const name of names) {
  const page = await browser.newPage({ viewport: { width: WIDTH, height: 1200 } });
  await page.setContent('<style>body{margin:0;background:#fff}</style><div id="pages"></div>');
  await page.addScriptTag({ path: reader });
  const pages = await page.evaluate(([data, width]) => new Promise((done) => {
    const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
    globalThis.ofd.parseOfdDocument({
      ofd: bytes.buffer,
      success: (documents) => {
        const drawn = globalThis.ofd.renderOfd(width, documents[0]);
        document.getElementById('pages').append(...drawn);
        document.fonts.ready.then(() => done(drawn.length));
      },
      fail: (e) => done(String(e))
    });
  }), [readFileSync(`${folder}/${name}.ofd`).toString('base64'), WIDTH]);
  const pdf = `${folder}/${name}.pdf`;
  const wanted = Number(/Pages: +(\d+)/.exec(execFileSync('pdfinfo', [pdf]).toString())?.[1]);
  check(`${name}: the reader opens it, ${wanted} page(s)`, pages === wanted, pages);
  if (pages !== wanted) continue;
  const text = await page.evaluate(() => document.getElementById('pages').textContent);
  check(`${name}: the words are those of the PDF`, letters(text) === letters(execFileSync('pdftotext', [pdf, '-']).toString()), letters(text).slice(0, 200));
  const sheet = page.locator('#pages > *').first();
  const seen = (await sheet.screenshot()).toString('base64');
  const width = String(Math.round((await sheet.boundingBox()).width));
  const drawn = execFileSync('pdftoppm', ['-png', '-singlefile', '-scale-to-x', width, '-scale-to-y', '-1', pdf]).toString('base64');
  // Where one picture is dark or red, so is the other, but for the edges of letters; the seal is the red round in the lower half.
  const told = await page.evaluate(async ([a, b]) => {
    const read = async (data) => {
      const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${data}`)).blob());
      const canvas = new OffscreenCanvas(image.width, image.height);
      const context = canvas.getContext('2d');
      context.drawImage(image, 0, 0);
      return context.getImageData(0, 0, image.width, image.height);
    };
    const [x, y] = [await read(a), await read(b)];
    const height = Math.min(x.height, y.height);
    let apart = 0;
    const red = [0, 0];
    for (let row = 0; row < height; row++)
      for (let column = 0; column < Math.min(x.width, y.width); column++)
        for (const [n, p] of [x, y].entries()) {
          const i = (row * p.width + column) * 4;
          if (row > height / 2 && p.data[i] > 150 && p.data[i + 1] < 90) red[n]++;
          const o = (row * y.width + column) * 4;
          if (n === 0) apart += Math.abs(p.data[i + 1] - y.data[o + 1]) > 96;
        }
    return { apart: apart / (height * x.width), red };
  }, [seen, drawn]);
  check(`${name}: the picture is that of the PDF`, told.apart < 0.02, `${(told.apart * 100).toFixed(2)} % of it differ`);
  check(`${name}: the seal is seen`, told.red[0] > 500 && Math.abs(told.red[0] - told.red[1]) < told.red[1] * 0.3, told.red.join(' and '));
  await page.close();
}
await browser.close();
process.exit(failed ? 1 : 0);
