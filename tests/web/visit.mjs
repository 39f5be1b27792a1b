// 最多跑一次 in the pages: the registrar asks to come once, the applicant reads with what, chooses an hour of the same pool, and the window finds the case by it.
// Argument: an application of li's that is accepted.
import { check, look, person, run, urls } from './browser.mjs';

const [id] = process.argv.slice(2);

await run('visit', async () => {
  const one = await person('extranet', 'registrar1');
  await one.goto(`${urls.extranet}#/case/${id}`);
  await one.waitForSelector('[data-action=visit]', { timeout: 20000 });
  await one.click('[data-action=visit]');
  await one.waitForSelector('[data-dialog=visit]');
  await one.fill('#act-text', '身份证和原不动产权证书');
  await look(one, 'desk-visit');
  await one.click('[data-confirm]');
  await one.waitForSelector('[data-dialog]', { state: 'detached' });
  const li = await person('internet', 'li');
  await li.goto(`${urls.internet}#/a/${id}`);
  await li.waitForSelector('[data-visit]');
  check('visit: what to bring is said', /身份证和原不动产权证书/.test(await li.locator('[data-visit]').innerText()));
  await look(li, 'internet-visit');
  await li.click('[data-lang]');
  check('visit: in English too, the legal term stays', /Come once/.test(await li.locator('[data-visit]').innerText()));
  await look(li, 'internet-visit-en');
  await li.click('[data-lang]');
  await li.click('[data-book-visit]');
  await li.waitForSelector('[data-visit-for]');
  check('visit: office and business are those of the application', (await li.locator('#business, [data-region]').count()) === 0);
  await li.waitForSelector('[data-hour]:not([disabled])');
  await li.locator('[data-hour]:not([disabled])').first().check();
  await look(li, 'internet-visit-hour');
  await li.click('[data-book]');
  await li.waitForSelector('[data-visit][data-hour=booked]');
  const said = await li.locator('[data-visit]').innerText();
  const [, day] = /(\d{4})[^\d](\d{1,2})[^\d](\d{1,2})/.exec(said) ?? [];
  const number = await li.locator('[data-visit] .code').innerText();
  check('visit: the hour and its number stand with the application', Boolean(day) && /^Y\d+$/.test(number), said);
  await look(li, 'internet-visit-booked');
  await one.goto(`${urls.extranet}#/appointments`);
  await one.fill('#day', number.replace(/^Y(\d{4})(\d\d)(\d\d)\d+$/, '$1-$2-$3'));
  await one.locator('#day').dispatchEvent('change');
  await one.waitForSelector(`[data-appointment="${number}"]`);
  await look(one, 'desk-visit-day');
  await one.click('[data-case]');
  await one.waitForURL((u) => u.href.includes(id));
  check('visit: the window comes from the hour to the case', true);
});
