// node lighthouse.mjs URL COOKIE NAME=PLACE…: Lighthouse's phone on a slow line (its default: four times slower processor, 1.6 Mbit/s, 150 ms) at each place of
// the portal, three times: the median of performance, accessibility and best practices, and what costs points. Ends with 1 when one is below 95.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const packages = new URL('../../build/lighthouse/node_modules/', import.meta.url); // put there by `make lighthouse`
const { launch } = await import(new URL('chrome-launcher/dist/index.js', packages));
const { default: lighthouse } = await import(new URL('lighthouse/core/index.js', packages));

const [base, cookie, ...places] = process.argv.slice(2);
const wanted = ['performance', 'accessibility', 'best-practices'];
const chrome = await launch({ chromePath: process.env.CHROMIUM ?? '/usr/bin/chromium', chromeFlags: ['--headless=new', '--no-sandbox', '--disable-gpu'], logLevel: 'silent' });
const rows = [];
let low = false;
try {
  for (const given of places) {
    const [name, place] = [given.slice(0, given.indexOf('=')), given.slice(given.indexOf('=') + 1)];
    const flags = { port: chrome.port, onlyCategories: wanted, output: 'json', logLevel: 'silent', extraHeaders: cookie ? { Cookie: cookie } : {}, disableStorageReset: false };
    const runs = [];
    for (let n = 0; n < 3; n++) runs.push((await lighthouse(`${base}${place}`, flags)).lhr);
    runs.sort((a, b) => (a.categories.performance.score ?? 0) - (b.categories.performance.score ?? 0));
    const lhr = runs[1];
    const scores = wanted.map((c) => Math.round((lhr.categories[c].score ?? 0) * 100));
    rows.push(...wanted.map((c, i) => ({ name: `${name}: ${c}`, value: scores[i], unit: 'of 100', peer: null, peer_value: null, ratio: null, goal: 95, holds: scores[i] >= 95 })));
    low ||= scores.some((s) => s < 95);
    console.log(`${name}: ${wanted.map((c, i) => `${c} ${scores[i]}`).join(', ')} (processor ${Math.round(lhr.environment.benchmarkIndex)}); ${Math.round(lhr.audits['total-byte-weight'].numericValue / 1024)} KiB, first content ${lhr.audits['first-contentful-paint'].displayValue}, largest ${lhr.audits['largest-contentful-paint'].displayValue}`);
    const sent = (lhr.audits['network-requests'].details?.items ?? []).sort((a, b) => b.transferSize - a.transferSize).slice(0, 4);
    console.log(`  largest: ${sent.map((q) => `${q.url.replace(base, '')} ${Math.round(q.transferSize / 1024)} KiB`).join(', ')}`);
    const long = lhr.audits['long-tasks']?.details?.items ?? [];
    if (long.length) console.log(`  long tasks: ${long.map((t) => `${t.url.replace(base, '') || 'page'} ${Math.round(t.duration)} ms at ${Math.round(t.startTime)}`).join(', ')}`);
    for (const c of wanted)
      for (const ref of lhr.categories[c].auditRefs) {
        const a = lhr.audits[ref.id];
        if (ref.weight > 0 && a.score !== null && a.score < 0.9) console.log(`  ${c}: ${a.id}: ${a.title} ${a.displayValue ?? ''} ${JSON.stringify((a.details?.items ?? []).slice(0, 2)).slice(0, 300)}`);
      }
  }
} finally {
  await chrome.kill();
}
const file = 'build/bench/lighthouse.json';
writeFileSync(file, JSON.stringify([...(existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : []), ...rows]));
process.exit(low ? 1 : 0);
