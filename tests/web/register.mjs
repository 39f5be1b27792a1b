// The register at the desk: one field for unit code, certificate, holder and location; a unit's page with its blocks and past days; reporting to the
// national platform. Looked at on the widths of a desk, a large screen and a phone.
import { join } from 'node:path';
import { mkdirSync } from 'node:fs';
import { check, look, people, person, run } from './browser.mjs';

const wide = async (page, name) => {
  for (const [width, height] of [[1366, 768], [1920, 1080], [390, 844]]) {
    await page.setViewportSize({ width, height });
    const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    check(`${name}: fits ${width}`, over <= 0, `${over} pixels too wide`);
    if (process.env.SW_SHOTS) {
      mkdirSync(process.env.SW_SHOTS, { recursive: true });
      await page.screenshot({ path: join(process.env.SW_SHOTS, `${name}-${width}.png`), fullPage: true });
    }
  }
  await page.setViewportSize({ width: 1366, height: 768 });
};

await run('register', async () => {
  const one = await person('extranet', 'registrar1');
  const go = async (to) => one.goto(one.url().replace(/#.*/, `#/${to}`));
  const kind = async (wanted) => one.waitForSelector(`[data-kind="${wanted}"]`, { state: 'attached' });
  await go('register');
  await one.waitForSelector('#find');
  await one.click('[data-find] button');
  check('register: nothing asked is said at the field', await one.locator('#find-error').isVisible());

  await one.fill('#find', '示例路');
  await kind('words');
  await one.keyboard.press('Enter');
  await one.waitForSelector('[data-found] tr[data-n="0"]');
  check('register: words of a location are found', /示例路/.test(await one.locator('[data-found] tr[data-n="0"]').innerText()));
  const first = await one.locator('[data-found] tr').count();
  await one.click('[data-more-found]');
  await one.waitForFunction((n) => document.querySelectorAll('[data-found] tr').length > n, first);
  check('register: the next page comes behind the first', true);
  await look(one, 'extranet-register-found');
  await wide(one, 'register-found');
  await one.keyboard.press('Tab');
  await one.evaluate(() => document.activeElement.blur());
  await one.keyboard.press('j');
  await one.keyboard.press('Enter');
  await one.waitForSelector('[data-section=register]');
  check('register: a result is opened by keyboard', /#\/register\/\d{12}/.test(one.url()));
  await one.goBack();
  await one.waitForSelector('[data-found] tr[data-n="0"]');
  check('register: what was found is still there', (await one.inputValue('#find')) === '示例路');

  await one.fill('#find', '京(2020)东城区不动产权第0000001号');
  await kind('number');
  await one.click('[data-find] button');
  await one.waitForFunction(() => document.querySelectorAll('[data-found] tbody tr').length === 1);
  check('register: a certificate has one unit', true);

  await one.fill('#find', people[2].id_number);
  await kind('holder');
  await one.click('[data-find] button');
  check('register: a person is not looked for without a reason', await one.locator('#reason-error').isVisible());
  await look(one, 'extranet-register-person');
  await one.fill('#reason', '窗口核对权利人');
  const asked = one.waitForResponse((r) => r.url().endsWith('/api/register/search'));
  await one.click('[data-find] button');
  check('register: by identity number, in the body alone', (await asked).status() === 200 && !(await asked).url().includes(people[2].id_number));
  await one.waitForSelector('[data-found] tr[data-n="0"]');
  check('register: the number stands in no address', !one.url().includes(people[2].id_number));

  await one.fill('#find', '110101 001001 GB00001 F00010103');
  await kind('unit');
  await one.keyboard.press('Enter');
  await one.waitForSelector('[data-section=blocks]');
  check('register: what a seizure blocks, with its basis', /民事诉讼法/.test(await one.locator('[data-rule=SEIZED]').innerText()));
  check('register: holders are masked', !(await one.locator('[data-section=register]').innerText()).includes(people[2].id_number));
  await look(one, 'extranet-unit');
  await wide(one, 'register-unit');
  await one.fill('#day', '2020-01-02');
  await one.click('[data-day] button');
  await one.waitForSelector('[data-as-of="2020-01-02"]');
  check('register: as it stood on a past day', true);
  await one.fill('#day', '2019-01-01');
  await one.click('[data-day] button');
  await one.waitForSelector('#error-summary');
  check('register: nothing stood before the book knew it', true);

  await go('access');
  await one.waitForSelector('[data-states]');
  check('access: book and messages agree', await one.locator('[data-same]').isVisible());
  await look(one, 'extranet-access');
  await wide(one, 'access');
  await one.click('[data-lang]');
  await one.waitForFunction(() => /Reporting/.test(document.querySelector('h1').innerText));
  check('access: in English', true);
  await go('register');
  await one.waitForSelector('#find');
  await look(one, 'extranet-register-en');
});
