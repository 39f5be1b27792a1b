// Every business of conf/businesses through a running registry, by its example.json: a unit as `given`, the application taken in at the window, each act
// its process waits for, the rows of the book compared column by column; and once refused, with the book as it was.
// rows.json: of every business, each column as it follows from TD/T 1066 and the law, written without the code, with its source beside it.
//   SW_DIR=FOLDER node businesses.mjs prepare|begin|finish|compare
import { readFileSync, existsSync, writeFileSync } from 'node:fs';
import { D, Failed, act, desk, drive, must, pause, reviewed } from './desk.mjs';
import { AT, book, codes, root, say, world } from './example.mjs';

const [phase] = process.argv.slice(2);
const only = (process.env.SW_BUSINESS ?? '').split(' ').filter(Boolean);

// ---- an application at the window
const sample = existsSync(`${D}/demo/sample.pdf`) ? readFileSync(`${D}/demo/sample.pdf`) : null;
async function page(unit) {
  const r = await desk('registrar2', 'GET', `/api/register/units/${unit}`);
  return r.status === 200 ? r.body : {};
}
async function take(w, example, code, refusal) {
  const before = await page(w.unit);
  const rows = Object.fromEntries(Object.entries(before).filter(([, v]) => Array.isArray(v) && v[0]).map(([t, v]) => [t, v[0].bsm]));
  const fields = say(example.intake.fields, w, rows);
  for (const [k, v] of Object.entries(refusal?.set ?? {})) fields[k.slice(7)] = say(v, w, rows);
  for (const k of refusal?.unset ?? []) delete fields[k.slice(7)];
  const parties = (refusal?.parties ?? example.intake.parties).map((p) => ({ role: p.role, name: w.who[p.who].name, id_kind: w.who[p.who].kind, id_number: w.who[p.who].id, share_num: p.num ?? 1, share_den: p.den ?? 1 }));
  const materials = [];
  for (const m of example.intake.materials.filter((x) => !(refusal?.without ?? []).includes(x))) {
    const up = await desk('registrar1', 'POST', `/api/window/uploads?name=${m}.pdf`, undefined, sample);
    must(up.status === 201, `the scan of ${m}`, up);
    materials.push({ code: m, upload: up.body.upload });
  }
  return desk('registrar1', 'POST', '/api/window/cases', { business: code, channel: example.intake.channel, unit_code: w.applied, parties, fields, materials, attested: true });
}

