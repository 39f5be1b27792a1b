// Rows of the register book 登记簿 in words: column codes of TD/T 1066, numeric codes of the dictionaries.
import { area, date, dateTime, money, say, term, unitCode, type Fact, type Text } from '@sanwang/ui';
import type { Book, BookRow } from '../../api/registry';

const registrations: Record<string, Text> = {
  '100': ['首次登记', 'First registration'],
  '200': ['转移登记', 'Transfer'],
  '300': ['变更登记', 'Change'],
  '400': ['注销登记', 'Cancellation'],
  '500': ['更正登记', 'Correction'],
  '600': ['异议登记', 'Objection'],
  '700': ['预告登记', 'Pre-notice'],
  '800': ['查封登记', 'Seizure'],
  '900': ['其他登记', 'Other']
};
const rights: Record<string, Text> = {
  '3': ['国有建设用地使用权', 'Use of state-owned building land'],
  '4': ['国有建设用地使用权/房屋所有权', 'Use of state-owned building land and ownership of the building'],
  '6': ['宅基地使用权/房屋所有权', 'Homestead and ownership of the building'],
  '8': ['集体建设用地使用权/房屋所有权', 'Collective building land and ownership of the building'],
  '23': ['抵押权', 'Mortgage']
};
const sharings: Record<string, Text> = {
  '0': ['单独所有', 'Sole'],
  '1': ['共同共有', 'Joint'],
  '2': ['按份共有', 'By shares'],
  '3': ['其他共有', 'Other']
};
const seizures: Record<string, Text> = {
  '1': ['查封', 'Seizure'],
  '2': ['轮候查封', 'Waiting seizure'],
  '3': ['预查封', 'Pre-seizure'],
  '4': ['轮候预查封', 'Waiting pre-seizure'],
  '99': ['其他', 'Other']
};

function word(table: Record<string, Text>, code: unknown): string {
  const t = table[String(code)];
  return t ? term(t[0], t[1]) : String(code ?? '');
}
export const registrationText = (code: unknown): string => word(registrations, code);
export const rightText = (code: unknown): string => word(rights, code);
export const seizureText = (code: unknown): string => word(seizures, code);

type Show = (v: string | number) => string;
const plain: Show = (v) => String(v);
const unit: Show = (v) => unitCode(String(v));
const squares: Show = (v) => area(Number(v));
const by: Show = (v) => (v === 'import' ? say(['历史数据', 'imported data']) : String(v));

interface Column {
  code: string;
  zh: string;
  en: string;
  show: Show;
  mono?: boolean;
}
const col = (code: string, zh: string, en: string, show: Show = plain, mono = false): Column => ({ code, zh, en, show, mono });

const columns: Record<string, readonly Column[]> = {
  h: [
    col('bdcdyh', '不动产单元代码', 'Unit code', unit, true),
    col('zl', '坐落', 'Location'),
    col('shbw', '室号部位', 'Room'),
    col('jzmj', '建筑面积', 'Floor area', squares),
    col('ghyt', '规划用途', 'Use'),
    col('yxq_q', '登记时间', 'In force since', (v) => dateTime(String(v))),
    col('ywh', '业务号', 'Case', by, true)
  ],
  zdjbxx: [
    col('zddm', '宗地代码', 'Parcel code', plain, true),
    col('zl', '坐落', 'Location'),
    col('zdmj', '宗地面积', 'Area of the parcel', squares),
    col('yt', '用途', 'Use'),
    col('qlxz', '权利性质', 'Kind of grant')
  ],
  fdcq2: [
    col('qllx', '权利类型', 'Right', rightText),
    col('bdcqzh', '不动产权证号', 'Certificate of title', plain, true),
    col('gyfs', '共有方式', 'Ownership', (v) => word(sharings, v)),
    col('djlx', '登记类型', 'Registration', registrationText),
    col('djyy', '登记原因', 'Ground'),
    col('jg', '价格', 'Price', (v) => (Number(v) > 0 ? money(Number(v)) : '')),
    col('djsj', '登记时间', 'Registered', (v) => dateTime(String(v))),
    col('dbr', '登簿人', 'Entered by', by),
    col('ywh', '业务号', 'Case', by, true)
  ],
  qlr: [
    col('qlrmc', '权利人', 'Name'),
    col('zjh', '证件号', 'Identity number', plain, true),
    col('qlbl_fz', '份额', 'Share')
  ],
  cfdj: [
    col('cflx', '查封类型', 'Kind', seizureText),
    col('cfjg', '查封机关', 'Authority'),
    col('cfwh', '查封文号', 'Document'),
    col('cfqssj', '查封起始', 'From', (v) => date(String(v))),
    col('cfjssj', '查封截止', 'Until', (v) => date(String(v)))
  ]
};

export function rowFacts(table: string, row: BookRow): Fact[] {
  return (columns[table] ?? []).map((c) => {
    const v = c.code === 'qlbl_fz' ? `${String(row.qlbl_fz)}/${String(row.qlbl_fm)}` : row[c.code];
    return { key: c.code, name: term(c.zh, c.en), value: v === null || v === undefined || v === '' ? '' : c.show(v), code: c.mono === true };
  });
}

export const rowsOf = (book: Book, table: string): BookRow[] => book[table] ?? [];

// Seizures that bind today (days in Chinese time).
export function inForce(book: Book, now = Date.now()): BookRow[] {
  const today = new Date(now + 8 * 3600_000).toISOString().slice(0, 10);
  return rowsOf(book, 'cfdj').filter((r) => String(r.cfqssj) <= today && today <= String(r.cfjssj));
}

export const seizureLine = (r: BookRow): string =>
  say(['{kind}：{who}，{no}，至 {until}', '{kind}: {who}, {no}, until {until}'], { kind: seizureText(r.cflx), who: String(r.cfjg), no: String(r.cfwh), until: date(String(r.cfjssj)) });
