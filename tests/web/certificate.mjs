// The certificate on the portal, and its verification by anybody.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { check, dir, look, person, run } from './browser.mjs';

await run('certificate', async () => {
  const id = readFileSync(join(dir, 'application'), 'utf8');
  const wang = await person('internet', 'wang');
  await wang.goto(wang.url().replace(/#.*/, `#/a/${id}`));
  await wang.waitForSelector('[data-certificate]', { timeout: 60000 });
  await look(wang, 'internet-delivered');
  check('internet: every step has come', (await wang.locator('[data-phase=next]').count()) === 0, await wang.locator('.line').innerText());
  const sealed = await wang.evaluate(async (p) => (await fetch(`./api/applications/${p}/certificate.json`)).text(), id);
  await wang.goto(wang.url().replace(/#.*/, '#/verify'));
  await wang.fill('#text', sealed);
  await wang.click('[data-go]');
  await wang.waitForSelector('[data-valid=true]');
  check('verify: the seal is valid and the content is shown', /不动产权第/.test(await wang.locator('[data-valid]').innerText()));
  await look(wang, 'internet-verify');
  await wang.fill('#text', sealed.replaceAll('东城区', '西城区'));
  await wang.click('[data-go]');
  await wang.waitForSelector('[data-valid=false]');
  check('verify: a changed certificate is told', true);
  await wang.fill('#text', '{}');
  await wang.click('[data-go]');
  check('verify: what is no certificate is told', await wang.locator('#error-summary').isVisible());
});
