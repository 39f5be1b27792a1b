// Guides for everybody, the operators' desk, feedback, and elder mode: type and line spacing measured on every text.
import { browser, check, comes, look, person, run, urls } from './browser.mjs';

await run('publicity', async () => {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'zh-CN' });
  const anybody = await context.newPage();
  anybody.setDefaultTimeout(20000);
  const go = (page, to) => page.goto(`${urls.internet}#/${to}`);
  await go(anybody, 'guide');
  await anybody.waitForSelector('[data-guide]');
  await look(anybody, 'internet-guides');
  const all = await anybody.locator('[data-guide]').count();
  await anybody.fill('#word', '首次');
  await anybody.waitForFunction((n) => document.querySelectorAll('[data-guide]').length < n, all);
  check('guides: searching narrows the list', (await anybody.locator('[data-guide]').count()) >= 1);
  await anybody.click('[data-guide=first-registration]');
  await anybody.waitForSelector('[data-sum]');
  check('guides: materials are listed', (await anybody.locator('[data-material]').count()) > 0);
  const before = await anybody.locator('[data-sum]').innerText();
  const told = await anybody.locator('[data-cost]').innerText();
  check('guides: time limits, promised and by law, and the basis of the fee are told', /承诺 \d+ 个工作日；法定 \d+ 个工作日/.test(told) && /收费依据：.*〔\d{4}〕\d+号/.test(told), told);
  await anybody.selectOption('#kind', 'other');
  check('guides: the cost follows the kind of property', (await anybody.locator('[data-sum]').innerText()) !== before);
  await look(anybody, 'internet-guide');

  await anybody.click('[data-elder]');
  for (const to of ['guide/b/first-registration', 'guide', 'verify', 'sign-in']) {
    await go(anybody, to);
    await anybody.waitForSelector('main h1, main form');
    const small = await anybody.evaluate(() => {
      const bad = [];
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      for (let n = walker.nextNode(); n; n = walker.nextNode()) {
        const e = n.parentElement;
        if (!n.textContent.trim() || !e || /^(SCRIPT|STYLE|NOSCRIPT|OPTION)$/.test(e.tagName) || e.closest('.visually-hidden, .skip') || !e.getClientRects().length) continue;
        const style = getComputedStyle(e);
        const size = parseFloat(style.fontSize);
        const line = style.lineHeight === 'normal' ? 1.2 * size : parseFloat(style.lineHeight);
        if (size < 18 || line / size < 1.29) bad.push(`${e.tagName}.${e.className}: ${size}px, lines ${(line / size).toFixed(2)}: ${n.textContent.trim().slice(0, 20)}`);
      }
      return bad;
    });
    check(`elder mode: ${to}: every text has 18 px and 1.3 lines`, small.length === 0, small.join('\n'));
  }
  await look(anybody, 'internet-elder');
  await anybody.reload();
  check('elder mode: the choice is kept', await anybody.evaluate(() => document.documentElement.classList.contains('elder')));

  const operator = await person('internet', 'operator');
  await operator.waitForURL((u) => /#\/desk\/running/.test(u.href), { timeout: 10000 }).catch(() => undefined);
  check('operator: starts at the desk', /#\/desk\/running/.test(operator.url()));
  await go(operator, 'desk/articles');
  await operator.click('[data-add]');
  await operator.fill('#slug', 'what-to-bring');
  await operator.fill('#zh_title', '需要带什么');
  await operator.fill('#zh_body', '请带：\n\n- 身份证\n- 不动产权证书');
  check('operator: the preview shows the list', (await comes(operator.locator('[data-preview] li'), 2)));
  await look(operator, 'internet-desk-article');
  await operator.click('[data-save]');
  await operator.waitForSelector('[data-edit=what-to-bring]');
  check('operator: the own draft has no button to publish', (await operator.locator('[data-publish]').count()) === 0);
  await look(operator, 'internet-desk-articles');

  const zhang = await person('internet', 'zhang');
  await go(zhang, 'feedback');
  await zhang.waitForSelector('#text');
  await zhang.click('[data-send]');
  check('feedback: nothing written is told at the field', await zhang.locator('#text-error').isVisible());
  await zhang.fill('#text', '办得很快，谢谢');
  await zhang.click('[data-send]');
  await zhang.waitForSelector('[data-ticket]');
  await look(zhang, 'internet-feedback');
  await go(operator, 'desk/feedback');
  await operator.waitForSelector('[data-ticket] textarea');
  await operator.fill('[data-ticket] textarea', '感谢您的意见');
  await operator.click('[data-answer]');
  await operator.waitForSelector('[data-ticket] .note');
  await look(operator, 'internet-desk-feedback');
});
