// Appointments: the office offers hours, an applicant books one, gives it back, and the window sees it.
import { check, comes, look, person, run } from './browser.mjs';

const day = (n) => new Date(Date.now() + 8 * 3600_000 + n * 86400_000).toISOString().slice(0, 10);

await run('appointments', async () => {
  const chief = await person('extranet', 'registrar2');
  await chief.goto(chief.url().replace(/#.*/, '#/appointments'));
  await chief.waitForSelector('[data-offer]');
  await chief.fill('#from', day(1));
  await chief.fill('#to', day(14));
  await chief.fill('#lines', '9-10');
  await chief.click('[data-offer]');
  check('appointments: a line that is no hour is named', await chief.locator('#lines-error').isVisible());
  await chief.fill('#lines', '09:00-10:00 2\n14:00-15:00 1');
  await chief.click('[data-offer]');
  await chief.waitForSelector('[data-offered]');

  const zhang = await person('internet', 'zhang');
  const page = zhang.url().replace(/#.*/, '#/appointments');
  await zhang.goto(page);
  for (let n = 0; n < 50 && !(await zhang.locator('[data-hour]').count()); n++) {
    await zhang.waitForTimeout(200);
    await zhang.reload();
    await zhang.waitForSelector('[data-book], [data-none]');
  }
  await zhang.click('[data-book]');
  check('appointments: no hour chosen is told', await zhang.locator('.summary').isVisible());
  await zhang.locator('[data-hour="14:00"]').focus();
  await zhang.keyboard.press('Space');
  await zhang.click('[data-book]');
  await zhang.waitForSelector('article[data-state=booked]');
  check('appointments: booked, by keyboard', true);
  await look(zhang, 'internet-appointments');
  const number = await zhang.locator('article[data-state=booked] .code').innerText();
  const booked = `${number.slice(1, 5)}-${number.slice(5, 7)}-${number.slice(7, 9)}`;
  await chief.fill('#day', booked);
  await chief.locator('#day').dispatchEvent('change');
  await chief.waitForSelector(`[data-appointment="${number}"]`);
  check('appointments: the window sees it, masked', /\*/.test(await chief.locator('tr[data-n="0"]').innerText()));
  await chief.fill('#name', '示例人');
  await chief.fill('#id_number', '110101199001010000');
  await chief.click('form [data-book]');
  await chief.waitForSelector('.summary');
  check('appointments: a number with a wrong check digit is refused at the window', (await chief.locator('[data-got]').count()) === 0);
  await chief.fill('#id_number', '11010119900307002X');
  await chief.click('form [data-book]');
  await chief.waitForSelector('[data-got]');
  check('appointments: the window books from the same hours', (await comes(chief.locator('tr[data-n]'), 2)));
  await look(chief, 'extranet-appointments');
  await zhang.click('[data-cancel]');
  await zhang.waitForSelector('article[data-state=cancelled]');
  check('appointments: given back', true);
});
