// A sheet as it was dropped, CSV or XLSX, read in the browser: rows of text, or why it is not taken.
import Papa from 'papaparse';
import { cellMax, columnsMax, fileMax, refuse, rowsMax } from './limits';
import { readXlsx, type ParseXml } from './xlsx';

// A spreadsheet saves CSV as UTF-8 or, in Chinese, as GB 18030.
function decoded(bytes: Uint8Array): string {
  for (const name of ['utf-8', 'gb18030'])
    try {
      return new TextDecoder(name, { fatal: true }).decode(bytes).replace(/^\ufeff/, '');
    } catch {
      continue;
    }
  return refuse('text', '文件的文字编码无法识别，请存为 UTF-8 的 CSV 或 xlsx', 'The text cannot be read; save it as CSV in UTF-8 or as xlsx');
}

// What a spreadsheet would take for a formula.
const acting = (cell: string): boolean => /^[=@\t\r]/.test(cell) || /^[+-].*[A-Za-z(|]/.test(cell);

function readCsv(bytes: Uint8Array): string[][] {
  const text = decoded(bytes);
  if (text.includes('\u0000')) refuse('kind', '这不是 CSV 文本', 'This is no CSV text');
  const { data, errors } = Papa.parse<string[]>(text, { preview: rowsMax + 2, skipEmptyLines: false });
  const broken = errors.find((e) => e.type === 'Quotes');
  if (broken) refuse('text', `第 ${(broken.row ?? 0) + 1} 行的引号不成对`, `Row ${(broken.row ?? 0) + 1}: a quotation mark is missing`);
  const rows = data.map((r) => r.map((c) => c.trim()));
  rows.forEach((r, y) => {
    if (r.length > columnsMax) refuse('columns', `表格超过 ${columnsMax} 列`, `The sheet has more than ${columnsMax} columns`);
    r.forEach((c, x) => {
      if (acting(c)) refuse('formula', `第 ${y + 1} 行第 ${x + 1} 列是公式，请改为填写结果`, `Row ${y + 1}, column ${x + 1} is a formula; fill in its result`);
      if (c.length > cellMax) refuse('text', `第 ${y + 1} 行第 ${x + 1} 列的内容过长`, `Row ${y + 1}, column ${x + 1} is too long`);
    });
  });
  return rows;
}

// sheet: the name of the worksheet a workbook must hold. Rows that hold nothing are left out at the end only: a number of a row is what people see.
export function readSheet(bytes: Uint8Array, sheet: string, parse: ParseXml): string[][] {
  if (!bytes.length || bytes.length > fileMax) refuse('size', `文件为空或超过 ${fileMax >> 20} MB`, `The file is empty or larger than ${fileMax >> 20} MB`);
  const magic = Array.from(bytes.subarray(0, 4), (b) => b.toString(16).padStart(2, '0')).join('');
  if (magic === 'd0cf11e0') refuse('old', '这是旧格式或加了密码的表格，请另存为不加密的 xlsx', 'This workbook is of the old format or has a password; save it as xlsx without one');
  const rows = magic === '504b0304' ? readXlsx(bytes, sheet, parse) : readCsv(bytes);
  while (rows.length && !rows[rows.length - 1]?.some(Boolean)) rows.pop();
  if (rows.length < 2) refuse('rows', '表格里没有数据行', 'The sheet has no rows');
  if (rows.length - 1 > rowsMax) refuse('rows', `表格超过 ${rowsMax} 行，请分批提交`, `The sheet has more than ${rowsMax} rows; hand it in in parts`);
  return rows;
}

// What goes out: no cell that a spreadsheet would act on.
export const writeCsv = (rows: readonly (readonly string[])[]): string => `\ufeff${Papa.unparse(rows.map((r) => r.map((c) => (/^[=@+\-\t\r]/.test(c) ? `'${c}` : c))), { newline: '\r\n' })}\r\n`;
