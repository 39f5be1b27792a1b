// Signing in at an OpenID provider: a real one (npm oidc-provider) by its own pages, and one that lies in every way it can. Environment: SW_PORTAL (address),
// SW_ISSUERS (two ports for the providers: HONEST LYING), SW_PORTAL_LYING (a portal that trusts the lying one), SW_NUMBER, SW_NAME.
import { createServer } from 'node:http';
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import Provider from 'oidc-provider';

console.info = console.warn = () => undefined; // the provider's advice on how to run it for real
const { SW_PORTAL, SW_PORTAL_LYING, SW_NUMBER, SW_NAME, SW_SECRET } = process.env;
const [honest, lying] = process.env.SW_ISSUERS.split(' ').map((f) => Number(f));
let failed = 0;
const check = (name, good, why = '') => {
  console.log(`${good ? 'ok' : 'not ok'} - ${name}`);
  if (!good) { failed++; console.log(`# ${why}`); }
};
const json = (portal, path, body) => fetch(`${portal}${path}`, { method: 'POST', headers: { 'Content-Type': 'application/json', 'X-Requested-With': 'sanwang' }, body: JSON.stringify(body) });

// ---- the real provider
const levels = ['urn:level:2', 'urn:level:3'];
const provider = new Provider(`http://127.0.0.1:${honest}`, {
  clients: [{ client_id: 'portal', client_secret: readFileSync(SW_SECRET, 'utf8').trim(), redirect_uris: [`${SW_PORTAL}/`], grant_types: ['authorization_code'], response_types: ['code'] }],
  acrValues: levels,
  claims: { openid: ['sub', 'acr', 'name', 'id_number'], profile: [] },
  conformIdTokenClaims: false,
  findAccount: (_ctx, id) => ({ accountId: id, claims: () => ({ sub: id, name: SW_NAME, id_number: SW_NUMBER }) }),
  features: { devInteractions: { enabled: false } },
  interactions: { url: (_ctx, i) => `/interaction/${i.uid}` },
  pkce: { required: () => true, methods: ['S256'] }
});
provider.proxy = false;
let level = levels[1];
const callback = provider.callback();
const real = createServer(async (req, res) => {
  if (!req.url.startsWith('/interaction/')) return callback(req, res);
  // What people do on the provider's own pages: sign in and agree.
  const { prompt, params, grantId } = await provider.interactionDetails(req, res);
  if (prompt.name === 'login') return provider.interactionFinished(req, res, { login: { accountId: 'person-1', acr: level } }, { mergeWithLastSubmission: false });
  const grant = grantId ? await provider.Grant.find(grantId) : new provider.Grant({ accountId: 'person-1', clientId: params.client_id });
  grant.addOIDCScope('openid profile');
  return provider.interactionFinished(req, res, { consent: { grantId: await grant.save() } }, { mergeWithLastSubmission: true });
});
await new Promise((done) => real.listen(honest, '127.0.0.1', done));

// A browser: follows redirects with the provider's cookies until it is back at the portal.
async function browse(url) {
  const jar = new Map();
  for (let n = 0; n < 12; n++) {
    if (url.startsWith(`${SW_PORTAL}/`)) return new URL(url).searchParams;
    const reply = await fetch(url, { redirect: 'manual', headers: { Cookie: [...jar].map(([k, v]) => `${k}=${v}`).join('; ') } });
    for (const c of reply.headers.getSetCookie()) { const [pair] = c.split(';'); const i = pair.indexOf('='); jar.set(pair.slice(0, i), pair.slice(i + 1)); }
    const to = reply.headers.get('location');
    if (!to) throw new Error(`${reply.status} at ${url}: ${(await reply.text()).slice(0, 300)}`);
    url = new URL(to, url).href;
  }
  throw new Error('no way back');
}
const begin = async (portal) => (await json(portal, '/api/oidc/begin', {})).json();