// ---- the book afterwards, column by column
const STAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const PAPER = /^京\(20\d\d\)东城区不动产(权|证明)第\d{7}号$/;
const skip = { djlog: ['xh', 'zy', 'lz', 'qlbsm'] };
function shown(row, table, c, before, after, w) {
  const out = {};
  const old = new Set(before.map((r) => r.bsm));
  for (const [k, v] of Object.entries(row)) {
    if ((skip[table] ?? []).includes(k) || k === 'bsm') continue;
    if (k === 'ssbsm') out[k] = v === null || v === '' ? null : old.has(v) ? '{before}' : '{row}';
    else if (k === 'zxbsm' || k === 'qlbsm') out[k] = after.some((r) => r.bsm === v && (k === 'zxbsm' || r.ywh === c.number)) || old.has(v) ? '{row}' : v;
    else if (v === c.number) out[k] = '{case}';
    else if (typeof v === 'string' && STAMP.test(v)) out[k] = v >= c.received ? '{now}' : v === AT ? '{import}' : '{earlier}';
    else if (typeof v === 'string' && PAPER.test(v)) out[k] = v === w.words.title ? '{title}' : v === w.words.proof ? '{proof}' : '{paper}';
    else out[k] = v;
  }
  return out;
}
function masked(w) {
  const words = [];
  for (const [who, p] of Object.entries(w.who)) {
    const chars = [...p.name];
    words.push([chars.map((ch, i) => (i === 0 || (chars.length > 2 && i === chars.length - 1) ? ch : '*')).join(''), `{${who}.name}`]);
    words.push([p.id.slice(0, 4) + '*'.repeat(p.id.length - 8) + p.id.slice(-4), `{${who}.id}`]);
    words.push([p.name, `{${who}.name}`]);
    words.push([p.id, `{${who}.id}`]);
  }
  words.push([w.unit, '{unit}'], [w.parcel, '{parcel}']);
  return words;
}
const named = (row, w) => Object.fromEntries(Object.entries(row).map(([k, v]) => {
  if (typeof v !== 'string') return [k, v];
  const whole = masked(w).find(([plain]) => plain === v);
  let s = whole ? whole[1] : v.replaceAll(w.unit, '{unit}').replaceAll(w.parcel, '{parcel}');
  if (!whole) s = s.replace(new RegExp(`示例(路|大街|村)${w.n}号`, 'g'), '示例$1{n}号').replace(new RegExp(`字第${w.n}号`, 'g'), '字第{n}号');
  return [k, s];
}));
const tables = (p) => Object.entries(p).filter(([, v]) => Array.isArray(v));
const every = (p) => tables(p).flatMap(([, v]) => v);
async function written(w, c, pages) {
  const out = {};
  const ended = {};
  for (const [unit, before] of Object.entries(pages)) {
    const now = await page(unit);
    const parts = [now, now.land ?? {}, now.building ?? {}];
    const was = [before, before.land ?? {}, before.building ?? {}];
    const old = was.flatMap(every);
    const rows = parts.flatMap(every);
    for (const part of parts) {
      for (const [table, list] of tables(part)) {
        for (const row of list.filter((r) => r.ywh === c.number)) {
          const line = named(shown(row, table, c, old, rows, w), w);
          out[table] ??= [];
          if (!out[table].some((x) => JSON.stringify(x) === JSON.stringify(line) && part !== now)) out[table].push(line);
        }
      }
    }
    for (const [table, list] of was.slice(0, 1).flatMap(tables)) {
      if (table === 'djlog') continue;
      const gone = list.filter((r) => !rows.some((x) => x.bsm === r.bsm)).length;
      if (gone) ended[table] = (ended[table] ?? 0) + gone;
    }
  }
  return { rows: out, ended };
}
const sorted = (v) => Array.isArray(v) ? v.map(sorted) : v && typeof v === 'object' ? Object.fromEntries(Object.keys(v).sort().map((k) => [k, sorted(v[k])])) : v;
function compare(want, got) {
  const a = JSON.stringify(sorted(want)), b = JSON.stringify(sorted(got));
  if (a === b) return null;
  for (const t of new Set([...Object.keys(want.rows ?? {}), ...Object.keys(got.rows)])) {
    const x = want.rows?.[t] ?? [], y = got.rows[t] ?? [];
    if (x.length !== y.length) return `${t}: wanted ${x.length} rows, got ${y.length}`;
    for (let i = 0; i < x.length; i++)
      for (const k of new Set([...Object.keys(x[i]), ...Object.keys(y[i])]))
        if (JSON.stringify(x[i][k]) !== JSON.stringify(y[i][k])) return `${t}[${i}].${k}: wanted ${JSON.stringify(x[i][k])}, got ${JSON.stringify(y[i][k])}`;
  }
  return `ended: wanted ${JSON.stringify(want.ended)}, got ${JSON.stringify(got.ended)}`;
}

// ---- the refusal of the example
async function refuse(code, example, w) {
  const r = example.refusal;
  const before = JSON.stringify(await page(w.unit));
  const taken = await take(w, example, code, r);
  const says = (reply) => must(reply.status >= 400 && reply.body.error === r.error && `${reply.body.where} ${reply.body.text}`.includes(r.where), `refused at ${r.at} with ${r.error} ${r.where}`, reply);
  if (r.at === 'intake') {
    says(taken);
  } else {
    must(taken.status === 201, 'taken in', taken);
    const { c, open } = await drive(taken.body.id, w, r.at);
    must(open.includes(r.at), `it waits for ${r.at}, not ${open}`);
    says(await act(c, r.at, w));
    const now = (await desk('registrar1', 'GET', `/api/cases/${c.id}`)).body;
    const end = r.at === 'accept' ? 'reject' : 'refuse';
    const done = await desk('registrar1', 'POST', `/api/cases/${c.id}/${end}`, { version: now.version, ground: end === 'reject' ? 'reject-party' : 'refuse-other', reason: `不符合登记条件 ${r.where}` });
    must(done.status === 200 && done.body.state === (end === 'reject' ? 'rejected' : 'refused'), end, done);
  }
  must(JSON.stringify(await page(w.unit)) === before, 'the book is as it was');
}

