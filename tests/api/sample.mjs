// Requests that are right as far as an OpenAPI document tells.
export const right = {
  business: 'transfer-existing-flat',
  kind: 'guide',
  user: 'nobody',
  name: '某甲',
  phone: '13800000000',
  code: 'contract',
  reason: '原因',
  text: '内容',
  unit_code: '',
  day: '2031-01-06',
  start: '09:00',
  about: '京(2020)东城区不动产权第0000001号',
  password: 'correct horse battery',
  query: '{}',
  format: 'pdf',
  link: 'gap',
  slug: 'hostile-guide',
  digest: '0'.repeat(64),
  offset: '0',
  before: '1',
};

// sampler(document)(schema, name, version): a value of the schema; a number that is called version is this one.
export function sampler(document) {
  const of = (s) => (s?.$ref ? of(document.components.schemas[s.$ref.split('/').pop()]) : (s ?? {}));
  return function sample(schema, name, version) {
    const s = of(schema);
    if (s.enum) return s.enum[0];
    if ('const' in s) return s.const;
    const parts = s.allOf ?? s.anyOf ?? s.oneOf;
    if (parts) return sample(parts[0], name, version);
    const type = Array.isArray(s.type) ? s.type[0] : s.type;
    if (type === 'object') return Object.fromEntries(Object.entries(s.properties ?? {}).map(([k, v]) => [k, sample(v, k, version)]));
    if (type === 'array') return [sample(s.items, name, version)];
    if (type === 'integer' || type === 'number') return name === 'version' ? version : (s.minimum ?? 1);
    if (type === 'boolean') return false;
    return right[name] ?? 'x';
  };
}
