// The operators' desk in the pages, by keyboard alone: what stands still, why, what to do; word to the person, who reads it. A link that stands is told.
// Arguments: an application that waits for signatures, the process number of the gap's switch.
import { check, comes, look, person, run, urls } from './browser.mjs';

const [id, gap] = process.argv.slice(2);

// Tab until the element has the focus: what a keyboard cannot reach fails.
async function reachByKeyboard(page, selector) {
  for (let n = 0; n < 120; n++) {
    if (await page.evaluate((s) => document.activeElement?.matches(s) ?? false, selector)) return true;
    await page.keyboard.press('Tab');
  }
  return false;
}

await run('running', async () => {
  const operator = await person('internet', 'operator');
  await operator.goto(`${urls.internet}#/desk/running`);
  await operator.waitForSelector('[data-part=gap][data-tone=good]');
  check('running: the parts say by symbol and word that they are well', /✓\s*正常/.test(await operator.locator('[data-part=gap]').innerText()) && (await comes(operator.locator('[data-part=disk]'))));
  await operator.waitForSelector(`[data-stuck=unsigned][data-of="${id}"]`);
  check('running: what stands still says why and what to do', /等待当事人签名.*提醒/s.test(await operator.locator(`[data-of="${id}"]`).innerText()));
  await look(operator, 'internet-desk-running');
  check('running: its button is reached by keyboard', await reachByKeyboard(operator, `[data-of="${id}"] [data-tell]`));
  await operator.keyboard.press('Enter');
  await operator.waitForSelector('dialog #tell-template');
  check('running: the dialog has the fitting words and the focus', (await operator.locator('[data-preview]').innerText()).includes('还有当事人没有签名') && (await operator.evaluate(() => document.activeElement?.id)) === 'tell-template');
  await look(operator, 'internet-desk-tell');
  await operator.keyboard.press('Escape');
  await operator.waitForSelector('dialog', { state: 'detached' });
  check('running: closed, the focus is where it was', await operator.evaluate((x) => document.activeElement?.matches(`[data-of="${x}"] [data-tell]`) ?? false, id));
  await operator.keyboard.press('Enter');
  await reachByKeyboard(operator, '#tell-text');
  await operator.keyboard.type('请于本周内签名');
  await reachByKeyboard(operator, 'dialog [data-confirm]');
  await operator.keyboard.press('Enter');
  await operator.waitForFunction(() => /消息已发出/.test(document.querySelector('[data-told]')?.textContent ?? ''));
  check('running: that it went out is told', true);
  await operator.click('[data-lang]');
  await operator.waitForFunction(() => /How it runs/.test(document.querySelector('h1')?.textContent ?? ''));
  await look(operator, 'internet-desk-running-en');
  await operator.click('[data-lang]');

  const li = await person('internet', 'li');
  await li.waitForSelector('[data-messages] [data-message=sign]');
  check('messages: the person sees it first, with the sentence', /请于本周内签名/.test(await li.locator('[data-message=sign]').innerText()));
  await look(li, 'internet-home-message');
  await li.click('[data-message=sign] [data-seen]');
  await li.waitForSelector('[data-messages]', { state: 'detached' });
  await li.goto(`${urls.internet}#/a/${id}`);
  await li.waitForSelector('[data-messages] summary');
  await li.click('[data-messages] summary');
  check('messages: read ones stay with the application', await li.locator('[data-message-read=sign]').isVisible());
  await look(li, 'internet-application-messages');

  process.kill(Number(gap), 'SIGSTOP');
  try {
    // A question that gets no answer now: what is sent and not taken is the lag.
    await li.request.post(`${urls.internet}api/queries/holding`, { headers: { 'X-Requested-With': 'sanwang' }, data: { certificate_no: '京(2020)东城区不动产权第0000001号', unit_code: '110101001001GB00001F00010001', id_kind: '1', id_number: '11010119900307109X', name: '某人' } });
    await operator.waitForFunction(() => document.querySelector('[data-part=gap]')?.dataset.tone !== 'good' || /已过 [1-9]/.test(document.querySelector('[data-part=gap]')?.textContent ?? ''), null, { timeout: 30000 });
    check('running: a gap that stands is seen by its lag', true);
  } finally {
    process.kill(Number(gap), 'SIGCONT');
  }
});
