// node ofd.mjs FOLDER NAME…: FOLDER/NAME.ofd opened by a reader from npm in Chromium: its pages, words and picture are those of NAME.pdf, the seal with them.
// Where a word stands in the PDF, there it stands in the OFD: both files' own coordinates are compared, on every page.
// The reader is for tests only: it is an old one, loads a megabyte, and knows no seal but the picture; the pages offer PDF to read and OFD to keep.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { launched } from './chromium.mjs';

const require = createRequire(import.meta.url);
const reader = require.resolve('ofd.js/lib/ofd.umd.min.js');
const [folder, ...names] = process.argv.slice(2);
const WIDTH = 800;
const browser = await launched();
let failed = 0;
const check = (name, good, why = '') => {
  console.log(`${good ? 'ok' : 'not ok'} - ${name}${good ? '' : `: ${why}`}`);
  failed += good ? 0 : 1;
};
const letters = (text) => [...text.replace(/\s+/g, '')].sort().join('');

// Characters of an OFD page and where each stands, in points: as its XML says, no reader between.
const NAMED = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
function placed(file, page) {
  const xml = execFileSync('unzip', ['-p', file, `Doc_0/Pages/Page_${page}/Content.xml`], { maxBuffer: 64 << 20 }).toString();
  const out = [];
  for (const [, boundary, y, delta, text] of xml.matchAll(/<ofd:TextObject [^>]*Boundary="([^"]+)"[^>]*>.*?<ofd:TextCode X="0" Y="([^"]+)"(?: DeltaX="([^"]*)")?>([^<]*)</gs)) {
    const [left, top] = boundary.split(' ').map(Number);
    const steps = (delta ?? '').split(' ').map(Number);
    let x = left;
    [...text.replace(/&(#x?[0-9A-Fa-f]+|\w+);/g, (_, n) => NAMED[n] ?? String.fromCodePoint(n[1] === 'x' ? parseInt(n.slice(2), 16) : Number(n.slice(1))))].forEach((c, i) => {
      if (c.trim()) out.push({ c, x: (x * 72) / 25.4, y: ((top + Number(y)) * 72) / 25.4 });
      x += steps[i] || 0;
    });
  }
  return out;
}
// Words of the PDF that do not stand in the OFD where they stand here: left end within a point, baseline within the word's height.
function strayed(pdf, ofd, pages) {
  const bad = [];
  let words = 0;
  const sheets = execFileSync('pdftotext', ['-bbox', pdf, '-'], { maxBuffer: 64 << 20 }).toString().split('<page ').slice(1);
  for (let page = 0; page < pages; page++) {
    const there = new Map();
    for (const p of placed(ofd, page)) there.set(p.c, [...(there.get(p.c) ?? []), p]);
    for (const [, x, y0, y1, text] of (sheets[page] ?? '').matchAll(/<word xMin="([^"]+)" yMin="([^"]+)" xMax="[^"]+" yMax="([^"]+)">([^<]*)</g)) {
      const first = [...text.replace(/&(\w+);/g, (_, n) => NAMED[n] ?? '')][0];
      words++;
      if (!(there.get(first) ?? []).some((p) => Math.abs(p.x - x) < 1 && p.y > Number(y0) && p.y < Number(y1) + 1)) bad.push(`page ${page + 1} "${text}" at ${x} ${y1}`);
    }
  }
  return { words, bad };
}

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
  const { words, bad } = strayed(pdf, `${folder}/${name}.ofd`, wanted);
  check(`${name}: every word stands where it stands in the PDF (${words})`, words > 5 && bad.length === 0, `${bad.length} do not: ${bad.slice(0, 3).join('; ')}`);
  const sheet = page.locator('#pages > *').first();
  const seen = (await sheet.screenshot()).toString('base64');
  const width = String(Math.round((await sheet.boundingBox()).width));
  const drawn = execFileSync('pdftoppm', ['-png', '-singlefile', '-scale-to-x', width, '-scale-to-y', '-1', pdf]).toString('base64');
  if (process.env.SW_SHOTS) for (const [kind, data] of [['ofd', seen], ['pdf', drawn]]) writeFileSync(`${process.env.SW_SHOTS}/${name}-${kind}.png`, Buffer.from(data, 'base64'));
  // Square by square one picture is as dark as the other; edges of letters may lie a point apart. The seal is the red round in the lower half.
  const told = await page.evaluate(async ([a, b]) => {
    const read = async (data) => {
      const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${data}`)).blob());
      const canvas = new OffscreenCanvas(image.width, image.height);
      const context = canvas.getContext('2d');
      context.drawImage(image, 0, 0);
      return context.getImageData(0, 0, image.width, image.height);
    };
    const [x, y] = [await read(a), await read(b)];
    const SQUARE = 12;
    const across = Math.floor(Math.min(x.width, y.width) / SQUARE);
    const down = Math.floor(Math.min(x.height, y.height) / SQUARE);
    const red = [0, 0];
    const dark = (p, n, row, column) => {
      let sum = 0;
      for (let v = row * SQUARE; v < (row + 1) * SQUARE; v++)
        for (let h = column * SQUARE; h < (column + 1) * SQUARE; h++) {
          const i = (v * p.width + h) * 4;
          sum += 255 - p.data[i + 1];
          red[n] += row > down / 2 && p.data[i] > 150 && p.data[i + 1] < 90;
        }
      return sum / (SQUARE * SQUARE);
    };
    let apart = 0;
    for (let row = 0; row < down; row++) for (let column = 0; column < across; column++) apart += Math.abs(dark(x, 0, row, column) - dark(y, 1, row, column)) > 40;
    return { apart: apart / (down * across), red };
  }, [seen, drawn]);
  check(`${name}: the picture is that of the PDF`, told.apart < 0.02, `${(told.apart * 100).toFixed(2)} % of it differ`);
  check(`${name}: the seal is seen where there is one`, (told.red[1] < 50 ? told.red[0] < 50 : told.red[0] > 500) && Math.abs(told.red[0] - told.red[1]) <= told.red[1] * 0.3, told.red.join(' and '));
  await page.close();
}
await browser.close();
process.exit(failed ? 1 : 0);
