// The registrars and reviewers of the running zones in SW_DIR by their HTTP interfaces: each act that a process waits for, by whom it asks for.
import { existsSync, readFileSync } from 'node:fs';
import { date } from './example.mjs';

export const D = process.env.SW_DIR;
const jars = {};
const secrets = existsSync(`${D}/accounts.txt`) ? readFileSync(`${D}/accounts.txt`, 'utf8').split('\n').map((l) => l.split(' ')) : [];
export async function call(zone, user, method, path, body, raw) {
  const base = `http://127.0.0.1:${readFileSync(`${D}/${zone}/data/port`, 'utf8').trim()}`;
  const key = `${zone}/${user}`;
  if (!jars[key]) {
    jars[key] = (async () => {
      const r = await fetch(`${base}/api/session`, { method: 'POST', headers: { 'X-Requested-With': 'sanwang', 'Content-Type': 'application/json' }, body: JSON.stringify({ user, password: secrets.find((s) => s[0] === zone && s[1] === user)[2] }) });
      const cookie = r.headers.get('set-cookie').split(';')[0];
      const signing = zone === 'extranet' && secrets.find((s) => s[0] === 'signing' && s[1] === user);
      if (signing) await fetch(`${base}/api/signing`, { method: 'POST', headers: { 'X-Requested-With': 'sanwang', 'Content-Type': 'application/json', Cookie: cookie }, body: JSON.stringify({ passphrase: signing[2] }) });
      return cookie;
    })();
  }
  const headers = { 'X-Requested-With': 'sanwang', Cookie: await jars[key] };
  if (raw) headers['Content-Type'] = 'application/octet-stream';
  else if (body !== undefined) headers['Content-Type'] = 'application/json';
  const r = await fetch(base + path, { method, headers, body: raw ?? (body === undefined ? undefined : JSON.stringify(body)) });
  const text = await r.text();
  let json = null;
  try { json = JSON.parse(text); } catch { json = { text }; }
  return { status: r.status, body: json };
}
export const desk = (user, ...rest) => call('extranet', user, ...rest);
export const pause = (ms) => new Promise((done) => setTimeout(done, ms));

export class Failed extends Error {}
export const must = (condition, text, reply) => { if (!condition) throw new Failed(`${text}${reply ? `: ${reply.status} ${JSON.stringify(reply.body).slice(0, 300)}` : ''}`); };

// ---- each act the process waits for
const graphics = (w) => {
  const g = JSON.parse(readFileSync(`${D}/demo/parcel-good.geojson`, 'utf8'));
  g.features[0].properties.parcel_code = w.applied.slice(0, 19);
  const [x, y] = g.features[0].geometry.coordinates[0][0].map((v, i) => v + (i === 0 ? w.place * 150 : 0));
  const [wide, high] = w.kind === 'homestead' ? [16, 10] : [100, 100];
  g.features[0].geometry.coordinates[0] = [[x, y], [x + wide, y], [x + wide, y + high], [x, y + high], [x, y]];
  return Buffer.from(JSON.stringify(g));
};
const acts = {
  accept: ['registrar1', () => ({})],
  tax: ['registrar1', (c) => ({ voucher_no: `完税${c.number}`, amount_cents: 100000, paid_on: date(0) })],
  review: ['registrar1', () => ({ opinion: '材料齐全,符合规定' })],
  check: ['registrar1', () => ({ opinion: '经核查' })],
  approve: ['registrar2', () => ({ opinion: '同意' })],
  enter: ['registrar2', () => ({})],
  archive: ['registrar1', () => ({})],
};
const waits = ['cadastral', 'notice'];
export async function act(c, name, w) {
  if (name === 'graphics') return desk('registrar1', 'POST', `/api/cases/${c.id}/graphics?name=parcel.geojson`, undefined, graphics(w));
  // What is owed is paid before the entry, as the notice says it.
  if (name === 'enter') {
    const { fee } = (await desk('registrar1', 'GET', `/api/cases/${c.id}/fee`)).body;
    if (fee?.state === 'due') must((await desk('registrar1', 'POST', `/api/cases/${c.id}/fee/pay`, { receipt: `缴${c.number}`, amount_cents: fee.amount_cents, way: '现金' })).status === 200, 'the fee is paid');
  }
  const [user, body] = acts[name];
  return desk(user, 'POST', `/api/cases/${c.id}/${name}`, { version: c.version, ...body(c) });
}
// Acts until the process waits for `until`, for the outside, or is done: {case, open}
export async function drive(id, w, until) {
  for (let i = 0; i < 600; i++) {
    const r = await desk('registrar1', 'GET', `/api/cases/${id}`);
    must(r.status === 200, 'the case', r);
    const c = r.body;
    const open = c.flow.open.map((o) => o.act);
    if (c.flow.status !== 'running' || open.some((o) => waits.includes(o)) || open.includes(until)) return { c, open };
    const next = open.find((o) => acts[o] || o === 'graphics');
    // 缮证 works on it still.
    if (!next || (next === 'archive' && c.state !== 'delivered')) { await pause(50); continue; }
    const done = await act(c, next, w);
    must(done.status < 300, `act ${next}`, done);
  }
  throw new Failed('the process stands still');
}

// 权籍审核: the reviewers in the intranet see what went over the diode.
export async function reviewed(id) {
  let last;
  for (let i = 0; i < 600; i++) {
    const t = await call('intranet', 'reviewer', 'GET', `/api/tasks/${id}`);
    const at = t.status === 200 ? t.body.state : '';
    last = t;
    if (at === 'received') last = await call('intranet', 'reviewer', 'POST', `/api/tasks/${id}/review`, { version: t.body.version, verdict: 'passed', opinion: '界址清楚,无重叠' });
    else if (at === 'reviewed') last = await call('intranet', 'approver', 'POST', `/api/tasks/${id}/approve`, { version: t.body.version, agree: true, opinion: '同意' });
    else if (at === 'passed') return;
    else await pause(50);
    must(last.status < 400 || last.status === 404 || last.status === 409, 'the task is reviewed', last);
  }
  must(false, 'the task is passed', last);
}
