// node hostile.mjs BASE PEOPLE SECRETS [long]: hostile values at every operation that the daemon's own OpenAPI document lists: each parameter, each field of a
// body, headers and whole bodies, as who may call it and as nobody. PEOPLE: JSON {user: {password, roles, own: [texts]}}; SECRETS: lines that no reply may hold
// but to whom they belong. Of each reply: never a failure of the daemon's own, as its document says, nothing of its inside, nobody else's data, no header that a
// value brought. Short: a share of the values at each place, another at each; long: all of them. Prints what is wrong, a line each, and the counts.
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { right, sampler } from './sample.mjs';
import { Interface } from './schemas.mjs';
import { bodies, headers, raw, texts, values } from './strings.mjs';

const [base, peopleFile, secretsFile, form] = process.argv.slice(2);
const people = JSON.parse(readFileSync(peopleFile, 'utf8'));
const secrets = readFileSync(secretsFile, 'utf8').split('\n').filter((s) => s.length > 1);
const share = form === 'long' ? 1 : 20;
const agents = new Map();
const told = new Set();
const counts = { requests: 0, limited: 0, failed: 0 };
const statuses = {};

const inside = /SELECT .{1,80} FROM|INSERT INTO|UPDATE \w+ SET|DELETE FROM|sqlite|SQLITE|syntax error|near "|libpq|PRIMARY KEY|constraint failed|\.c:\d+|0x[0-9a-f]{6,}|Sanitizer|runtime error|\/tmp\/|\/usr\/|\/root\/|\/home\/|root:x:|stack trace|jansson/;

const plain = (reply, bytes) => (bytes.length && reply.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes);

// One request; the address it comes from is one of many, so that no limit of an address hides the rest. A refused connection is told as status 0; one that rested and was closed while the request was on its way is not: it is asked again.
let turn = 0;
function send(method, path, { cookie, body, type, extra = [] } = {}) {
  const from = `127.0.1.${1 + (turn++ % 200)}`;
  if (!agents.has(from)) agents.set(from, new Agent({ keepAlive: true, maxSockets: 4, localAddress: from }));
  const fields = { 'X-Requested-With': 'sanwang', ...(cookie ? { Cookie: cookie } : {}), ...(body !== undefined ? { 'Content-Type': type ?? 'application/json', 'Content-Length': Buffer.byteLength(body) } : {}) };
  for (const [k, v] of extra) fields[k] = v;
  counts.requests++;
  return new Promise((done) => {
    const asked = request({ host: '127.0.0.1', port: new URL(base).port, method, path, headers: fields, agent: agents.get(from) }, (r) => {
      const got = [];
      r.on('data', (d) => got.push(d));
      r.on('end', () => done({ status: r.statusCode, headers: r.headers, body: plain(r, Buffer.concat(got)) }));
      r.on('error', () => done({ status: 0, headers: {}, body: Buffer.alloc(0) }));
    });
    asked.on('error', (e) => asked.reusedSocket && e.code === 'ECONNRESET' ? done(send(method, path, { cookie, body, type, extra })) : done({ status: 0, headers: {}, body: Buffer.alloc(0) }));
    if (body !== undefined) asked.write(body);
    asked.end();
  });
}

const document = JSON.parse((await send('GET', '/api/openapi.json')).body.toString());
const face = new Interface(document);
const sampleOf = sampler(document);
const sample = (schema, user) => sampleOf(schema, '', (user && people[user].version) || 1);

async function signIn(user) {
  const r = await send('POST', '/api/session', { body: JSON.stringify({ user: people[user].user ?? user, password: people[user].password }) });
  people[user].cookie = (r.headers['set-cookie'] ?? [''])[0].split(';')[0];
  if (r.status !== 200) throw new Error(`${user} cannot sign in: ${r.status}`);
}

// Who may: the accounts whose permissions hold it, one after another.
const holders = (permission) => Object.keys(people).filter((u) => permission === 'self' || people[u].permissions.includes(permission));
const rotate = new Map();
function who(permission) {
  const all = holders(permission);
  if (permission === 'public' || all.length === 0) return null;
  const n = rotate.get(permission) ?? 0;
  rotate.set(permission, n + 1);
  return all[n % all.length];
}

