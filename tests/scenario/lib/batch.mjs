// 集中申请 as an organisation's agent does it, through running zones: rows, materials, one signature, each row off by itself; what is repeated makes nothing
// a second time. ROWS: how many, 12 unless said. The case that may go on is named in FOLDER/walked.
//   node batch.mjs FOLDER ROWS
import { readFileSync, writeFileSync } from 'node:fs';

const [D, said] = process.argv.slice(2);
const ROWS = Number(said || 12);
const read = (f) => readFileSync(`${D}/${f}`, 'utf8').trim();
const secrets = read('accounts.txt').split('\n').map((l) => l.split(' '));
const people = JSON.parse(read('demo/people.json'));
const register = read('demo/register.jsonl').split('\n').map((l) => JSON.parse(l));
const held = register.filter((r) => r.table === 'qlr' && r.row.zjh === people[1].id_number).map((r) => r.row.bdcdyh);
const units = [...held, ...register.filter((r) => r.table === 'h').map((r) => r.row.bdcdyh).filter((u) => !held.includes(u))];
let failed = 0;
function equal(name, wanted, got) {
  const [a, b] = [JSON.stringify(wanted), JSON.stringify(got)];
  if (a === b) return console.log(`ok - ${name}`);
  failed = 1;
  console.log(`not ok - ${name}: wanted ${a}, got ${b}\n# ${JSON.stringify(last)?.slice(0, 600)}`);
}

// ---- HTTP
const jars = {};
let last = null;
const head = { 'X-Requested-With': 'sanwang' };
const base = (zone) => `http://127.0.0.1:${read(`${zone}/data/port`)}`;
const json = { ...head, 'Content-Type': 'application/json' };
async function session(zone, user) {
  const key = `${zone}/${user}`;
  if (jars[key]) return jars[key];
  const r = await fetch(`${base(zone)}/api/session`, { method: 'POST', headers: json, body: JSON.stringify({ user, password: secrets.find((s) => s[0] === zone && s[1] === user)[2] }) });
  jars[key] = r.headers.getSetCookie()[0].split(';')[0];
  const signing = secrets.find((s) => s[0] === 'signing' && s[1] === user);
  if (signing) await fetch(`${base(zone)}/api/signing`, { method: 'POST', headers: { ...json, Cookie: jars[key] }, body: JSON.stringify({ passphrase: signing[2] }) });
  return jars[key];
}
async function call(user, method, path, body, zone = 'internet') {
  const file = body instanceof Buffer;
  const r = await fetch(base(zone) + path, {
    method,
    headers: { ...(file ? { ...head, 'Content-Type': 'application/octet-stream' } : json), Cookie: await session(zone, user) },
    body: file ? body : body === undefined ? undefined : JSON.stringify(body)
  });
  last = { status: r.status, ...(await r.json()) };
  return last;
}
const agent = (method, path, body) => call('zhang', method, path, body);
const desk = (user, method, path, body) => call(user, method, path, body, 'extranet');
async function reach(what, look, fits) {
  for (const until = Date.now() + 60000; Date.now() < until; ) {
    const r = await look();
    if (fits(r)) return r;
    await new Promise((done) => setTimeout(done, 30));
  }
  equal(`${what} in a minute`, true, false);
  process.exit(1);
}
async function signed(n, form) {
  const p = people[n];
  const r = await fetch(`http://127.0.0.1:${read('identity/port')}/api/sign`, { method: 'POST', headers: json, body: JSON.stringify({ id_number: p.id_number, pin: p.pin, form }) });
  return r.json();
}

