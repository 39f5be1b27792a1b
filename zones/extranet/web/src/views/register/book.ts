// Rows of the register book 登记簿 in words: tables, columns and dictionaries come from the daemon (GET /api/register/model).
import { area, date, dateTime, money, say, term, unitCode, type Fact } from '@sanwang/ui';
import type { Book, BookRow, Model, ModelTable } from '../../api/registry';

export function codeText(model: Model, dictionary: string, code: unknown): string {
  const c = model.codes[dictionary]?.find((one) => one.code === String(code));
  return c ? term(c.zh, c.en) : String(code ?? '');
}

const imported = (v: unknown): string => (String(v).startsWith('import') ? say(['历史数据', 'imported data']) : String(v));

function valueText(model: Model, show: string, v: string | number): string {
  switch (show) {
    case '':
      return String(v);
    case 'unit':
      return unitCode(String(v));
    case 'area':
      return area(Number(v));
    case 'money':
      return Number(v) > 0 ? money(Number(v)) : '';
    case 'date':
      return date(String(v));
    case 'time':
      return dateTime(String(v));
    case 'case':
    case 'by':
      return imported(v);
    default:
      return codeText(model, show, v);
  }
}

// What ties rows together is not for reading; a share is shown as it was written.
const hidden = new Set(['bsm', 'ssbsm', 'zzywh', 'yxq_q', 'yxq_z', 'qltb', 'qlbsm', 'sxh', 'qlbl_fz', 'qlbl_fm', 'zxtb', 'zxbsm']);
const mono = new Set(['unit', 'case']);

export function rowFacts(model: Model, table: string, row: BookRow): Fact[] {
  const t = model.tables.find((one) => one.code === table);
  return (t?.columns ?? [])
    .filter((c) => !hidden.has(c.code))
    .map((c) => {
      const v = row[c.code];
      return { key: c.code, name: term(c.zh, c.en), value: v === null || v === undefined || v === '' ? '' : valueText(model, c.show, v), code: mono.has(c.show) };
    })
    .filter((f) => f.value);
}

export const rowsOf = (book: Book, table: string): BookRow[] => book.rows[table] ?? [];

export interface Group {
  key: string;
  table: ModelTable;
  facts: Fact[];
  holders: BookRow[];
}

// The unit's rows as groups to read: rights with their holders, then what it is and stands on.
export function groupsOf(model: Model, book: Book): Group[] {
  const order = [1, 2, 3, 0]; // OWNER, RIGHT, LIMIT, UNIT
  const from = (rows: Record<string, BookRow[]>, classes: number[], where: string): Group[] =>
    classes.flatMap((k) =>
      model.tables
        .filter((t) => t.class === k)
        .flatMap((t) =>
          (rows[t.code] ?? []).map((row, n) => ({
            key: `${where}${t.code}${n}`,
            table: t,
            facts: rowFacts(model, t.code, row),
            holders: (rows.qlr ?? []).filter((h) => h.qlbsm === row.bsm)
          }))
        )
    );
  return [...from(book.rows, order, ''), ...from(book.building, [0, 2], 'b-'), ...from(book.land, [0], 'l-')];
}

// Restrictions that bind on the day of the book: seizures in force, pre-notices, objections.
export function bindingOf(book: Book): { table: string; row: BookRow }[] {
  const rows = book.binding ?? book.rows;
  return ['cfdj', 'ygdj', 'yydj'].flatMap((table) => (rows[table] ?? []).map((row) => ({ table, row })));
}

export function bindingLine(model: Model, { table, row }: { table: string; row: BookRow }): string {
  if (table === 'cfdj')
    return say(['{kind}：{who}，{no}，至 {until}', '{kind}: {who}, {no}, until {until}'], {
      kind: codeText(model, 'cflx', row.cflx),
      who: String(row.cfjg),
      no: String(row.cfwh),
      until: date(String(row.cfjssj))
    });
  const name = table === 'ygdj' ? codeText(model, 'ygdjzl', row.ygdjzl) : say(['异议登记', 'Objection 异议登记']);
  return say(['{name}：{no}', '{name}: {no}'], { name, no: String(row.bdcdjzmh) });
}
