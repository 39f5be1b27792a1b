// node marked.mjs BASE COOKIE STAFF FOLDER: a request of each operation that takes anything, as a file for sqlmap with * behind each value that it shall try;
// STAFF is the cookie for what applicants may not do. What ends the own session is left out.
import { writeFileSync } from 'node:fs';
import { right, sampler } from './sample.mjs';
import { Interface } from './schemas.mjs';

const [base, cookie, staff, folder] = process.argv.slice(2);
const document = await (await fetch(`${base}/api/openapi.json`)).json();
const sample = sampler(document);
const marked = (v) => (Array.isArray(v) ? v.map(marked) : v && typeof v === 'object' ? Object.fromEntries(Object.entries(v).map(([k, x]) => [k, marked(x)])) : `${v}*`);
let n = 0;
for (const o of new Interface(document).operations) {
  const schema = o.what.requestBody?.content?.['application/json']?.schema;
  const query = (o.what.parameters ?? []).filter((p) => p.in === 'query');
  if ((o.path === '/api/session' || o.path === '/api/sessions') && o.method !== 'GET') continue;
  const body = schema ? JSON.stringify(marked(sample(schema, '', 1))) : '';
  if (!o.path.includes('{') && query.length === 0 && !body.includes('*')) continue;
  const path = o.path.replace(/\{([^}]*)\}/g, (_, name) => `${encodeURIComponent(right[name] ?? '1')}*`) + (query.length ? `?${query.map((p) => `${p.name}=${encodeURIComponent(right[p.name] ?? 'x')}*`).join('&')}` : '');
  const who = /desk|accounts|roles|organisations|links|keys|looks|rights/.test(o.path) ? staff : cookie;
  const lines = [`${o.method} ${path} HTTP/1.1`, `Host: ${base.replace('http://', '')}`, `Cookie: ${who}`, 'X-Requested-With: sanwang', ...(body ? ['Content-Type: application/json'] : []), '', body];
  writeFileSync(`${folder}/${String(++n).padStart(3, '0')}-${o.method}${o.path.replace(/[/{}]+/g, '-')}.request`, lines.join('\r\n'));
}
