// The reviewer's page of a case that ended in the registry while its result was on the way: it says so, says what became of the result, and asks for
// nothing more. ended.mjs CASE.
import { check, look, person, run } from './browser.mjs';

const id = process.argv[2];
await run('ended', async () => {
  const reviewer = await person('intranet', 'reviewer');
  await reviewer.goto(reviewer.url().replace(/#.*/, `#/tasks/${id}`));
  await reviewer.waitForSelector('[data-ended]');
  const said = await reviewer.locator('[data-ended]').innerText();
  check('ended: it says that the case ended, and how', /终结（(已)?撤回/.test(said), said);
  check('ended: nothing is asked of the reviewer any more', (await reviewer.locator('[data-form]').count()) === 0);
  check('ended: what was drawn for it is no neighbour of itself', (await reviewer.locator('[data-check][data-passed=false], [data-overlaps]').count()) === 0);
  await look(reviewer, 'intranet-ended');
  await reviewer.click('[data-lang]');
  await look(reviewer, 'intranet-ended-en');
});
