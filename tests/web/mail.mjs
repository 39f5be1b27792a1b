// 消息通知 in the account: an address, its code, the ways messages are wanted by.
import { check, look, person, run, urls } from './browser.mjs';

const box = 'wang.web@example.cn';
async function letter() {
  for (let n = 0; n < 100; n++) {
    const rows = (await (await fetch(`${process.env.SW_MAIL}/api/sent?to=${encodeURIComponent(box)}`)).json()).rows;
    if (rows.length) return Buffer.from(rows.at(-1).letter.split('\r\n\r\n')[1], 'base64').toString();
    await new Promise((done) => setTimeout(done, 200));
  }
  return '';
}

await run('mail', async () => {
  const wang = await person('internet', 'wang');
  await wang.goto(`${urls.internet}#/account`);
  await wang.waitForSelector('[data-mail=confirmed]');
  await wang.click('[data-mail-change]');
  await wang.click('[data-mail-ask]');
  check('mail: nothing is no address', await wang.locator('#mail-address-error').isVisible());
  await wang.fill('#mail-address', box);
  await wang.keyboard.press('Enter');
  await wang.waitForSelector('[data-mail=pending]');
  await look(wang, 'internet-account-mail');
  const code = /\d{6}/.exec(await letter())?.[0] ?? '';
  check('mail: the letter has a code', code !== '');
  await wang.fill('#mail-code', code === '000000' ? '000001' : '000000');
  await wang.keyboard.press('Enter');
  await wang.waitForSelector('#mail-code-error');
  check('mail: a wrong code is told at its field', true);
  await wang.fill('#mail-code', code);
  await wang.keyboard.press('Enter');
  await wang.waitForSelector('[data-mail=confirmed]');
  check('mail: it counts, masked', (await wang.locator('[data-mail]').innerText()).includes('w***@example.cn'));
  await wang.uncheck('#channel-mail');
  await wang.waitForSelector('[data-saved]');
  await wang.reload();
  await wang.waitForSelector('[data-mail=confirmed]');
  check('mail: stopped, and it stays so', !(await wang.isChecked('#channel-mail')));
  await wang.click('[data-lang]');
  await look(wang, 'internet-account-mail-en');
});