// ---- the phases
const examples = codes.filter((c) => !only.length || only.includes(c)).map((code) => ({ code, n: codes.indexOf(code), file: `${root}/${code}/example.json` }));
let failed = 0;
const tell = (ok, text) => { console.log(`${ok ? 'ok' : 'not ok'} - ${text}`); if (!ok) failed = 1; };
async function pool(list, f) {
  const queue = [...list];
  await Promise.all(Array.from({ length: 4 }, async () => { while (queue.length) await f(queue.shift()); }));
}
const attempt = async (text, f) => { try { await f(); return true; } catch (e) { tell(false, `${text}: ${e instanceof Failed ? e.message : e.stack}`); return false; } };
for (const x of examples) x.example = existsSync(x.file) ? JSON.parse(readFileSync(x.file, 'utf8')) : null;
const statePath = `${D}/businesses.json`;

// Every document of a case against its files, its seal, and the book or case it was made of; how many there are.
async function compared(id) {
  const { rows } = (await desk('registrar1', 'GET', `/api/cases/${id}/documents`)).body;
  for (const paper of rows) {
    let said;
    for (let i = 0; i < 2400; i++) {
      said = await desk('registrar1', 'GET', `/api/documents/${encodeURIComponent(paper.number)}/check`);
      if (said.status !== 404) break;
      await pause(50); // not sealed yet
    }
    must(said.status === 200 && said.body.valid === true, `${paper.kind} ${paper.number} is what case and book say`, said);
  }
  return rows.length;
}

