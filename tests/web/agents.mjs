// Acting for others in the pages: the signed-in person takes an organisation's side by a power that is found, a child's by guardianship; the power is told before
// the signature; the desk shows who signed and by what.
import { check, comes, look, person, run, urls } from './browser.mjs';

const signing = process.argv[2];

await run('agents', async () => {
  const wang = await person('internet', 'wang');
  await wang.goto(`${urls.internet}#/start?b=transfer-existing-flat`);
  await wang.waitForSelector('#b-transfer-existing-flat:checked');
  await wang.click('[data-go]');
  await wang.waitForSelector('[data-complete]');
  const id = /#\/a\/([^/]+)\//.exec(wang.url())[1];
  await wang.goto(`${urls.internet}#/a/${id}/q/role-transferor`);
  await wang.waitForSelector('#agent-0');
  await wang.selectOption('#agent-0', 'power');
  await wang.selectOption('#principal-0', { index: 1 });
  check('agents: the organisation is filled in and locked', /示例置业有限公司/.test(await wang.locator('[data-principal]').innerText()) && (await wang.locator('#name-0').count()) === 0);
  await look(wang, 'internet-agent-power');
  await wang.selectOption('#agent-0', 'guardian');
  await wang.fill('#name-0', '王小小');
  await wang.fill('#number-0', '110101201805120033');
  await look(wang, 'internet-agent-guardian');
  await wang.click('[data-go]');
  await wang.waitForSelector('[data-question="role-transferee"]');
  await wang.goto(`${urls.internet}#/a/${id}/check`);
  await wang.waitForSelector('[data-fact="material-guardianship"]');
  check('agents: the proof of guardianship is asked for', /监护人/.test(await wang.locator('[data-fact="role-transferor"]').innerText()));
  await look(wang, 'internet-agent-check');
  // Another party of the same form: a company signs by somebody.
  await wang.goto(`${urls.internet}#/a/${id}/q/role-transferee`);
  await wang.selectOption('#kind-0', '7');
  await wang.fill('#name-0', '示例置业有限公司');
  await wang.fill('#number-0', '91110101MA00000018');
  await wang.click('[data-go]');
  check('agents: a company without a signer is told so', /法定代表人/.test(await wang.locator('#error-summary').innerText()));
  const zhang = await person('internet', 'zhang');
  await zhang.goto(`${urls.internet}#/a/${signing}/sign`);
  await zhang.waitForSelector('[data-covers], [data-mandate-error]');
  check('agents: what hinders is told before the signature', /撤销/.test(await zhang.locator('[data-mandates]').innerText()));
  await look(zhang, 'internet-agent-sign');
  const desk = await person('extranet', 'registrar1');
  await desk.goto(`${urls.extranet}#/case/${process.env.SW_CASE}`);
  await desk.waitForSelector('[data-agent]');
  check('agents: the desk shows representative, power and guardian', /法定代表人/.test(await desk.locator('[data-section="parties"]').innerText()) && /监护人/.test(await desk.locator('[data-section="parties"]').innerText()) && (await comes(desk.locator('[data-mandate]'))));
  await look(desk, 'desk-agents');
});
