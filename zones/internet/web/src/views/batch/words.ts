// What the pages of a batch hand out: template, list of errors, list of results.
import { say, stateOf, term, type Text } from '@sanwang/ui';
import type { BatchRow } from '../../api/batches';
import type { Applicant, Column, RowDraft } from './rows';
import { columnsOf, lineOf, sheetName } from './rows';
import { writeCsv } from './sheet';
import { writeXlsx } from './xlsx';

export function templateXlsx(a: Applicant): Uint8Array {
  const columns = columnsOf(a);
  const explained = [['列', 'Column', '必填 required', '说明'], ...columns.map((c) => [c.title, c.en, c.required ? '是 yes' : '否 no', c.hint])];
  return writeXlsx([
    { name: sheetName(a.business), rows: [columns.map((c) => c.title)], widths: columns.map((c) => Math.max(14, c.title.length * 2)) },
    { name: '填写说明', rows: explained, widths: [28, 36, 16, 48] }
  ]);
}
export const templateCsv = (a: Applicant): string => writeCsv([columnsOf(a).map((c: Column) => c.title)]);

export const errorsCsv = (rows: readonly RowDraft[]): string =>
  writeCsv([[say(['行', 'Row']), say(['单元格', 'Cell']), say(['列', 'Column']), say(['问题', 'What is wrong'])], ...rows.flatMap((r) => r.wrong.map((w) => [String(lineOf(r.n)), w.cell, w.column, w.text]))]);

// How a row stands, in words.
export function standing(r: BatchRow): string {
  if (r.state === 'signing') return r.waiting === 0 || r.part === 0 ? say(['等待您签名', 'Waits for your signature']) : say(['等待其他当事人签名', 'Waits for the other parties']);
  const s = stateOf(r.state);
  return term(s.zh, s.en);
}
export const resultsCsv = (rows: readonly BatchRow[]): string =>
  writeCsv([
    [say(['行', 'Row']), say(['不动产单元代码', 'Unit code']), say(['业务号', 'Case number']), say(['状态', 'State']), say(['原因', 'Reason'])],
    ...rows.map((r) => [String(lineOf(r.n)), r.unit_code, r.number, standing(r), r.reason])
  ]);

export function save(name: string, type: string, content: BlobPart): void {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const a = document.createElement('a');
  a.href = url;
  a.download = name;
  a.click();
  URL.revokeObjectURL(url);
}
export const csvType = 'text/csv;charset=utf-8';
export const xlsxType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
export const fileName = (what: Text, ext: string): string => `${say(what)}.${ext}`;
