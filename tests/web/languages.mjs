// A further language by file, right to left, and large type: what was typed stays when the language changes, what is not translated stays Chinese and says so,
// nothing is smaller than 18 pixels, lines are apart, the page can be read aloud.
import { check, look, person, run, urls, turn } from './browser.mjs';

// Text that is too small or too close in what is shown.
const small = () => {
  const out = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const at = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || !at || at.closest('.visually-hidden, .skip, script, style, noscript, select') || at.getClientRects().length === 0) continue;
    const style = getComputedStyle(at);
    const size = parseFloat(style.fontSize);
    const apart = style.lineHeight === 'normal' ? 1.3 : parseFloat(style.lineHeight) / size;
    if (size < 18 || apart < 1.295) out.push(`${at.tagName.toLowerCase()}.${at.className} ${size}px ${apart.toFixed(2)}: ${walker.currentNode.textContent.trim().slice(0, 20)}`);
  }
  return [...new Set(out)];
};
const places = ['#/', '#/start', '#/need', '#/guide', '#/guide/b/transfer-existing-flat', '#/appointments', '#/queries', '#/track', '#/feedback', '#/account', '#/verify'];

await run('languages', async () => {
  const li = await person('internet', 'li');
  const kept = await li.evaluate(async () => {
    const r = await fetch('./api/applications', { method: 'POST', headers: { 'X-Requested-With': 'sanwang', 'Content-Type': 'application/json' }, body: '{"business":"change-address"}' });
    return (await r.json()).id;
  });
  await li.goto(`${urls.internet}#/feedback`);
  await li.waitForSelector('main textarea');
  await li.fill('main textarea', '正在填写的内容');
  await li.waitForSelector('[data-languages]');
  await li.selectOption('[data-languages]', 'ug');
  await li.waitForFunction(() => document.documentElement.dir === 'rtl');
  check('languages: switching in the middle of a form loses nothing', (await li.inputValue('main textarea')) === '正在填写的内容');
  check('languages: the page says which one it is', (await li.evaluate(() => document.documentElement.lang)) === 'ug');
  check('languages: the frame is translated', (await li.locator('header .tools button').allInnerTexts()).includes('چىقىش'), await li.locator('header .tools').innerText());
  const unmarked = await li.evaluate(() => {
    const out = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const at = walker.currentNode.parentElement;
      if (/\p{Script=Han}/u.test(walker.currentNode.textContent) && !at.closest('script, style, noscript') && at.closest('[lang]').lang !== 'zh-CN') out.push(walker.currentNode.textContent.trim().slice(0, 20));
    }
    return out;
  });
  check('languages: what is still Chinese is marked as Chinese', unmarked.length === 0 && (await li.locator('[data-fallback]').count()) > 0, unmarked.join(' | '));
  await look(li, 'internet-feedback-ug');
  for (const place of ['#/', `#/a/${kept}`, '#/start', '#/guide']) {
    await turn(li, `${urls.internet}${place}`);
    check(`languages: ${place.replace(kept, 'ID')} is laid out from the right`, await li.evaluate(() => getComputedStyle(document.querySelector('main')).direction === 'rtl' && document.querySelector('.brand').getBoundingClientRect().left > document.querySelector('.tools').getBoundingClientRect().left));
    await look(li, `internet-ug-${place.replace(/\W+/g, '-').replace(kept, '')}`);
  }
  await li.reload();
  await li.waitForFunction(() => document.documentElement.lang === 'ug');
  check('languages: the choice is kept', true);
  await li.click('[data-lang]');
  await li.waitForFunction(() => document.documentElement.lang === 'zh-CN' && document.documentElement.dir === 'ltr');
  check('languages: back in Chinese nothing is marked', (await li.locator('[data-fallback]').count()) === 0);

  await li.setViewportSize({ width: 390, height: 844 });
  await li.click('[data-elder]');
  await li.waitForFunction(() => document.documentElement.classList.contains('elder'));
  for (const place of [...places, `#/a/${kept}`, `#/a/${kept}/check`]) {
    await turn(li, `${urls.internet}${place}`);
    const found = await li.evaluate(small);
    check(`large type: ${place.replace(kept, 'ID')}: 18 pixels and more, lines apart`, found.length === 0, found.slice(0, 8).join('\n'));
    const wide = await li.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    check(`large type: ${place.replace(kept, 'ID')}: fits a phone`, wide <= 0, `${wide} pixels too wide`);
  }
  // No voice in this browser: what would be spoken is heard in its place.
  const spoken = await li.evaluate(() => {
    const heard = [];
    window.speechSynthesis.speak = (u) => heard.push([u.lang, u.text]);
    document.querySelector('[data-read]').click();
    return heard;
  });
  check('large type: the page is read aloud in its language, sentence by sentence', spoken.length > 1 && spoken.every(([l]) => l === 'zh-CN'), JSON.stringify(spoken).slice(0, 200));
  await li.click('[data-elder]');
});
