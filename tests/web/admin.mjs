// Administration: people, roles, organisations; effective rights; who looked. By the administrator and the security officer of the registry.
import { check, look, person, run, turn } from './browser.mjs';

await run('admin', async () => {
  const admin = await person('extranet', 'admin');
  check('admin: starts at the people', /#\/people/.test(admin.url()));
  await admin.waitForSelector('[data-row]');
  check('admin: no way to cases or the register', (await admin.locator('nav a[href="#/register"], nav a[href="#/"]').count()) === 0);
  await look(admin, 'extranet-people');
  const go = (to) => turn(admin, admin.url().replace(/#.*/, `#/${to}`));

  await go('organisations');
  await admin.click('[data-add]');
  await admin.fill('#code', 'hall-1');
  await admin.fill('#name', '示例办事大厅');
  await admin.click('[data-save]');
  await admin.waitForSelector('[data-edit=hall-1]');
  await look(admin, 'extranet-organisations');

  await go('roles');
  await admin.click('[data-add]');
  await admin.fill('#code', 'reader');
  await admin.fill('#zh', '查档员');
  await admin.fill('#en', 'reader');
  await admin.check('[id="p-register.read"]');
  await admin.check('[id="p-account.read"]');
  await admin.click('[data-save]');
  await admin.waitForSelector('#error-summary');
  check('admin: a role that mixes duties is refused at its field', await admin.locator('#permissions .wrong-text').isVisible());
  await look(admin, 'extranet-role-mixed');
  await admin.uncheck('[id="p-account.read"]');
  await admin.click('[data-save]');
  await admin.waitForSelector('[data-edit=reader]');
  await look(admin, 'extranet-roles');

  await go('people');
  await admin.click('[data-add]');
  await admin.fill('#user', 'lin');
  await admin.fill('#name', '林某');
  await admin.check('#role-reader');
  await admin.selectOption('#organisation', 'hall-1');
  await admin.fill('#password', 'short');
  await admin.click('[data-save]');
  await admin.waitForSelector('#error-summary');
  check('admin: a short password is refused at its field', await admin.locator('#password-error').isVisible());
  await admin.fill('#password', 'a long enough one');
  await look(admin, 'extranet-person');
  await admin.click('[data-save]');
  await admin.waitForSelector('[data-edit=lin]');
  check('admin: the new person is listed with role and office', /查档员[\s\S]*示例办事大厅/.test(await admin.locator('tr', { has: admin.locator('[data-edit=lin]') }).innerText()));

  await go('rights');
  await admin.waitForSelector('[data-may]');
  const may = async (role, call) => (await admin.locator(`[data-may="${role} ${call}"]`).innerText()).includes('✓');
  check('admin: the page of effective rights tells what the new role may', (await may('reader', 'GET /api/register/log')) && !(await may('reader', 'GET /api/cases')));
  await look(admin, 'extranet-rights');

  const officer = await person('extranet', 'officer');
  await turn(officer, officer.url().replace(/#.*/, '#/looks'));
  await officer.waitForSelector('[data-row], [data-empty]');
  check('officer: the look of the registrar is told with its reason', /registrar1/.test(await officer.locator('main').innerText()));
  await look(officer, 'extranet-looks');
  await officer.goto(officer.url().replace(/#.*/, '#/files'));
  await officer.waitForSelector('[data-row], [data-empty]');
  await look(officer, 'extranet-files');
  await officer.goto(officer.url().replace(/#.*/, '#/keys'));
  await officer.waitForSelector('[data-left]');
  await look(officer, 'extranet-keys');
  await officer.click('[data-rotate]');
  await officer.click('[data-confirm]');
  await officer.waitForFunction(() => / 2 |，共保留 2 个/.test(document.querySelector('main').innerText));
  await officer.waitForSelector('[data-left].good');
  check('officer: after the rotation every value is under the new keys', true);
});
