// The types of the pages from the interfaces of the daemons: build/api/PROGRAM.json, which `PROGRAM --openapi` said, becomes build/api/PROGRAM.d.ts; what all
// daemons have in common becomes build/api/common.d.ts.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import openapiTS, { astToString } from 'openapi-typescript';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (file) => JSON.parse(readFileSync(root + file, 'utf8'));
const shared = Object.assign({}, ...['schemas', 'disc_schemas'].map((f) => read(`common/service/${f}.json`).schemas));
const documents = { common: { openapi: '3.1.0', info: { title: 'common', version: '0' }, paths: {}, components: { schemas: shared } } };
for (const file of readdirSync(`${root}build/api`)) if (file.endsWith('.json')) documents[file.slice(0, -5)] = read(`build/api/${file}`);
for (const [name, document] of Object.entries(documents)) writeFileSync(`${root}build/api/${name}.d.ts`, astToString(await openapiTS(document)));