// ---- the bank lends; one whom the agent acts for too has borrowed all but the last, which wang signs for himself
const bank = { name: '示例银行股份有限公司', id_kind: '7', id_number: '91110101MA00000018' };
const me = { kind: 'power', name: people[0].name, id_kind: '1', id_number: people[0].id_number };
const chen = people[1];
const wang = people[people.length - 1];
const unit = (n) => units[n - 1] ?? `110101001001GB${String(20000 + n).padStart(5, '0')}F00010101`;
function row(n) {
  const own = n === ROWS;
  const who = own ? wang : chen;
  return {
    unit_code: unit(n),
    fields: { location: `示例路${n}号1幢101室`, secured_cents: 100000000 + n, term_from: '2026-01-01', term_to: '2046-01-01', transfer_restricted: 'no' },
    parties: [
      { role: 'mortgagee', ...bank, agent: me, share_num: 1, share_den: 1 },
      { role: 'mortgagor', name: who.name, id_kind: '1', id_number: who.id_number, share_num: 1, share_den: 1, ...(own ? {} : { agent: me }) }
    ]
  };
}
const pdf = readFileSync(`${D}/demo/sample.pdf`);
const key = 'sheet-0123456789abcdef';
const began = Date.now();

await reach('the business comes over the gap', () => agent('GET', '/api/businesses'), (r) => r.rows?.some((b) => b.code === 'mortgage'));
const a = await agent('POST', '/api/batches', { business: 'mortgage', count: ROWS, key });
const at = `/api/batches/${a.id}`;
equal('a batch is begun', [201, false], [a.status, a.resumed]);
const again = await agent('POST', '/api/batches', { business: 'mortgage', count: ROWS, key });
equal('the same sheet goes on with it', [200, a.id, true], [again.status, again.id, again.resumed]);
equal('a batch has its bounds', [422, 422, 422], [
  (await agent('POST', '/api/batches', { business: 'mortgage', count: 1001, key: `${key}1` })).status,
  (await agent('POST', '/api/batches', { business: 'seizure', count: 1, key: `${key}1` })).status,
  (await agent('POST', '/api/batches', { business: 'mortgage', count: 1, key: 'short' })).status
]);
const own = row(1);
delete own.parties[0].agent;
equal('who acts for nobody hands in no batch', [422, 404, 422], [
  (await agent('PUT', `${at}/rows/1`, own)).status,
  (await call('li', 'PUT', `${at}/rows/1`, row(1))).status,
  (await agent('PUT', `${at}/rows/${ROWS + 1}`, row(1))).status
]);
equal('nothing is to be signed yet', 409, (await agent('POST', `${at}/text`, {})).status);

// ---- rows and materials
const apps = [];
const files = {};
let wrongMaterials = 0;
for (let n = 1; n <= ROWS; n++) {
  const content = row(n);
  if (n === 3) delete content.fields.term_to;
  const r = await agent('PUT', `${at}/rows/${n}`, content);
  apps[n] = r.application;
  for (const code of ['loan', 'contract']) {
    if (n === 1) files[code] = (await call('zhang', 'POST', `/api/applications/${apps[1]}/materials?code=${code}&name=${code}.pdf`, pdf)).id;
    else if ((await agent('POST', `/api/applications/${apps[n]}/materials/copied`, { application: apps[1], material: files[code] })).status !== 201) wrongMaterials++;
  }
}
equal('each row is an application of its own', ROWS, new Set(apps.filter(Boolean)).size);
equal('the files for all rows stand with each', 0, wrongMaterials);
equal('a repeated row, and a repeated copy, make no second', [apps[1], 'draft', 200], [
  (await agent('PUT', `${at}/rows/1`, row(1))).application,
  last.state,
  (await agent('POST', `/api/applications/${apps[2]}/materials/copied`, { application: apps[1], material: files.loan })).status
]);
equal("another's file is not copied", 404, (await call('li', 'POST', '/api/applications', { business: 'mortgage' }), await call('li', 'POST', `/api/applications/${last.id}/materials/copied`, { application: apps[1], material: files.loan })).status);
const freeze = async (n) => agent('POST', `/api/applications/${apps[n]}/freeze`, { version: (await agent('GET', `/api/applications/${apps[n]}`)).version });
// 询问笔录 of each row, for the parties that the agent signs for; the last mortgagor answers for himself.
const inquiry = { mortgagee: { voluntary: 'yes', burden_known: 'yes' }, mortgagor: { voluntary: 'yes', co_owned: 'no', forbidden: 'no', leased: 'no' } };
const answer = (n) => agent('PUT', `/api/applications/${apps[n]}/record`, { record: row(n).parties.flatMap((p, party) => (p.agent ? [{ party, answers: inquiry[p.role] }] : [])) });
const fixed = [];
for (let n = 1; n <= ROWS; n++) fixed[n] = await freeze(n);
equal('a row with a fault is told which, and holds up no other', [422, 'fields.term_to', ROWS - 1], [fixed[3].status, fixed[3].missing.map((m) => m.key).join(), fixed.filter((f) => f && f.status === 200).length]);
equal('the home page is not filled with them', 0, (await agent('GET', '/api/applications')).rows.length);

