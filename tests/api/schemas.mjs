// An OpenAPI document as something that replies and bodies can be held against. In a test an object has what its schema names and nothing else.
import Ajv from 'ajv/dist/2020.js';

// The same schema, where an object has what is named and nothing else; allOf is one object with all that its parts name.
const strict = (schema, all) => {
  if (Array.isArray(schema)) return schema.map((s) => strict(s, all));
  if (schema === null || typeof schema !== 'object') return schema;
  if (schema.allOf) return strict(merged(schema, all), all);
  const out = Object.fromEntries(Object.entries(schema).map(([k, v]) => [k, k === 'properties' ? named(v, all) : strict(v, all)]));
  if (out.properties && !('additionalProperties' in out)) out.additionalProperties = false;
  return out;
};
const named = (schemas, all) => Object.fromEntries(Object.entries(schemas).map(([n, s]) => [n, strict(s, all)]));
const merged = (schema, all) => {
  const parts = (schema.allOf ?? [schema]).map((s) => (s.$ref ? merged(all[s.$ref.split('/').pop()], all) : s));
  return { type: 'object', required: parts.flatMap((s) => s.required ?? []), properties: Object.assign({}, ...parts.map((s) => s.properties)) };
};
const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

export class Interface {
  constructor(document) {
    this.ajv = new Ajv({ strict: false, formats: { date: /^\d{4}-\d{2}-\d{2}$/, binary: true } });
    this.ajv.addSchema({ $id: 'api:', components: { schemas: named(document.components.schemas, document.components.schemas) } });
    this.operations = Object.entries(document.paths)
      .flatMap(([path, item]) => Object.entries(item).map(([method, what]) => ({ method: method.toUpperCase(), path, what })))
      .map((o) => ({ ...o, pattern: new RegExp('^' + o.path.split(/(\{[^}]*\})/).map((s) => (s.startsWith('{') ? '[^/]+' : escaped(s))).join('') + '$') }))
      .sort((a, b) => (a.path.match(/\{/g) ?? []).length - (b.path.match(/\{/g) ?? []).length);
    this.known = new Map();
  }
  find(method, path) {
    return this.operations.find((o) => o.method === method && o.pattern.test(path));
  }
  // What is wrong with the value; '' nothing.
  check(schema, value) {
    const text = JSON.stringify(schema);
    if (!this.known.has(text)) this.known.set(text, this.ajv.compile(JSON.parse(text.replaceAll('"#/', '"api:#/'))));
    const validate = this.known.get(text);
    if (validate(value)) return '';
    const e = validate.errors[0];
    return `${e.instancePath || '/'} ${e.message}${e.params.additionalProperty ? ` (${e.params.additionalProperty})` : ''}`;
  }
  // A reply of an operation: the status is one it names, the type too, JSON is as its schema says.
  reply(operation, status, type, body) {
    const said = operation.what.responses[status] ?? operation.what.responses[`${String(status)[0]}XX`];
    if (!said) return `status ${status} is not described`;
    const content = said.$ref ? { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } } : (said.content ?? {});
    const media = Object.keys(content).find((t) => t.split(';')[0] === type.split(';')[0]);
    if (!media) return body.length === 0 && Object.keys(content).length === 0 ? '' : `status ${status}: the type ${type} is not described`;
    if (!media.startsWith('application/json') || content[media].schema?.format === 'binary') return '';
    let value;
    try {
      value = JSON.parse(body.toString());
    } catch {
      return `status ${status}: no JSON`;
    }
    const wrong = this.check(content[media].schema, value);
    return wrong && `status ${status}: ${wrong}`;
  }
  // The body of a request that was taken.
  body(operation, body) {
    const schema = operation.what.requestBody?.content['application/json']?.schema;
    if (!schema || body.length === 0) return '';
    const wrong = this.check(schema, JSON.parse(body.toString()));
    return wrong && `body: ${wrong}`;
  }
}
