// A draft whose business was published anew: the person is told and goes on with the new version; then what it says when the portal takes it no longer.
import { check, look, person, run, urls } from './browser.mjs';

const [application, state] = process.argv.slice(2);

await run('renew', async () => {
  const zhang = await person('internet', 'zhang');
  await zhang.goto(`${urls.internet}#/a/${application}/check`);
  await zhang.waitForSelector(`[data-${state}]`);
  await look(zhang, `internet-${state}`);
  if (state === 'closed') return check('renew: it says where to go', /窗口/.test(await zhang.locator('[data-closed]').innerText()));
  await zhang.click('[data-renew]');
  await zhang.waitForSelector('[data-renewed]');
  check('renew: what is no longer asked for is named', /变更原因|更改|原因/.test(await zhang.locator('[data-renewed]').innerText()), await zhang.locator('[data-renewed]').innerText());
  check('renew: what was entered stays', /示例路1号/.test(await zhang.locator('[data-fact="field-location"]').innerText()));
  await look(zhang, 'internet-renewed');
});
