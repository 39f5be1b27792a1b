// Reviewer and approver: a parcel from the map to the result that waits for a disc.
import { check, look, person, run } from './browser.mjs';

const [task, overlapping] = process.argv.slice(2);

await run('intranet', async () => {
  const reviewer = await person('intranet', 'reviewer');
  await reviewer.waitForSelector('tr[data-n="0"]');
  await look(reviewer, 'intranet-tasks');
  await reviewer.keyboard.press('j');
  await reviewer.keyboard.press('Enter');
  await reviewer.waitForSelector('[data-checks], .checks');
  check('intranet: the list is walked by keyboard', /\/tasks\/[0-9a-f-]{36}/.test(reviewer.url()));
  await reviewer.goto(reviewer.url().replace(/#.*/, `#/tasks/${overlapping}`));
  await reviewer.waitForSelector('[data-overlaps]');
  check('intranet: an overlap is named with its neighbour and area', /[0-9]{12}.*m²/.test(await reviewer.locator('[data-overlaps]').innerText()));
  check('intranet: an overlapping parcel cannot pass', await reviewer.locator('#v-0').isDisabled());
  check('intranet: neighbours are drawn', (await reviewer.locator('[data-neighbour]').count()) > 0);
  await look(reviewer, 'intranet-overlap');
  await reviewer.goto(reviewer.url().replace(/#.*/, `#/tasks/${task}`));
  await reviewer.waitForSelector('[data-form=review]');
  const at = await reviewer.locator('[data-map]').getAttribute('viewBox');
  await reviewer.locator('[data-map]').focus();
  await reviewer.keyboard.press('+');
  check('intranet: the map is zoomed by keyboard', (await reviewer.locator('[data-map]').getAttribute('viewBox')) !== at);
  await reviewer.keyboard.press('0');
  await look(reviewer, 'intranet-task');
  await reviewer.click('[data-go]');
  check('intranet: a missing verdict is told', await reviewer.locator('#error-summary').isVisible());
  await reviewer.check('#v-0');
  await reviewer.fill('#opinion', '界址清楚，无重叠');
  await reviewer.click('[data-go]');
  await reviewer.waitForSelector('[data-form=review]', { state: 'detached' });
  check('intranet: the reviewer cannot approve', (await reviewer.locator('[data-form]').count()) === 0);

  const approver = await person('intranet', 'approver');
  await approver.goto(approver.url().replace(/#.*/, `#/tasks/${task}`));
  await approver.waitForSelector('[data-form=approve]');
  await look(approver, 'intranet-approve');
  await approver.check('#v-0');
  await approver.fill('#opinion', '同意');
  await approver.click('[data-go]');
  await approver.waitForSelector('[data-done]');
  check('intranet: another person has approved', true);
});
