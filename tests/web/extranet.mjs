// Two registrars: a transfer from acceptance to the book, by the list, the keyboard and one next step after the other.
import { check, look, person, run } from './browser.mjs';

const [id] = process.argv.slice(2);

await run('extranet', async () => {
  const one = await person('extranet', 'registrar1');
  await one.waitForSelector('tr[data-n="0"]');
  await look(one, 'extranet-cases');
  await one.keyboard.press('j');
  await one.keyboard.press('Enter');
  await one.waitForSelector(`[data-case="${id}"]`);
  check('extranet: the list is walked by keyboard', true);
  check('extranet: names and numbers are masked', /\*/.test(await one.locator('[data-party="0"] [data-id-number]').innerText()));
  await look(one, 'extranet-case');
  await one.click('[data-reveal]');
  await one.fill('#reveal-reason', '核对身份证原件');
  await one.click('[data-confirm]');
  await one.waitForSelector('[data-revealed=true]');
  check('extranet: in full for a reason', !/\*/.test(await one.locator('[data-party="0"] [data-id-number]').innerText()));
  await one.click('[data-hide]');
  await one.click('[data-action=correct]');
  await one.waitForSelector('dialog');
  await look(one, 'extranet-correct');
  await one.click('[data-confirm]');
  check('extranet: a notice without items is refused', await one.locator('#notice-text-error').isVisible());
  await one.keyboard.press('Escape');
  await one.click('form [data-action=accept]');
  await one.waitForSelector('[data-next=tax]');
  await one.click('form [data-action=tax]');
  check('extranet: an empty voucher is refused', await one.locator('#tax-voucher-error').isVisible());
  await look(one, 'extranet-tax');
  await one.fill('#tax-voucher', '完税202611240001');
  await one.fill('#tax-amount', '75,000');
  await one.fill('#tax-paid', '2026-11-20');
  await one.click('form [data-action=tax]');
  await one.waitForSelector('[data-next=review]');
  await one.fill('#review-opinion', '材料齐全，权属清楚，符合规定。');
  await one.click('form [data-action=review]');
  await one.waitForSelector('[data-next=enter]');
  check('extranet: the reviewer cannot enter', (await one.locator('[data-action=enter]').count()) === 0);

  const two = await person('extranet', 'registrar2');
  await two.goto(two.url().replace(/#.*/, `#/case/${id}`));
  await two.waitForSelector('form [data-action=enter]');
  await two.click('form [data-action=enter]');
  await two.waitForSelector('dialog');
  await look(two, 'extranet-enter');
  await two.click('[data-confirm]');
  await two.waitForSelector('dialog', { state: 'detached' });
  await two.waitForSelector('[data-next=archive]', { timeout: 60000 });
  check('extranet: another person entered it, the certificate was made and delivered', true);
  await look(two, 'extranet-entered');
  await two.goto(two.url().replace(/#.*/, '#/register'));
  await two.waitForSelector('tr[data-n="0"]');
  await look(two, 'extranet-log');
});
