// node lint.mjs DOCUMENT…: OpenAPI documents after the recommended rules of redocly; prints what is wrong, a line each, and ends with 1.
import { createConfig, lintDocument, makeDocumentFromString, BaseResolver } from '@redocly/openapi-core';
import { readFileSync } from 'node:fs';

const config = await createConfig({ extends: ['recommended'], rules: { 'no-unused-components': 'error', 'operation-operationId-unique': 'error', 'no-ambiguous-paths': 'off' } });
let found = 0;
for (const file of process.argv.slice(2)) {
  const document = makeDocumentFromString(readFileSync(file, 'utf8'), file);
  for (const p of await lintDocument({ document, config: config.styleguide, externalRefResolver: new BaseResolver() })) {
    console.log(`${file} ${p.ruleId} ${p.location[0]?.pointer ?? ''}: ${p.message}`);
    found++;
  }
}
process.exit(found ? 1 : 0);
