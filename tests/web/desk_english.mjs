// Every address of the registry's pages in English: nothing of the frame (titles, labels, buttons, heads of columns) is left in Chinese alone, each fits its screens.
import { readFileSync } from 'node:fs';
import { check, comes, look, person, run, turn } from './browser.mjs';

const [id] = process.argv.slice(2);
const routes = [...readFileSync('zones/extranet/web/src/main.ts', 'utf8').matchAll(/path: '([^']+)'/g)].map((m) => m[1]);
// What a row, a form or a person called it stays as it was called.
const alone = () => [...document.querySelectorAll('main :is(h1, h2, h3, legend, label, button, th, dt, summary)')]
  .filter((e) => e.getClientRects().length && !e.closest('[lang^=zh]'))
  .map((e) => e.innerText.trim())
  .filter((t) => /\p{Script=Han}/u.test(t) && !/[A-Za-z]{2}/.test(t));

await run('desk-english', async () => {
  const desk = await person('extranet', 'registrar1');
  await desk.click('[data-lang]');
  await desk.waitForFunction(() => document.documentElement.lang === 'en');
  for (const route of [`/case/${id}`, ...routes.filter((r) => !/[:*]|sign-in/.test(r))]) {
    await turn(desk, desk.url().replace(/#.*/, `#${route}`));
    await desk.waitForFunction(() => !document.querySelector('main [aria-busy=true]'));
    const left = await desk.evaluate(alone);
    check(`desk in English: ${route.replace(id, 'ID')}: nothing is left in Chinese alone`, left.length === 0, [...new Set(left)].join(' | '));
    if (route.includes(id)) check('desk in English: what is entered is held against the register no more', (await comes(desk.locator('[data-section=checks]'))) && (await desk.locator('[data-check=certificate], [data-check=location]').count()) === 0);
    await look(desk, `desk-english-${route.replace(id, 'ID').replace(/\W+/g, '-')}`);
  }
});
