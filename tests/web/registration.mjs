// Registering with a mobile number in the pages, on a phone: code, notice, account, sessions; proved at the window; a new notice in the middle of an act.
import { browser, check, comes, look, people, person, run, urls } from './browser.mjs';

const gateway = process.env.SW_SMS;
const phone = '13812340077';
const me = people[9];

// The newest message to the number, once there are n.
async function told(n) {
  const until = Date.now() + 20000;
  for (;;) {
    const { rows } = await (await fetch(`${gateway}/api/sent?phone=${phone}`)).json();
    if (rows.length >= n) return rows.at(-1);
    if (Date.now() > until) throw new Error('no message came');
    await new Promise((done) => setTimeout(done, 50));
  }
}

await run('registration', async () => {
  const context = await browser.newContext({ viewport: { width: 360, height: 740 }, locale: 'zh-CN', timezoneId: 'Asia/Shanghai' });
  const page = await context.newPage();
  page.setDefaultTimeout(30000);
  page.on('pageerror', (e) => check('registration: no error in the page', false, e.stack));
  await page.goto(`${urls.internet}#/sign-in`);
  await page.click('[data-register]');
  await page.fill('#phone', '123');
  await page.click('[data-code]');
  check('registration: a short number is told at the field', await page.locator('#phone-error').isVisible());
  await page.fill('#phone', phone);
  await page.click('[data-code]');
  await page.waitForSelector('#code');
  await page.click('[data-finish]');
  check('registration: what is missing is listed', (await comes(page.locator('#error-summary a'), 4)));
  await look(page, 'internet-register');
  await page.click('[data-lang]');
  await look(page, 'internet-register-en');
  check('registration: another language loses nothing', (await page.inputValue('#phone')) === phone);
  await page.click('[data-lang]');
  const { words } = await told(1);
  await page.fill('#code', words.code);
  await page.fill('#name', me.name);
  await page.fill('#new-password', '一句只有我知道的话');
  await page.check('#accept');
  await page.click('[data-finish]');
  await page.waitForSelector('[data-unproved]');
  check('registration: the account says what is to be done next', /窗口/.test(await page.locator('[data-unproved]').innerText()));
  await look(page, 'internet-account');

  const operator = await person('internet', 'operator');
  await operator.goto(`${urls.internet}#/desk/people`);
  await operator.click('[data-go]');
  check('confirm: nothing is confirmed with empty fields', (await comes(operator.locator('#error-summary a'), 3)));
  await operator.fill('#phone', phone);
  await operator.fill('#name', me.name);
  await operator.fill('#number', me.id_number);
  await operator.click('[data-go]');
  await operator.waitForSelector('[data-done]');
  await look(operator, 'internet-confirm');

  await page.reload();
  await page.waitForSelector('[data-who]');
  await page.goto(`${urls.internet}#/feedback`);
  await page.fill('#text', '写到一半的意见');
  const draft = { kind: 'policy', zh_title: '用户须知', en_title: 'User notice', zh_body: '第三版。\n\n- 如实填写', en_body: 'Version three.' };
  const call = (p, method, path, body) => p.evaluate(async ([m, u, b]) => (await fetch(u, { method: m, headers: { 'X-Requested-With': 'sanwang', 'Content-Type': 'application/json' }, body: JSON.stringify(b) })).status, [method, path, body]);
  check('notice: a new version is written', (await call(operator, 'PUT', './api/desk/articles/user-notice', draft)) === 200);
  const second = await person('internet', 'second');
  check('notice: and published by another', (await call(second, 'POST', './api/desk/articles/user-notice/publish', {})) === 200);
  await page.click('[data-send]');
  await page.waitForSelector('dialog[data-notice]');
  await look(page, 'internet-notice');
  await page.click('dialog button.quiet');
  await page.waitForSelector('#error-summary');
  check('notice: declined, the text is still there', (await page.inputValue('#text')) === '写到一半的意见');
  await page.click('[data-send]');
  await page.waitForSelector('dialog[data-notice]');
  await page.click('[data-confirm]');
  await page.waitForSelector('[data-sent]');
  check('notice: accepted, the act is done without another click', true);

  const other = await (await browser.newContext({ locale: 'zh-CN' })).newPage();
  await other.goto(`${urls.internet}#/sign-in`);
  await other.fill('#user', phone);
  await other.fill('#password', '一句只有我知道的话');
  await other.click('button[type=submit]');
  await other.waitForSelector('[data-who]');
  await other.goto(`${urls.internet}#/account`);
  await other.waitForSelector('[data-session]:nth-child(2)');
  check('sessions: both devices are listed', (await comes(other.locator('[data-session]'), 2)));
  await other.click('[data-everywhere]');
  await other.waitForSelector('#user');
  await page.goto(`${urls.internet}#/account`);
  await page.reload();
  await page.waitForSelector('#user');
  check('sessions: signed out everywhere', true);
});