if (phase === 'prepare') {
  const out = [];
  for (const x of examples.filter((e) => e.example)) {
    book(world(x.n, x.example), x.example, null, out);
    const r = x.example.refusal;
    const w = world(x.n + codes.length, x.example, r);
    book(w, x.example, r, out);
  }
  writeFileSync(`${D}/given.jsonl`, out.map((l) => JSON.stringify(l)).join('\n') + '\n');
} else if (phase === 'begin') {
  const state = {};
  await pool(examples, async (x) => {
    if (!x.example) return tell(false, `${x.code} has an example`);
    const w = world(x.n, x.example);
    await attempt(`${x.code} is taken in at the window and acted on`, async () => {
      const pages = {};
      const units = new Set([w.unit, w.applied, ...(String(say(x.example.intake.fields.units ?? '', w)).match(/\d{12}[A-Z]{2}\d{5}F\d{8}/g) ?? [])]);
      for (const u of units) pages[u] = await page(u);
      const taken = await take(w, x.example, x.code);
      must(taken.status === 201, 'taken in', taken);
      let { c, open } = await drive(taken.body.id, w);
      if (x.example.objection) {
        const list = async () => (await fetch(`http://127.0.0.1:${readFileSync(`${D}/extranet/data/port`, 'utf8').trim()}/api/notices`)).json();
        const holder = w.who[x.example.intake.parties[0].who];
        must((await list()).rows.some((r) => r.number.startsWith(c.number) && r.until > r.from && r.applicants === holder.name && !JSON.stringify(r).includes(holder.id)), 'the notice is published, as the law has it');
        const said = await desk('registrar1', 'POST', `/api/cases/${c.id}/objection`, { version: c.version, reason: x.example.objection });
        must(said.status === 200, 'the objection', said);
        must(!(await list()).rows.some((r) => r.number.startsWith(c.number)), 'the notice is ended');
        const again = await desk('registrar1', 'POST', `/api/cases/${c.id}/objection`, { version: said.body.version, reason: x.example.objection });
        must(again.status === 409 && again.body.error === 'STATE', 'no objection without a notice', again);
        ({ c, open } = await drive(c.id, w));
        must(c.flow.log.some((l) => l.node === 'objection-check' || (l.done ?? []).includes('objection-check')), 'the objection was looked into', { status: 0, body: c.flow.log.slice(-4) });
      }
      state[x.code] = { id: taken.body.id, number: taken.body.number, open, pages };
    });
    const again = world(x.n + codes.length, x.example, x.example.refusal);
    if (await attempt(`${x.code} is refused: ${x.example.refusal.where}`, () => refuse(x.code, x.example, again))) tell(true, `${x.code} is refused at ${x.example.refusal.at}: ${x.example.refusal.error} ${x.example.refusal.where}`);
  });
  // 权籍审核: the reviewers in the intranet see what went over the diode.
  await pool(Object.values(state).filter((s) => s.open.includes('cadastral')), (s) => attempt(`${s.number} is reviewed in the intranet`, () => reviewed(s.id)));
  writeFileSync(statePath, JSON.stringify(state));
} else if (phase === 'finish') {
  const state = JSON.parse(readFileSync(statePath, 'utf8'));
  await pool(examples.filter((x) => state[x.code]), (x) => attempt(`${x.code} goes from the window to the archive`, async () => {
    const w = world(x.n, x.example);
    let { c, open } = await drive(state[x.code].id, w);
    for (let i = 0; i < 200 && c.flow.status === 'running'; i++) { await pause(50); ({ c, open } = await drive(state[x.code].id, w)); }
    must(c.state === 'archived' && c.flow.status === 'done', `archived, not ${c.state}, waiting for ${open}`);
  }));
} else {
  const state = JSON.parse(readFileSync(statePath, 'utf8'));
  const reasoned = JSON.parse(readFileSync('tests/scenario/lib/rows.json', 'utf8'));
  // 注销登记 rows are on no page of a unit: they come from the table as it stands.
  const endings = JSON.parse(readFileSync(`${D}/zxdj.json`, 'utf8'));
  await pool(examples.filter((x) => state[x.code]), (x) => attempt(`${x.code}: the book`, async () => {
    const s = state[x.code];
    const w = world(x.n, x.example);
    const c = (await desk('registrar1', 'GET', `/api/cases/${s.id}`)).body;
    if (c.state !== 'archived') return;
    const got = await written(w, c, s.pages);
    const ended = endings.filter((r) => r.ywh === c.number).map((r) => named(shown(r, 'zxdj', c, Object.values(s.pages).flatMap((p) => [p, p.land ?? {}, p.building ?? {}]).flatMap(every), [], w), w));
    if (ended.length) got.rows.zxdj = ended;
    if (process.env.SW_WRITE) return writeFileSync(x.file, `${JSON.stringify({ ...x.example, expect: got }, null, '\t')}\n`);
    if (reasoned[x.code]) {
      const values = { rows: Object.fromEntries(Object.entries(reasoned[x.code].rows).map(([t, rows]) => [t, rows.map((r) => Object.fromEntries(Object.entries(r).map(([k, v]) => [k, v[0]])))])), ended: Object.fromEntries(Object.entries(reasoned[x.code].ended).map(([t, v]) => [t, v[0]])) };
      const bare = [...Object.values(reasoned[x.code].rows).flat().flatMap((r) => Object.values(r)), ...Object.values(reasoned[x.code].ended)].filter((v) => !(v.length === 2 && typeof v[1] === 'string' && v[1].length > 3)).length;
      const wrong = compare(values, got);
      tell(!wrong && !bare, `${x.code}: every column is what standard and law say, each with its source${wrong ? ` — ${wrong}` : ''}${bare ? ` — ${bare} without a source` : ''}`);
    }
    const difference = x.example.expect ? compare(x.example.expect, got) : 'no rows are expected';
    const papers = await compared(s.id);
    tell(papers > 0, `${x.code}: each of its ${papers} documents says field by field what book and case say, and its seal and files are right`);
    tell(!difference, `${x.code} goes from the window to the archive, ${Object.values(got.rows).flat().length} rows of the book as expected${difference ? ` — ${difference}` : ''}`);
  }));
}
process.exit(failed);
