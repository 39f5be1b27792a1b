// The face comparison in the page of signing, on the seller's device: not matching, then matching.
import { readFileSync } from 'node:fs';
import { answer, check, comes, look, person, run, urls } from './browser.mjs';

const [application] = process.argv.slice(2);
const photo = { name: 'photo.png', mimeType: 'image/png', buffer: Buffer.from(readFileSync(process.env.SW_PHOTO, 'utf8'), 'base64') };
const fault = (name) => fetch(`${process.env.SW_FACE}/api/control`, { method: 'POST', headers: { 'X-Requested-With': 'sanwang', 'Content-Type': 'application/json' }, body: JSON.stringify({ fault: name }) });

await run('face', async () => {
  const zhang = await person('internet', 'zhang');
  await zhang.goto(`${urls.internet}#/a/${application}/sign`);
  await answer(zhang);
  await zhang.waitForSelector('[data-face]');
  await zhang.check('#promise');
  await zhang.click('[data-go]');
  check('face: without it the page leads to the photograph', (await comes(zhang.locator('#error-summary a'))));
  await zhang.setInputFiles('#photo', photo);
  await zhang.waitForSelector('[data-differs]');
  check('face: not matching, it says what to do', /窗口/.test(await zhang.locator('[data-differs]').innerText()));
  await look(zhang, 'internet-face');
  await fault('unavailable');
  await zhang.setInputFiles('#photo', photo);
  await zhang.waitForSelector('[data-face-error]');
  check('face: unavailable, it says so and what to do', /稍后再试/.test(await zhang.locator('[data-face-error]').innerText()));
  await fault('none');
  await zhang.setInputFiles('#photo', photo);
  await zhang.waitForSelector('[data-matches]');
  await look(zhang, 'internet-face-matches');
});