equal('nothing is signed before it is answered', [409, true], [(await agent('POST', `${at}/text`, {})).status, /questions/.test(last.where)]);
let answeredRows = 0;
for (let n = 1; n <= ROWS; n++) if (n !== 3) answeredRows += (await answer(n)).status === 200 ? 1 : 0;
equal('each row is answered, the fixed ones', ROWS - 1, answeredRows);

// ---- one signature
const text = await agent('POST', `${at}/text`, {});
equal('one text for all that are ready', [ROWS - 1, 'mortgage', a.id], [JSON.parse(text.canonical).count, JSON.parse(text.canonical).business, JSON.parse(text.canonical).batch]);
equal('the same again is the same text', text.canonical, (await agent('POST', `${at}/text`, {})).canonical);
equal('no row goes off before it is signed', 409, (await agent('POST', `${at}/rows/1/signature`, {})).status);
equal('a signature under something else is not taken', 422, (await agent('POST', `${at}/signature`, await signed(0, `${text.canonical} `))).status);
const mine = await signed(0, text.canonical);
equal('signed once; the repeat changes nothing, another is refused', [200, 200, 409], [
  (await agent('POST', `${at}/signature`, mine)).status,
  (await agent('POST', `${at}/signature`, mine)).status,
  (await agent('POST', `${at}/signature`, await signed(0, text.canonical))).status
]);

// ---- the port is closed for misconduct: at once, for what is under way too; and opened again
const operator = (method, path, body) => call('operator', method, path, body);
const port = (await operator('GET', '/api/desk/ports')).rows.find((p) => p.user === 'zhang');
equal('the desk sees who hands in batches, and how the rows stand', [ROWS - 1, 1, ''], [port?.states.signing, port?.states.draft, port?.closed]);
equal('who hands in batches does not see it, nor closes one', [403, 403], [(await agent('GET', '/api/desk/ports')).status, (await agent('POST', `/api/desk/ports/${port.owner}/close`, { reason: 'x' })).status]);
equal('a port is closed for a reason, once, of who has one', [422, 200, 409, 404], [
  (await operator('POST', `/api/desk/ports/${port.owner}/close`, { reason: '' })).status,
  (await operator('POST', `/api/desk/ports/${port.owner}/close`, { reason: '材料不实' })).status,
  (await operator('POST', `/api/desk/ports/${port.owner}/close`, { reason: '材料不实' })).status,
  (await operator('POST', '/api/desk/ports/nobody/close', { reason: '材料不实' })).status
]);
const shut = [];
shut.push(await agent('POST', `${at}/rows/1/signature`, {}));
shut.push(await agent('PUT', `${at}/rows/3`, row(3)));
shut.push(await agent('POST', `${at}/text`, {}));
shut.push(await agent('POST', `${at}/signature`, mine));
shut.push(await agent('POST', '/api/batches', { business: 'mortgage', count: 1, key: `${key}9` }));
shut.push(await agent('POST', `/api/applications/${apps[1]}/signature`, mine));
equal('no batch, row, text or signature is taken any more, and why is told', [true, true], [shut.every((r) => r.status === 422 && r.error === 'REFUSED'), shut.slice(0, 5).every((r) => /材料不实/.test(r.where))]);
equal('nothing of it went off', ROWS - 1, (await agent('GET', at)).rows.filter((r) => r.state === 'signing').length);
equal('an application of one is taken as before', 201, (await agent('POST', '/api/applications', { business: 'change-address', key: 'one-beside-the-batch' })).status);
equal('put right, it is opened, once', [200, 404, ''], [
  (await operator('POST', `/api/desk/ports/${port.owner}/open`, { reason: '整改合格' })).status,
  (await operator('POST', `/api/desk/ports/${port.owner}/open`, { reason: '整改合格' })).status,
  (await operator('GET', '/api/desk/ports')).rows.find((p) => p.user === 'zhang').closed
]);
const went = [];
for (let n = 1; n <= ROWS; n++) if (n !== 3) went[n] = await agent('POST', `${at}/rows/${n}/signature`, {});
equal('all went off; the last waits for its mortgagor', [ROWS - 2, 1], [went.filter((w) => w?.remaining === 0).length, went[ROWS].remaining]);
equal('off a second time is the same', [200, 0], [(await agent('POST', `${at}/rows/1/signature`, {})).status, last.remaining]);
equal('the row that was not in it does not', 409, (await agent('POST', `${at}/rows/3/signature`, {})).status);

