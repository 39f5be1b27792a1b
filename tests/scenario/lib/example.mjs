// The example.json of each business as a world of its own: fictitious people, a unit, and what stands in the book before.
import { existsSync, readFileSync, readdirSync } from 'node:fs';

export const root = 'conf/businesses';
export const codes = readdirSync(root).filter((c) => existsSync(`${root}/${c}/business.yaml`)).sort();
// Their new parcels lie beside each other, inside the district.
const cadastral = codes.filter((c) => /^needs_cadastral: true/m.test(readFileSync(`${root}/${c}/business.yaml`, 'utf8')));
export const pad = (n, w) => String(n).padStart(w, '0');
const DAY = 86400000;
export const date = (shift) => new Date(Date.now() + 8 * 3600000 + shift * DAY).toISOString().slice(0, 10);
export const AT = '2020-01-02T00:00:00.000Z';

// ---- fictitious people with numbers that pass their checks
const resident = (n) => {
  const s = `110101${1950 + (n % 40)}0${1 + (n % 9)}1${n % 9}${pad(n % 1000, 3)}`;
  const w = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  return s + '10X98765432'[w.reduce((a, x, i) => a + x * s[i], 0) % 11];
};
const organisation = (n) => {
  const set = '0123456789ABCDEFGHJKLMNPQRTUWXY';
  const s = `91110101MA${pad(n, 7)}`;
  let sum = 0;
  for (let i = 0, w = 1; i < 17; i++, w = (w * 3) % 31) sum += set.indexOf(s[i]) * w;
  return s + set[(31 - (sum % 31)) % 31];
};
const given = '丰明丽静佳宁博远晓梅';
const persons = ['owner', 'coowner', 'buyer', 'other', 'renamed'];
const firms = ['bank', 'developer', 'company'];
function people(n) {
  const all = { court: { name: '示例市人民法院', kind: '6', id: '11110000000000001X' } };
  persons.forEach((who, i) => { all[who] = { name: `${'张李王赵陈'[i]}${given[n % 10]}${given[(n + i) % 10]}`, kind: '1', id: resident(n * 7 + i) }; });
  firms.forEach((who, i) => { all[who] = { name: `示例${['银行', '房地产开发', '资产管理'][i]}${n}号有限公司`, kind: '7', id: organisation(n * 7 + i) }; });
  return all;
}

// ---- a world of its own for the n-th example
export function world(n, example, refusal, who = {}) {
  const parcel = `110101001001GB${pad(9000 + n, 5)}`;
  const kind = (refusal && refusal.unit) || example.unit;
  const units = { homestead: `110101001001JC${pad(9000 + n, 5)}F00010001` };
  const w = { n, place: cadastral.indexOf(codes[n % codes.length]), parcel, kind, who: { ...people(n), ...who }, unit: units[kind] ?? `${parcel}F00010101`, words: {} };
  if (example.unit === 'homestead') w.unit = units.homestead;
  w.applied = example.applied ? say(example.applied, w) : w.unit;
  w.words = { title: `京(2019)东城区不动产权第${pad(n * 2 + 1, 7)}号`, proof: `京(2019)东城区不动产证明第${pad(n + 1, 7)}号`, yesterday: new Date(Date.now() - DAY).toISOString() };
  return w;
}
// {owner.name}, {unit}, {n} … in texts
export function say(v, w, rows = {}) {
  if (Array.isArray(v)) return v.map((x) => say(x, w, rows));
  if (v && typeof v === 'object') return Object.fromEntries(Object.entries(v).map(([k, x]) => [k, say(x, w, rows)]));
  if (typeof v !== 'string') return v;
  return v.replace(/\{([a-z0-9.]+)\}/g, (all, word) => {
    const [a, b] = word.split('.');
    if (a === 'row') return String(rows[b] ?? '');
    if (w.who[a]) return w.who[a][b];
    return { n: w.n, unit: w.unit, parcel: w.parcel, ...w.words }[word] ?? all;
  });
}