// What else stands in a request is right, as far as a schema tells, so that the hostile value gets far.
function pathOf(operation, user, change) {
  return operation.path.replace(/\{([^}]*)\}/g, (_, name) => (change && change.name === name ? change.text : encodeURIComponent(name === 'id' && operation.path.startsWith('/api/applications') ? (user && people[user].application) || 'x' : (right[name] ?? '1'))));
}
// Every place in a body where a value stands, with the objects around it.
function* places(value, path = []) {
  yield path;
  if (value && typeof value === 'object') for (const k of Object.keys(value)) yield* places(value[k], [...path, k]);
}
function put(value, path, what) {
  if (path.length === 0) return what;
  const copy = structuredClone(value);
  let at = copy;
  for (const k of path.slice(0, -1)) at = at[k];
  at[path.at(-1)] = what;
  return copy;
}

function wrong(operation, user, sent, r) {
  const mine = user ? people[user].own : [];
  const shown = r.body.toString();
  const without = sent.length > 3 ? shown.replaceAll(sent, '').replaceAll(JSON.stringify(sent).slice(1, -1), '') : shown;
  if (r.status === 0) return 'no answer';
  if (r.status >= 500 && ![503, 504].includes(r.status)) return `status ${r.status}: ${shown.slice(0, 120)}`;
  if (r.headers['x-hostile'] || (r.headers['set-cookie'] ?? []).some((c) => c.startsWith('hostile'))) return 'a value became a header';
  if ((r.headers['content-type'] ?? '').includes('html')) return 'answered with a page';
  if (!r.headers['content-security-policy'] || r.headers['x-content-type-options'] !== 'nosniff') return 'without the headers that protect';
  if (operation.path !== '/api/openapi.json' && inside.test(without)) return `tells of its inside: ${without.match(inside)[0]}`;
  const other = secrets.find((s) => shown.includes(s) && !mine.some((m) => m.includes(s)) && !sent.includes(s));
  if (other && !(user && people[user].staff)) return `holds what belongs to somebody else: ${other}`;
  if (r.status === 304 || r.status === 405) return '';
  return face.reply(operation, r.status, r.headers['content-type'] ?? '', r.body);
}

async function attempt(operation, user, sent, path, options, what) {
  const ask = () => send(operation.method, path, { cookie: user ? people[user].cookie : undefined, ...options });
  let r = await ask();
  if (r.status === 401 && user && !what.startsWith('header Cookie')) {
    await signIn(user);
    r = await ask();
  }
  statuses[r.status] = (statuses[r.status] ?? 0) + 1;
  if (r.status === 429) counts.limited++;
  const ends = operation.method === 'POST' && operation.path === '/api/applications' && r.status === 201;
  if (ends) counts.started = (counts.started ?? 0) + 1;
  const found = wrong(operation, user, sent, r);
  const line = `${operation.method} ${operation.path} ${what}: ${found}`;
  if (found && !told.has(line)) {
    told.add(line);
    counts.failed++;
    console.log(`wrong ${line} <- ${JSON.stringify(sent).slice(0, 100)}`);
  }
  return r;
}

// A share of the values, another at each place; over all places every one has its turn.
let dealt = 0;
function some(list) {
  if (share === 1) return list;
  const n = Math.max(1, Math.round(list.length / share));
  const out = Array.from({ length: n }, (_, i) => list[(dealt + i * share) % list.length]);
  dealt += 1;
  return out;
}