// ---- at the registry
const marked = async () => (await desk('registrar1', 'GET', `/api/queue?words=${a.id}&limit=200`)).rows;
const cases = await reach('the cases of the batch', marked, (r) => r.length === Math.min(ROWS - 2, 200));
equal('each bears the mark of the batch', true, cases.every((c) => c.batch === a.id && c.business === 'mortgage'));
const mineNow = (await call('wang', 'GET', '/api/applications')).rows;
equal('the mortgagor finds the one he has to sign', [apps[ROWS]], mineNow.filter((r) => r.needs_my_signature).map((r) => r.id));
const single = (await call('wang', 'PUT', `/api/applications/${apps[ROWS]}/record`, { record: [{ party: 1, answers: inquiry.mortgagor }] })).canonical;
equal('and it goes off with his own signature', 0, (await call('wang', 'POST', `/api/applications/${apps[ROWS]}/signature`, await signed(people.length - 1, single))).remaining);
// Put right, the row goes under a second text.
await agent('PUT', `${at}/rows/3`, row(3));
equal('a row that was put right goes with a signature of its own', [200, 200, 1, 2], [(await freeze(3)).status, (await answer(3)).status, JSON.parse((await agent('POST', `${at}/text`, {})).canonical).count, last.part]);
await agent('POST', `${at}/signature`, await signed(0, last.canonical));
equal('and is off too', [200, 0], [(await agent('POST', `${at}/rows/3/signature`, {})).status, last.remaining]);
const everyone = await reach('all of them at the registry', async () => (await agent('GET', at)).rows, (r) => r.length === ROWS && r.every((x) => x.number));
equal('each row has its case number', ROWS, new Set(everyone.map((r) => r.number)).size);
equal('the list of batches counts them', [ROWS, { submitted: ROWS }], [(await agent('GET', '/api/batches')).rows[0].count, last.rows[0].states]);
console.log(`# ${ROWS} rows, from the first request to the last case at the registry: ${((Date.now() - began) / 1000).toFixed(1)} s`);

// ---- the desk takes likes together; one goes all the way to the archive
const first = cases.filter((c) => units.includes(c.unit_code)).slice(0, 2);
const ids = async (list) => Promise.all(list.map(async (c) => { const k = await desk('registrar1', 'GET', `/api/cases/${c.id}`); return { id: k.id, version: k.version }; }));
const accepted = await desk('registrar1', 'POST', '/api/batches/accept', { cases: await ids(first) });
equal('the desk accepts likes of a batch in one act', [200, first.length], [accepted.status, accepted.rows?.filter((r) => !r.error).length]);
writeFileSync(`${D}/walked`, cases.find((c) => c.unit_code === unit(1)).id);
process.exit(failed);
