// Rows of a sheet by the rules of the business, and a batch on its way over a line that breaks.
import { ApiError } from '@sanwang/ui';
import { describe, expect, it } from 'vitest';
import type { Business } from '../../api/portal';
import { SheetRefused } from './limits';
import { columnsOf, readRows, sheetName, type Applicant } from './rows';
import { prepare, sendAll, waiting, type Wire } from './run';
import { errorsCsv } from './words';

const business = {
  code: 'mortgage', version: 2, zh: '一般抵押权首次登记', en: 'Mortgage', holder_role: 'mortgagee', ended_role: 'mortgagor',
  roles: [
    { code: 'mortgagor', zh: '抵押人(义务人)', en: 'Mortgagor', min: 1, max: 10, signs: true, id_kinds: '1 7' },
    { code: 'mortgagee', zh: '抵押权人', en: 'Mortgagee', min: 1, max: 5, signs: true, id_kinds: '1 7' }
  ],
  fields: [
    { code: 'location', zh: '坐落', en: 'Location', type: 'text', required: true, min: 0, max: 200 },
    { code: 'secured_cents', zh: '被担保债权数额', en: 'Amount', type: 'money', required: true, min: 1, max: 100000000000000 },
    { code: 'term_from', zh: '起始日期', en: 'From', type: 'date', required: true, min: 0, max: 10 },
    { code: 'restricted', zh: '限制转让', en: 'Restricted', type: 'code', required: true, min: 0, max: 10, values: [{ value: 'yes', label: '是' }, { value: 'no', label: '否' }] }
  ],
  materials: [
    { code: 'loan', zh: '主债权合同', en: 'Debt', required: true, formats: 'pdf', size_max: 1 },
    { code: 'certificate', zh: '证书', en: 'Certificate', required: false, formats: 'pdf', size_max: 1 }
  ]
} as unknown as Business;
const who: Applicant = { business, role: 'mortgagee', principal: { name: '示例银行', id_kind: '7', id_number: '91110101MA00000018' }, agent: { name: '赵娜娜', id_number: '110101197005207051' }, forAll: false };
const unit = '110101001001GB00001F00010101';
const other = '110101001001GB00001F00010102';
const head = ['不动产单元代码', '坐落', '被担保债权数额（元）', '起始日期', '限制转让', '抵押人名称', '抵押人证件号码'];
const good = [unit, '示例路1号', '3000000.50', '2026/1/2', '否', '王雨桐', '11010119650525057x'];
const read = (rows: string[][], a = who, shared = ['loan'], files: string[] = []) => readRows([head, ...rows], a, new Set(shared), new Set(files));
const wrong = (rows: string[][], a = who, shared = ['loan'], files: string[] = []): string[] => read(rows, a, shared, files).flatMap((r) => r.wrong.map((w) => `${r.n} ${w.column}`));

describe('rows', () => {
  it('make applications as the pages do', () => {
    const [r] = read([good]);
    expect(r?.wrong).toEqual([]);
    expect(r?.fields).toEqual({ location: '示例路1号', secured_cents: 300000050, term_from: '2026-01-02', restricted: 'no' });
    expect(r?.parties).toEqual([
      { role: 'mortgagee', name: '示例银行', id_kind: '7', id_number: '91110101MA00000018', agent: { kind: 'power', name: '赵娜娜', id_kind: '1', id_number: '110101197005207051' }, share_num: 1, share_den: 1 },
      { role: 'mortgagor', name: '王雨桐', id_kind: '1', id_number: '11010119650525057X', share_num: 1, share_den: 1 }
    ]);
  });
  it('take several people, and an agent who signs for all', () => {
    const two = [...good.slice(0, 5), '王雨桐；陈思远', '11010119650525057X;110101198701222540'];
    expect(read([two], { ...who, forAll: true })[0]?.parties.map((p) => p.agent?.name)).toEqual(['赵娜娜', '赵娜娜', '赵娜娜']);
    expect(wrong([[...good.slice(0, 5), '王雨桐；陈思远', '11010119650525057X']])).toContain('1 抵押人名称');
  });
  it.each([
    ['no unit', 0, 'x', '不动产单元代码'], ['no location', 1, '', '坐落'], ['an amount in words', 2, '三百万', '被担保债权数额（元）'],
    ['no day', 3, '明天', '起始日期'], ['no such choice', 4, '也许', '限制转让'], ['no name', 5, '', '抵押人名称'], ['a wrong number', 6, '110101196505250571', '抵押人证件号码']
  ])('%s is told by row and column', (_, at, value, column) => {
    expect(wrong([good, good.map((c, i) => (i === at ? value : i === 0 ? other : c))])).toContain(`2 ${column}`);
  });
  it('an organisation needs somebody who signs', () => {
    expect(wrong([[...good.slice(0, 5), '示例置业', '91110101MA00000018']])).toEqual(['1 抵押人代理人姓名']);
  });
  it('the same unit twice, a missing file', () => {
    expect(wrong([good, good])).toEqual(['2 不动产单元代码']);
    expect(wrong([good], who, [])).toEqual(['1 材料：主债权合同']);
    const named = [[...head, '材料：主债权合同'], [...good, 'a.pdf']];
    expect(readRows(named, who, new Set(), new Set())[0]?.wrong[0]?.text).toMatch(/a\.pdf/);
    expect(readRows(named, who, new Set(), new Set(['a.pdf']))[0]?.files).toEqual({ loan: ['a.pdf'] });
  });
  it('an empty row between others is told once; a sheet is told by its cells', () => {
    expect(wrong([good, ['', ''], [other, ...good.slice(1)]])).toEqual(['2 ']);
    expect(read([good.map((c, i) => (i === 3 ? '明天' : c))])[0]?.wrong.map((w) => w.cell)).toEqual(['D2']);
  });
  it('a head that is not of the template is refused', () => {
    for (const h of [[...head, '别的'], head.slice(1), [...head, '坐落']]) expect(() => readRows([h, good], who, new Set(), new Set())).toThrow(SheetRefused);
  });
  it('template and list of errors', () => {
    expect(columnsOf(who).filter((c) => c.required).map((c) => c.title)).toEqual(head);
    expect(sheetName({ ...business, zh: '甲/乙[丙]' })).toBe('甲 乙 丙 ');
    expect(errorsCsv(read([good, good]))).toMatch(/3,A3,不动产单元代码,与第 2 行相同/);
  });
});