async function attack(operation) {
  const permission = operation.what['x-permission'] ?? 'public';
  const content = operation.what.requestBody?.content ?? {};
  const json = content['application/json']?.schema;
  const bytes = 'application/octet-stream' in content;
  const seen = new Set();
  const plain = (user) => (json ? JSON.stringify(sample(json, user)) : bytes ? '%PDF-1.4 hostile' : undefined);
  const options = (user, body = plain(user)) => ({ body, type: bytes ? 'application/octet-stream' : undefined });
  const query = (change) =>
    (operation.what.parameters ?? [])
      .filter((p) => p.in === 'query' && (p.name === change?.name || !['digest', 'size', 'offset'].includes(p.name)))
      .map((p) => `${p.name}=${p.name === change?.name ? change.text : encodeURIComponent(right[p.name] ?? 'x')}`)
      .join('&');
  const url = (user, change) => `${pathOf(operation, user, change?.in === 'path' ? change : null)}${query(change?.in === 'query' ? change : null) ? `?${query(change?.in === 'query' ? change : null)}` : ''}`;
  const go = async (user, sent, path, opts, what) => {
    seen.add((await attempt(operation, user, sent, path, opts, what)).status);
  };
  await go(who(permission), '', url(who(permission)), options(who(permission)), 'as it should be');
  for (const p of (operation.what.parameters ?? []).filter((q) => q.in === 'path' || q.in === 'query')) {
    for (const text of [...some(texts).map((t) => [t, encodeURIComponent(t.isWellFormed?.() === false ? 'x' : t)]), ...some(raw).map((t) => [t, t])]) {
      const user = who(permission);
      if (p.in === 'path' && text[1] === '') continue;
      await go(user, text[0], url(user, { in: p.in, name: p.name, text: text[1] }), options(user), `${p.in} ${p.name}`);
    }
    // Somebody else's: there is nothing there.
    if (p.in === 'path' && p.name === 'id' && operation.path.startsWith('/api/applications/')) {
      const user = who(permission);
      const r = await attempt(operation, user, '', url(user, { in: 'path', name: 'id', text: people.victim.application }), options(user), 'the id of somebody else');
      // Of uploads only the own ones are told, by whatever application: none.
      const none = operation.path.endsWith('/uploads/{digest}') && r.body.toString() === '{"offset":0}';
      if (r.status < 300 && !none) console.log(`wrong ${operation.method} ${operation.path}: somebody else's is answered with ${r.status}`);
    }
  }
  if (json) {
    for (const place of places(sample(json, null))) {
      for (const value of some(values)) {
        const user = who(permission);
        await go(user, typeof value === 'string' ? value : '', url(user), options(user, JSON.stringify(put(sample(json, user), place, value))), `body ${place.join('.') || '(whole)'}`);
      }
    }
    for (const body of some(bodies)) await go(who(permission), body, url(who(permission)), options(null, body), 'body as bytes');
  }
  for (const [k, v] of some(headers)) {
    const user = who(permission);
    await go(user, v, url(user), { ...options(user), extra: [[k, v]] }, `header ${k}`);
  }
  if (permission !== 'public') {
    const r = await attempt(operation, null, '', url(null), options(null), 'as nobody');
    if (r.status !== 401) console.log(`wrong ${operation.method} ${operation.path}: nobody is answered with ${r.status}`);
  }
  return seen;
}

for (const user of Object.keys(people)) await signIn(user);
for (const user of Object.keys(people)) {
  const r = await send('GET', '/api/session', { cookie: people[user].cookie });
  people[user].permissions = JSON.parse(r.body.toString()).permissions ?? [];
  if (!people[user].applicant) continue;
  const made = await send('POST', '/api/applications', { cookie: people[user].cookie, body: '{"business":"transfer-existing-flat"}' });
  people[user].application = JSON.parse(made.body.toString()).id;
  if (made.status === 201) counts.started = (counts.started ?? 0) + 1;
}
const before = (await send('GET', `/api/applications/${people.victim.application}`, { cookie: people.victim.cookie })).body.toString();
people.victim.permissions = [];
// What ends sessions comes last.
const last = (o) => /session|recovery/.test(o.path) && o.method !== 'GET';
const operations = face.operations.filter((o) => o.path.startsWith('/api/')).sort((a, b) => last(a) - last(b));
for (const operation of operations) await attack(operation);
await signIn('victim');
const after = (await send('GET', `/api/applications/${people.victim.application}`, { cookie: people.victim.cookie })).body.toString();
if (before !== after || before.length < 100) console.log("wrong: somebody else's application was changed");
console.log(`counts ${operations.length} operations, ${counts.requests} requests, ${counts.limited} limited, ${counts.started ?? 0} started: ${Object.entries(statuses).map(([s, n]) => `${s} ${n}`).join(', ')}`);
for (const a of agents.values()) a.destroy();
