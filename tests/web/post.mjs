// 邮寄 in the pages, of a case whose certificate is printed anew: the buyer chooses post with a signature, the window orders, prints the label and hands the
// parcel over, and its stations stand in the buyer's timeline. post.mjs CASE.
import { check, comes, identifies, look, people, person, run, urls } from './browser.mjs';

const id = process.argv[2];
const buyer = people[people.length - 1];
const happens = (waybill, code, station) => fetch(`${process.env.SW_COURIER}/api/event`, { method: 'POST', headers: { 'X-Requested-With': 'sanwang', 'Content-Type': 'application/json' }, body: JSON.stringify({ waybill, code, station }) });

await run('post', async () => {
  const wang = await person('internet', 'wang');
  // In the draft, of who will hold the certificate: the last question.
  const draft = await wang.evaluate(async () => (await (await fetch('./api/applications', { method: 'POST', headers: { 'X-Requested-With': 'sanwang', 'Content-Type': 'application/json' }, body: '{"business":"first-registration"}' })).json()).id);
  await wang.goto(`${urls.internet}#/a/${draft}/q/delivery?from=check`);
  await wang.waitForSelector('[data-question=delivery] #way-post');
  await wang.click('[data-go]');
  check('post: in the draft it has to be answered, if by choosing later', await wang.locator('#error-summary').isVisible());
  await wang.check('#way-post');
  await wang.fill('#post-name', buyer.name);
  await wang.fill('#post-phone', '1380000');
  await wang.fill('#post-address', '示例省示例市东城区示例路7号');
  await wang.click('[data-go]');
  check('post: a wrong number is told', (await comes(wang.locator('#post-phone-error'))));
  await wang.fill('#post-phone', '13800000007');
  await look(wang, 'internet-delivery-question');
  await wang.click('[data-go]');
  await wang.waitForSelector('[data-fact=delivery]');
  check('post: it stands among the answers', /邮寄.*路7号/s.test(await wang.locator('[data-fact=delivery]').innerText()));
  await look(wang, 'internet-delivery-check');
  await wang.click('[data-change=delivery]');
  await wang.waitForSelector('#post-address');
  check('post: what was filled in is there again', (await wang.inputValue('#post-address')).endsWith('路7号'));
  await wang.check('#way-later');
  await wang.click('[data-go]');
  await wang.waitForSelector('[data-fact=delivery]');
  check('post: later is an answer, too', /提交以后再选/.test(await wang.locator('[data-fact=delivery]').innerText()));
  await wang.goto(`${urls.internet}#/a/${id}`);
  await wang.waitForSelector('[data-delivery]');
  check('post: the timeline has the stations of before', /遗失/.test(await wang.locator('[data-progress]').innerText()));
  await wang.click('[data-delivery-open]');
  await wang.click('[data-delivery-go]');
  check('post: choosing nothing is told', await wang.locator('#error-summary').isVisible());
  await wang.check('#way-post');
  await wang.click('[data-delivery-go]');
  check('post: who receives it is asked', (await comes(wang.locator('#post-name-error, #post-phone-error, #post-address-error'), 3)));
  await wang.fill('#post-name', buyer.name);
  await wang.fill('#post-phone', '13800000002');
  await wang.fill('#post-address', '示例省示例市东城区示例路3号');
  await look(wang, 'internet-delivery');
  await wang.click('[data-delivery-go]');
  await identifies(wang, buyer);
  await wang.waitForSelector('[data-delivery=post][data-delivery-state=taken]');
  check('post: it counts, masked', !(await wang.locator('[data-delivery]').innerText()).includes('路3号'));
  await look(wang, 'internet-delivery-chosen');
  await wang.click('[data-lang]');
  await look(wang, 'internet-delivery-chosen-en');
  await wang.click('[data-lang]');

  const registrar = await person('extranet', 'registrar1');
  await registrar.goto(registrar.url().replace(/#.*/, '#/papers'));
  await registrar.waitForSelector('[data-task=wanted]');
  await registrar.click('[data-task=wanted] button');
  await registrar.waitForSelector('[data-mailing-order]');
  check('post: the window sees who chose it and whom it goes to, masked', /138\*+0002/.test(await registrar.locator('[data-mailings]').innerText()));
  await look(registrar, 'desk-post');
  await registrar.click('[data-mailing-order]');
  for (let n = 0; n < 100 && !(await registrar.locator('[data-mailing=ready]').count()); n++) {
    await registrar.waitForTimeout(300);
    await registrar.click('[data-mailing-find]');
  }
  await registrar.click('[data-mailing-label]');
  await registrar.waitForSelector('[data-post-label] .receipt');
  const label = await registrar.locator('[data-post-label]').innerText();
  check('post: the label has the whole address', label.includes('示例路3号'), label);
  await look(registrar, 'desk-post-label');
  const waybill = /SW\d{9}/.exec(label)[0];
  await registrar.click('[data-label-done]');
  await registrar.fill('#mailing-text', 'SW999999998');
  await registrar.click('[data-mailing-post]');
  await registrar.waitForSelector('#error-summary');
  check('post: another waybill is not taken', true);
  await registrar.fill('#mailing-text', waybill);
  await registrar.keyboard.press('Enter');
  await registrar.waitForSelector('[data-mailing=posted]');
  await happens(waybill, 'collected', '东城营业部');
  await happens(waybill, 'moving', '示例分拨中心');
  await wang.waitForFunction(() => document.querySelector('[data-progress]').innerText.includes('示例分拨中心'));
  check('post: the waybill is shown to the buyer, and nothing else can be chosen meanwhile', (await wang.locator('[data-delivery]').innerText()).includes(waybill) && (await wang.locator('[data-delivery-open]').count()) === 0);
  await look(wang, 'internet-delivery-moving');
  await happens(waybill, 'returned', '地址不详，退回');
  await registrar.goto(registrar.url().replace(/#.*/, '#/papers'));
  await registrar.reload();
  for (let n = 0; n < 60 && !(await registrar.locator('[data-task=returned]').count()); n++) {
    await registrar.waitForTimeout(500);
    await registrar.reload();
    await registrar.waitForSelector('[data-mailings]');
    await registrar.waitForTimeout(300);
  }
  await registrar.click('[data-task=returned] button');
  await registrar.waitForSelector('[data-mailing-keep]');
  await look(registrar, 'desk-post-returned');
  // The parcel before this one lies at the window, too.
  const kept = (text) => text.split('在窗口保管').length;
  const before = kept(await wang.locator('[data-progress]').innerText());
  await registrar.fill('#mailing-text', '地址不详，证书完好');
  await registrar.click('[data-mailing-keep]');
  await registrar.waitForSelector('[data-mailing=kept]');
  await wang.waitForFunction((n) => document.querySelector('[data-progress]').innerText.split('在窗口保管').length > n, before);
  check('post: the buyer is told that it lies at the window, and may choose again', (await comes(wang.locator('[data-delivery-open]'))));
});
