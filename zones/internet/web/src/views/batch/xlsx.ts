// Workbooks, read and written: zip by fflate, XML by the browser's own parser. What acts, points elsewhere, or grows beyond its bounds is refused by name.
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { cellAt, cellMax, columnName, columnsMax, entriesMax, refuse, rowsMax, unpackedMax } from './limits';

export type ParseXml = (text: string) => Document;

// Only the parts that are read are unpacked, and only while they stay within the bounds their own headers name.
function unpack(bytes: Uint8Array): Record<string, Uint8Array> {
  let total = 0;
  let entries = 0;
  const names: string[] = [];
  try {
    const parts = unzipSync(bytes, {
      filter: (f) => {
        names.push(f.name);
        entries += 1;
        total += f.originalSize;
        if (entries > entriesMax || total > unpackedMax || (f.originalSize > 1 << 20 && f.originalSize > 200 * f.size)) refuse('bomb', '表格解压后过大，不能读取', 'The sheet grows too large when unpacked');
        if (/vbaProject|\.bin$/i.test(f.name) && !/printerSettings/i.test(f.name)) refuse('macro', '表格含有宏或嵌入程序，不能读取；请另存为不含宏的 xlsx', 'The sheet holds a macro; save it as xlsx without macros');
        if (/externalLinks?\//i.test(f.name)) refuse('external', '表格引用了其他文件，不能读取', 'The sheet points at other files');
        return /^xl\/(workbook|sharedStrings)\.xml$|^xl\/_rels\/workbook\.xml\.rels$|^xl\/worksheets\/[^/]+\.xml$|^xl\/styles\.xml$/.test(f.name);
      }
    });
    if (!names.includes('xl/workbook.xml')) refuse('kind', '这不是 xlsx 表格', 'This is no xlsx workbook');
    return parts;
  } catch (e) {
    if (e instanceof Error && e.name === 'SheetRefused') throw e;
    return refuse('kind', '这不是完整的 xlsx 表格', 'This is no whole xlsx workbook');
  }
}

function part(parts: Record<string, Uint8Array>, name: string, parse: ParseXml): Document | null {
  const bytes = parts[name];
  if (!bytes) return null;
  const text = strFromU8(bytes);
  if (/<!(DOCTYPE|ENTITY)/i.test(text)) refuse('entity', '表格含有外部实体，不能读取', 'The sheet holds entities');
  let d: Document | null = null;
  try {
    d = parse(text);
  } catch {
    d = null;
  }
  if (!d?.documentElement || d.getElementsByTagName('parsererror').length) return refuse('kind', '表格内容损坏，不能读取', 'The sheet is damaged');
  return d;
}

const all = (d: Document | Element, name: string): Element[] => Array.from(d.getElementsByTagNameNS('*', name));
const textOf = (e: Element): string => all(e, 't').map((t) => t.textContent ?? '').join('');

// Where the sheet of this name lies.
function sheetPath(parts: Record<string, Uint8Array>, sheet: string, parse: ParseXml): string {
  const book = part(parts, 'xl/workbook.xml', parse);
  const found = book ? all(book, 'sheet').find((s) => s.getAttribute('name') === sheet) : undefined;
  if (!found) return refuse('sheet', `文件中没有名为“${sheet}”的工作表，请使用本业务的模板`, `There is no worksheet named ${sheet}; use the template of this business`);
  const id = found.getAttribute('r:id') ?? found.getAttributeNS('http://schemas.openxmlformats.org/officeDocument/2006/relationships', 'id');
  const rels = part(parts, 'xl/_rels/workbook.xml.rels', parse);
  const target = (rels ? all(rels, 'Relationship') : []).find((r) => r.getAttribute('Id') === id)?.getAttribute('Target') ?? '';
  const path = target.startsWith('/') ? target.slice(1) : `xl/${target}`;
  return parts[path] ? path : refuse('kind', '表格内容损坏，不能读取', 'The sheet is damaged');
}

// Formats that show a number as a day.
function dayStyles(styles: Document | null): Set<number> {
  const days = new Set<number>();
  if (!styles) return days;
  const own = new Set(all(styles, 'numFmt').filter((f) => /[yd]/i.test((f.getAttribute('formatCode') ?? '').replace(/\[[^\]]*\]|"[^"]*"/g, ''))).map((f) => Number(f.getAttribute('numFmtId'))));
  const cells = all(styles, 'cellXfs')[0];
  (cells ? all(cells, 'xf') : []).forEach((xf, n) => {
    const id = Number(xf.getAttribute('numFmtId'));
    if ((id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 50 && id <= 58) || own.has(id)) days.add(n);
  });
  return days;
}

// A number of days since 1899-12-30.
export const dayText = (serial: number): string => new Date(Date.UTC(1899, 11, 30) + Math.floor(serial) * 86400000).toISOString().slice(0, 10);

function valueOf(c: Element, at: string, shared: readonly string[], days: ReadonlySet<number>): string {
  const kind = c.getAttribute('t') ?? 'n';
  const v = all(c, 'v')[0]?.textContent ?? '';
  if (kind === 'inlineStr') return textOf(c);
  if (kind === 's') return shared[Number(v)] ?? '';
  if (kind === 'str') return v;
  if (kind === 'b') return v === '1' ? 'yes' : v === '0' ? 'no' : '';
  if (kind !== 'n') return refuse('text', `${at} 的内容是错误值`, `${at} holds an error`);
  if (!v) return '';
  const n = Number(v);
  if (days.has(Number(c.getAttribute('s') ?? 0)) && n > 0 && n < 2958466) return dayText(n);
  if (Number.isInteger(n) && Math.abs(n) > Number.MAX_SAFE_INTEGER) return refuse('text', `${at} 的号码被表格软件当成数字改变了，请把该列设为“文本”后重新填写`, `${at}: the number was changed by the spreadsheet; make the column text and fill it in again`);
  return Number.isFinite(n) ? String(n) : v;
}

// The rows of the sheet as text, the first is the head.
export function readXlsx(bytes: Uint8Array, sheet: string, parse: ParseXml): string[][] {
  const parts = unpack(bytes);
  const d = part(parts, sheetPath(parts, sheet, parse), parse) as Document;
  const merged = all(d, 'mergeCell')[0]?.getAttribute('ref');
  if (merged) refuse('merged', `${merged} 是合并单元格，请取消合并`, `${merged} are merged cells; split them`);
  const strings = part(parts, 'xl/sharedStrings.xml', parse);
  const shared = strings ? all(strings, 'si').map(textOf) : [];
  const days = dayStyles(part(parts, 'xl/styles.xml', parse));
  const rows: string[][] = [];
  for (const c of all(d, 'c')) {
    const ref = c.getAttribute('r') ?? '';
    const at = cellAt(ref);
    if (!at) return refuse('kind', '表格内容损坏，不能读取', 'The sheet is damaged');
    if (all(c, 'f').length) refuse('formula', `${ref} 是公式，请改为填写结果`, `${ref} is a formula; fill in its result`);
    const text = valueOf(c, ref, shared, days).trim();
    if (!text) continue;
    if (at[0] >= columnsMax) refuse('columns', `表格超过 ${columnsMax} 列`, `The sheet has more than ${columnsMax} columns`);
    if (at[1] > rowsMax) refuse('rows', `表格超过 ${rowsMax} 行`, `The sheet has more than ${rowsMax} rows`);
    if (text.length > cellMax) refuse('text', `${ref} 的内容过长`, `${ref} is too long`);
    const row = (rows[at[1]] ??= []);
    row[at[0]] = text;
  }
  return Array.from(rows, (r) => Array.from(r ?? [], (x) => x ?? ''));
}

const escaped = (s: string): string => s.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;').replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, '');

function sheetXml(rows: readonly (readonly string[])[], widths: readonly number[]): string {
  const cols = widths.map((w, n) => `<col min="${n + 1}" max="${n + 1}" width="${w}" style="1" customWidth="1"/>`).join('');
  const body = rows.map((r, y) => `<row r="${y + 1}">${r.map((c, x) => `<c r="${columnName(x)}${y + 1}" s="${y ? 1 : 2}" t="inlineStr"><is><t xml:space="preserve">${escaped(c)}</t></is></c>`).join('')}</row>`).join('');
  return `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cols>${cols}</cols><sheetData>${body}</sheetData></worksheet>`;
}

// Every column is text, so that numbers of eighteen digits stay what they are.
export function writeXlsx(sheets: readonly { name: string; rows: readonly (readonly string[])[]; widths: readonly number[] }[]): Uint8Array {
  const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
  const rel = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
  const pack = 'http://schemas.openxmlformats.org/package/2006';
  const kind = 'application/vnd.openxmlformats-officedocument.spreadsheetml';
  const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';
  const files: Record<string, Uint8Array> = {
    '[Content_Types].xml': strToU8(`${head}<Types xmlns="${pack}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${kind}.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="${kind}.styles+xml"/>${sheets.map((_, n) => `<Override PartName="/xl/worksheets/sheet${n + 1}.xml" ContentType="${kind}.worksheet+xml"/>`).join('')}</Types>`),
    '_rels/.rels': strToU8(`${head}<Relationships xmlns="${pack}/relationships"><Relationship Id="rId1" Type="${rel}/officeDocument" Target="xl/workbook.xml"/></Relationships>`),
    'xl/workbook.xml': strToU8(`${head}<workbook xmlns="${main}" xmlns:r="${rel}"><sheets>${sheets.map((s, n) => `<sheet name="${escaped(s.name)}" sheetId="${n + 1}" r:id="rId${n + 1}"/>`).join('')}</sheets></workbook>`),
    'xl/_rels/workbook.xml.rels': strToU8(`${head}<Relationships xmlns="${pack}/relationships">${sheets.map((_, n) => `<Relationship Id="rId${n + 1}" Type="${rel}/worksheet" Target="worksheets/sheet${n + 1}.xml"/>`).join('')}<Relationship Id="rId${sheets.length + 1}" Type="${rel}/styles" Target="styles.xml"/></Relationships>`),
    'xl/styles.xml': strToU8(`${head}<styleSheet xmlns="${main}"><fonts count="2"><font><sz val="11"/></font><font><b/><sz val="11"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="3"><xf/><xf numFmtId="49" applyNumberFormat="1"/><xf numFmtId="49" fontId="1" applyNumberFormat="1" applyFont="1"/></cellXfs></styleSheet>`)
  };
  sheets.forEach((s, n) => (files[`xl/worksheets/sheet${n + 1}.xml`] = strToU8(sheetXml(s.rows, s.widths))));
  return zipSync(files, { level: 6, mtime: new Date(2020, 0, 1) });
}