// ---- what stands in the book before
const defaults = {
  cfdj: { djlx: '800', cflx: '1', sdsj: '', fj: '', dbr: 'import', djsj: AT },
  dyaq: { qllx: '23', djlx: '100', djyy: '抵押', bdcdjzmh: '{proof}', fj: '', dbr: 'import', djsj: AT, ywr: '{owner.name}', scsj: '2022-01-02T00:00:00.000Z', dyfs: '1', dybdclx: '2', dysw: 1, bdbzzqse: 200000000, zwlxqssj: '2022-01-01', zwlxjssj: '2042-01-01', dbfw: '', jzzr: '0' },
  ygdj: { qllx: '4', djlx: '700', djyy: '预告', bdcdjzmh: '{proof}', fj: '', dbr: 'import', djsj: AT, qdjg: 400000000, qlqssj: '', qljssj: '', kdjrq: '' },
  yydj: { qllx: '4', djlx: '600', djyy: '异议', bdcdjzmh: '{proof}', fj: '', dbr: 'import', djsj: AT, ssfy: '', ah: '' },
  dyiq: { qllx: '19', djlx: '100', djyy: '地役权', bdcdjzmh: '{proof}', fj: '', dbr: 'import', djsj: AT, ywr: '{owner.name}', xydbdcdyh: '110101001001GB00001F00010101', dyqnr: '通行', qlqssj: '2020-01-01', qljssj: '2040-01-01' },
  jzq: { qllx: '99', djlx: '100', djyy: '居住权', bdcdjzmh: '{proof}', fj: '', dbr: 'import', djsj: AT, ywr: '{owner.name}', jzfw: '居住全屋', qlqssj: '', qljssj: '' },
};
export function book(w, example, refusal, out) {
  const put = (table, row) => out.push({ table, row: { yxq_q: AT, ...say(row, w) } });
  const hold = (table, unit, holders) => {
    const line = out.length;
    holders.forEach((who, i) => put('qlr', { bdcdyh: unit, qltb: table, qlbsm: line, sxh: i + 1, qlrmc: w.who[who].name, zjzl: w.who[who].kind, zjh: w.who[who].id, qlrlx: w.who[who].kind === '7' ? '2' : '1', gyfs: holders.length > 1 ? '2' : '0', qlbl: holders.length > 1 ? `1/${holders.length}` : '', qlbl_fz: 1, qlbl_fm: holders.length }));
  };
  const use = (refusal && refusal.use) || '住宅';
  const flat = (unit, holders, number) => {
    put('h', { bdcdyh: unit, zddm: w.parcel, zrzh: unit.slice(0, 24), zl: '示例路{n}号1幢101室', shbw: unit.slice(25), szc: '1', jzmj: 1000000, ghyt: use });
    put('fdcq2', { bdcdyh: unit, qllx: '4', djlx: '100', djyy: '首次登记', bdcqzh: number, fj: '', dbr: 'import', djsj: AT, jg: 0, tdsyqssj: '2010-01-01', tdsyjssj: '2079-12-31' });
    hold('fdcq2', unit, holders);
  };
  if (w.kind === 'none' || w.kind === 'homestead') return;
  const land = `${w.parcel}W00000000`;
  put('zdjbxx', { bdcdyh: land, zddm: w.parcel, zdtzm: 'GB', zl: '示例路{n}号', zdmj: 100000000, yt: '城镇住宅用地', qlxz: '出让' });
  if (w.kind === 'land') {
    put('jsydsyq', { bdcdyh: land, qllx: '3', djlx: '100', djyy: '首次登记', bdcqzh: '{title}', fj: '', dbr: 'import', djsj: AT, syqmj: 100000000, syqqssj: '2010-01-01', syqjssj: '2079-12-31', qdjg: 0 });
    hold('jsydsyq', land, ['developer']);
  } else if (w.kind === 'pair') {
    flat(w.unit, ['owner'], '{title}');
    flat(`${w.parcel}F00010102`, ['owner'], w.words.title.replace(/第(\d+)号/, (_, d) => `第${pad(Number(d) + 1, 7)}号`));
  } else {
    flat(w.unit, { shared: ['owner', 'coowner'], developed: ['developer'] }[w.kind] ?? ['owner'], '{title}');
  }
  for (const g of [...(example.given ?? []), ...((refusal && refusal.given) || [])]) {
    put(g.table, { bdcdyh: w.unit, ...defaults[g.table], ...g.row });
    if (g.holders) hold(g.table, w.unit, g.holders);
  }
}
