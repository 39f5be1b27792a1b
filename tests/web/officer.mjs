// The officer of the registry: links and discs, never a name.
import { check, look, person, run } from './browser.mjs';

await run('officer', async () => {
  const officer = await person('extranet', 'officer');
  await officer.goto(officer.url().replace(/#.*/, '#/links'));
  await officer.waitForSelector('[data-link=disc]');
  await look(officer, 'extranet-links');
  await officer.goto(officer.url().replace(/#.*/, '#/discs'));
  await officer.waitForSelector('[data-disc]');
  check('officer: nothing is missing', await officer.locator('[data-whole]').isVisible());
  await look(officer, 'extranet-discs');
  await officer.goto(officer.url().replace(/#.*/, '#/register'));
  await officer.waitForTimeout(500);
  check('officer: the register is not for officers', !/#\/register/.test(officer.url()));
});