describe('a batch on its way', () => {
  const material = { id: 'm', code: 'loan', name: 'l.pdf', media: '', size: 1, digest: '' };
  const rows = read([good, [other, ...good.slice(1)], ['110101001001GB00001F00010103', ...good.slice(1)]]);
  const file = new File(['x'], 'l.pdf');
  const files = { shared: new Map([['loan', [file]]]), single: new Map<string, File>() };
  const wire = (more: Partial<Wire>, log: string[]): Wire => ({
    save: (n) => (log.push(`save ${n}`), Promise.resolve({ application: `a${n}`, state: 'draft', version: 1 })),
    upload: (a) => (log.push(`upload ${a}`), Promise.resolve(material)),
    copy: (a, _, of) => (log.push(`copy ${a} ${of}`), Promise.resolve(material)),
    fix: (a) => (log.push(`fix ${a}`), Promise.resolve({})),
    answer: () => Promise.resolve(),
    send: (n) => (log.push(`send ${n}`), Promise.resolve({ remaining: 0 })),
    wait: () => Promise.resolve(true),
    ...more
  });
  it('sends a file for all rows over the line once', async () => {
    const log: string[] = [];
    await prepare(rows, files, wire({}, log), () => undefined, () => false);
    expect(log).toEqual(['save 1', 'upload a1', 'fix a1', 'save 2', 'copy a2 a1', 'fix a2', 'save 3', 'copy a3 a1', 'fix a3']);
  });
  it('waits for a line, leaves what was done, tells what is refused', async () => {
    const log: string[] = [];
    const said: string[] = [];
    let broken = 2;
    const w = wire({
      save: (n) => {
        if (n === 2 && broken-- > 0) return Promise.reject(new ApiError(0, 'OFFLINE', ''));
        return Promise.resolve({ application: `a${n}`, state: n === 1 ? 'signing' : 'draft', version: 1 });
      },
      fix: (a) => (a === 'a3' ? Promise.reject(new ApiError(422, 'SCHEMA', '', [{ key: 'fields.location', zh: '坐落', en: 'location' }])) : Promise.resolve({}))
    }, log);
    await prepare(rows, files, w, (r) => said.push(`${r.n} ${r.wrong.join()}`), () => false);
    expect([said, broken, log]).toEqual([['1 ', '2 ', '3 坐落'], -1, ['upload a2', 'copy a3 a2']]);
  });
  it('answers what it fixed, again what may have been lost, and leaves what is signed', async () => {
    const log: string[] = [];
    const said: string[] = [];
    const w = wire({
      save: (n) => Promise.resolve({ application: `a${n}`, state: n === 3 ? 'submitted' : n === 2 ? 'signing' : 'draft', version: 1 }),
      answer: (a, r) => (log.push(`answer ${a} ${r.parties.length}`), a === 'a2' ? Promise.reject(new ApiError(409, 'STATE', '')) : Promise.resolve())
    }, log);
    await prepare(rows, files, w, (r) => said.push(`${r.n} ${r.wrong.join()}`), () => false);
    expect([said, log]).toEqual([['1 ', '2 ', '3 '], ['upload a1', 'fix a1', 'answer a1 2', 'answer a2 2']]);
  });
  it('a line that does not come back ends it, with what was done told', async () => {
    const said: number[] = [];
    const w = wire({ save: (n) => (n === 2 ? Promise.reject(new ApiError(0, 'OFFLINE', '')) : Promise.resolve({ application: 'a', state: 'signing', version: 1 })), wait: () => Promise.resolve(false) }, []);
    await expect(prepare(rows, files, w, (r) => said.push(r.n), () => false)).rejects.toThrow(ApiError);
    expect(said).toEqual([1]);
  });
  it('only what stands under a signed text goes, and each by itself', async () => {
    const row = (n: number, state: string, part: number) => ({ n, application: `a${n}`, unit_code: '', state, number: '', reason: '', part, waiting: 1 });
    const b = { id: 'b', business: '', business_version: 1, division: '', count: 5, at: '', text: { part: 2, canonical: '', digest: '', signed: false }, rows: [row(1, 'signing', 1), row(2, 'submitted', 1), row(3, 'signing', 2), row(4, 'signing', 0), row(5, 'signing', 1)] };
    expect(waiting(b).map((r) => r.n)).toEqual([1, 5]);
    expect(waiting({ ...b, text: { ...b.text, signed: true } }).map((r) => r.n)).toEqual([1, 3, 5]);
    const said: string[] = [];
    await sendAll(b, wire({ send: (n) => (n === 1 ? Promise.reject(new ApiError(422, 'REFUSED', '授权已撤销')) : Promise.resolve({ remaining: 1 })) }, []), (r) => said.push(`${r.n} ${r.wrong.length} ${r.remaining}`));
    expect(said).toEqual(['1 1 0', '5 0 1']);
  });
});