const begun = await begin(SW_PORTAL);
const asked = new URL(begun.url);
check('oidc: code with PKCE, state, nonce and the levels are asked for', asked.searchParams.get('response_type') === 'code' && asked.searchParams.get('code_challenge_method') === 'S256' && asked.searchParams.get('nonce')?.length === 64 && asked.searchParams.get('acr_values') === levels[1]);
const back = await browse(begun.url);
check('oidc: the provider sends the same state back', back.get('state') === begun.state);
const done = await json(SW_PORTAL, '/api/oidc/finish', { code: back.get('code'), state: back.get('state') });
const cookie = done.headers.getSetCookie()[0]?.split(';')[0] ?? '';
check('oidc: the person is signed in', done.status === 200 && cookie !== '', `${done.status} ${await done.clone().text()}`);
const me = await (await fetch(`${SW_PORTAL}/api/session`, { headers: { Cookie: cookie } })).json();
check('oidc: by name, as an applicant', me.name === SW_NAME && me.roles === 'applicant', JSON.stringify(me));
check('oidc: the same answer again signs nobody in', (await json(SW_PORTAL, '/api/oidc/finish', { code: back.get('code'), state: back.get('state') })).status === 401);
check('oidc: a state that was not begun signs nobody in', (await json(SW_PORTAL, '/api/oidc/finish', { code: 'x', state: 'f'.repeat(64) })).status === 401);
const wrong = await begin(SW_PORTAL);
check('oidc: a code that the provider did not give is refused', (await json(SW_PORTAL, '/api/oidc/finish', { code: 'guess', state: wrong.state })).status === 422);
level = levels[0];
const low = await begin(SW_PORTAL);
const lowBack = await browse(low.url);
const lowDone = await json(SW_PORTAL, '/api/oidc/finish', { code: lowBack.get('code'), state: lowBack.get('state') });
check('oidc: a lower level of authentication is not enough', lowDone.status === 422 && /acr/.test(await lowDone.text()));
level = levels[1];
const second = await begin(SW_PORTAL);
const secondBack = await browse(second.url);
const again = await json(SW_PORTAL, '/api/oidc/finish', { code: secondBack.get('code'), state: secondBack.get('state') });
const other = await (await fetch(`${SW_PORTAL}/api/session`, { headers: { Cookie: again.headers.getSetCookie()[0].split(';')[0] } })).json();
check('oidc: the next time it is the same account', other.user === me.user);
const offline = await begin(SW_PORTAL);
real.closeAllConnections();
await new Promise((d) => real.close(d));
const away = await json(SW_PORTAL, '/api/oidc/finish', { code: 'x', state: offline.state });
check('oidc: a provider that is away is told, in time', away.status === 500 || away.status === 504, String(away.status));

// ---- one that lies
const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const strange = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const issuer = `http://127.0.0.1:${lying}`;
const b64 = (o) => Buffer.from(JSON.stringify(o)).toString('base64url');
let lie = {};
let nonce = '';
let challenge = '';
let challenged = true;
const token = () => {
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: issuer, aud: 'portal', sub: '2', exp: now + 60, iat: now, nonce, acr: levels[1], name: SW_NAME, id_number: SW_NUMBER, ...lie.claims };
  const head = `${b64({ alg: 'ES256', ...lie.head })}.${b64(claims)}`;
  const sig = lie.unsigned ? '' : sign('sha256', Buffer.from(head), { key: (lie.strange ? strange : keys).privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url');
  return `${head}.${sig}`;
};
const liar = createServer(async (req, res) => {
  const send = (o) => { res.setHeader('Content-Type', 'application/json'); res.end(typeof o === 'string' ? o : JSON.stringify(o)); };
  if (req.url === '/.well-known/openid-configuration') return send({ issuer, authorization_endpoint: `${issuer}/auth`, token_endpoint: `${issuer}/token`, jwks_uri: `${issuer}/jwks` });
  if (req.url === '/jwks') return send({ keys: [{ ...keys.publicKey.export({ format: 'jwk' }), kid: 'k' }] });
  let body = '';
  for await (const part of req) body += part;
  const verifier = new URLSearchParams(body).get('code_verifier') ?? '';
  challenged &&= createHash('sha256').update(verifier).digest('base64url') === challenge;
  return send(lie.reply ?? { access_token: 'x', token_type: 'Bearer', id_token: token() });
});
await new Promise((d) => liar.listen(lying, '127.0.0.1', d));
async function attempt(l) {
  lie = l;
  const b = await begin(SW_PORTAL_LYING);
  const u = new URL(b.url);
  nonce = u.searchParams.get('nonce');
  challenge = u.searchParams.get('code_challenge');
  return json(SW_PORTAL_LYING, '/api/oidc/finish', { code: 'c', state: b.state });
}
check('oidc: what is true is believed', (await attempt({})).status === 200);
check('oidc: the verifier fits the challenge', challenged);
const lies = {
  'another issuer': { claims: { iss: 'https://other' } }, 'another audience': { claims: { aud: 'other' } }, 'a token that has run out': { claims: { exp: 1 } },
  'a token of another sign-in': { claims: { nonce: 'n' } }, 'no level': { claims: { acr: undefined } }, 'no identity number': { claims: { id_number: '1' } },
  'no signature': { head: { alg: 'none' }, unsigned: true }, 'another key': { strange: true }, 'a key of another name': { head: { kid: 'z' } },
  'no token': { reply: {} }, 'no JSON': { reply: '<html>' }, 'a mountain of JSON': { reply: `{"id_token":"${'x'.repeat(400000)}"}` }
};
for (const [name, l] of Object.entries(lies)) {
  const r = await attempt(l);
  check(`oidc: refused: ${name}`, r.status >= 400 && r.headers.getSetCookie().length === 0, `${r.status}`);
}
liar.closeAllConnections();
liar.close();
process.exit(failed ? 1 : 0);
