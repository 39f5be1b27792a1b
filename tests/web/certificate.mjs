// The certificate on the portal, and its verification by anybody.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { check, dir, look, person, run, stands } from './browser.mjs';

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
  await stands(wang, 'valid');
  check('verify: the register says it stands', true);
  check('verify: the seal is valid and the content is shown', /不动产权第/.test(await wang.locator('[data-valid]').innerText()));
  await look(wang, 'internet-verify');
  await wang.fill('#text', sealed.replaceAll('东城区', '西城区'));
  await wang.click('[data-go]');
  await wang.waitForSelector('[data-valid=false]');
  check('verify: a changed certificate is told', true);
  await wang.context().setOffline(true);
  await wang.fill('#text', sealed);
  await wang.click('[data-go]');
  await wang.waitForSelector('[data-valid=true]');
  await wang.waitForSelector('[data-standing=offline]');
  check('verify: without a line the seal is checked on the device, and what could not be asked is said', true);
  await look(wang, 'internet-verify-offline');
  await wang.context().setOffline(false);
  const pdf = Buffer.from(await wang.evaluate(async (p) => Array.from(new Uint8Array(await (await fetch(`./api/applications/${p}/certificate`)).arrayBuffer())), id));
  await wang.setInputFiles('#file', { name: 'certificate.pdf', mimeType: 'application/pdf', buffer: pdf });
  await wang.waitForSelector('[data-valid]', { state: 'detached' }); // what was checked before is gone
  await stands(wang, 'valid');
  check('verify: the PDF alone is known by its digest', true);
  await wang.setInputFiles('#file', { name: 'certificate.pdf', mimeType: 'application/pdf', buffer: Buffer.concat([pdf, Buffer.from('\n')]) });
  await stands(wang, 'unknown');
  check('verify: one byte more, and it is unknown', true);
  await wang.fill('#text', '{}');
  await wang.click('[data-go]');
  check('verify: what is no certificate is told', await wang.locator('#error-summary').isVisible());
});
