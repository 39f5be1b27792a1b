// Each business the portal offers, from nothing to the certificate, on a phone and at a desk: applied for in Chromium, each party signing on a device of its own; the office
// and the intranet act by their interfaces; at the end the one who holds the right looks at it, downloads it, and it is verified.
//   node journeys.mjs apply|finish, by `make journeys`; SW_JOURNEYS="CODE…" only these
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { desk, drive, must, pause, reviewed } from '../scenario/lib/desk.mjs';
import { say } from '../scenario/lib/example.mjs';
import { browser, check, dir, inspect, person, run, shots, stands, urls } from './browser.mjs';
import { applies, Hand, signs } from './hand.mjs';
import { devices, journeys } from './journey_worlds.mjs';

const [phase] = process.argv.slice(2);
const kept = join(dir, 'journeys.json');
const named = (j) => `journey: ${j.code} on a ${j.device}`;

const picture = (page, j, what) => shots && page.screenshot({ path: join(shots, `${j.code}-${what}-${j.device}.png`), fullPage: true });

async function onto(j, account) {
  const page = await person('internet', account);
  await page.setViewportSize(devices[j.device]);
  return page;
}

async function arrived(id) {
  for (let i = 0; i < 1200; i++) {
    if ((await desk('registrar1', 'GET', `/api/cases/${id}`)).status === 200) return;
    await pause(50);
  }
  must(false, 'the case comes to the office');
}

async function apply(j) {
  const [first, ...others] = j.signers;
  const words = { ...say(j.example.intake.fields, j.w), unit: j.w.applied, parties: j.parties };
  const page = await onto(j, first);
  const hand = new Hand(page, { words, seen: (id) => picture(page, j, id) });
  const { id } = await applies(hand, j.code);
  await signs(hand, j.parties[0].person);
  for (const account of others) {
    const theirs = await onto(j, account);
    await theirs.goto(`${urls.internet}#/a/${id}/sign`);
    await signs(new Hand(theirs), j.parties.find((p) => p.account === account).person);
    await theirs.context().close();
  }
  await page.goto(`${urls.internet}#/a/${id}`);
  await page.waitForSelector('[data-receipt]');
  await picture(page, j, 'handed-in');
  const wrong = await inspect(page);
  check(`${named(j)}: handed in, ${hand.screens} screens, ${hand.typed} typed, ${hand.files} files, ${hand.clicks} clicks`, wrong.length === 0, wrong.join('\n'));
  await page.context().close();
  return id;
}

// The holder's page: every step has come, and the certificate is verified by anybody.
async function see(j, id) {
  const holder = j.parties[j.parties.length - 1].account;
  const page = await onto(j, holder);
  await page.goto(`${urls.internet}#/a/${id}`);
  await page.waitForSelector('[data-certificate]');
  const number = (await page.locator('[data-certificate]').innerText()).match(/京\(20\d\d\)\S+?号/)?.[0] ?? '';
  await picture(page, j, 'certificate');
  const wrong = [...(await inspect(page)), ...((await page.locator('[data-phase=next]').count()) ? ['a step is still to come'] : [])];
  const sealed = await page.evaluate(async (p) => (await fetch(`./api/applications/${p}/certificate.json`)).text(), id);
  await page.goto(`${urls.internet}#/verify`);
  await page.fill('#text', sealed);
  await page.click('[data-go]');
  await page.waitForSelector('[data-valid=true]');
  await stands(page, 'valid');
  if (!number || !(await page.locator('[data-valid]').innerText()).includes(number)) wrong.push(`verified is not ${number}`);
  check(`${named(j)}: ${holder} has ${number}, and it verifies`, wrong.length === 0, wrong.join('\n'));
  await page.context().close();
}

await run('journeys', async () => {
  const ids = phase === 'finish' ? JSON.parse(readFileSync(kept, 'utf8')) : {};
  for (const j of journeys) {
    const key = `${j.code} ${j.device}`;
    try {
      if (phase === 'apply') {
        ids[key] = await apply(j);
        await arrived(ids[key]);
        const { open } = await drive(ids[key], j.w);
        if (open.includes('cadastral')) await reviewed(ids[key]);
      } else if (ids[key]) {
        const { c } = await drive(ids[key], j.w);
        check(`${named(j)}: archived at the office`, c.state === 'archived', c.state);
        await see(j, ids[key]);
      }
    } catch (e) {
      check(named(j), false, e.stack);
    }
  }
  writeFileSync(kept, JSON.stringify(ids));
  await Promise.all(browser.contexts().map((c) => c.close()));
});
