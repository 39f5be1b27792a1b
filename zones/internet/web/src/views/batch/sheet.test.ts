// Sheets as people and spreadsheets make them, and those that are refused, each by its name.
import { DOMParser as XmlDom } from '@xmldom/xmldom';
import { strToU8, unzipSync, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { cellAt, columnName, SheetRefused } from './limits';
import { readSheet, writeCsv } from './sheet';
import { dayText, writeXlsx } from './xlsx';

const parse = (text: string): Document => new XmlDom({ onError: () => undefined }).parseFromString(text, 'application/xml') as unknown as Document;
const read = (bytes: Uint8Array): string[][] => readSheet(bytes, '申请', parse);
const why = (bytes: Uint8Array): string => {
  try {
    read(bytes);
    return '';
  } catch (e) {
    if (!(e instanceof SheetRefused)) throw e;
    expect(e.said[0] && e.said[1]).toBeTruthy();
    return e.code;
  }
};
const book = (rows: string[][] = [['甲', '乙'], ['1', '110101199001010011']]): Uint8Array => writeXlsx([{ name: '申请', rows, widths: [10, 10] }]);
const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
// The workbook with parts replaced or added.
const changed = (parts: Record<string, string | Uint8Array>): Uint8Array => {
  const all = unzipSync(book());
  for (const [name, v] of Object.entries(parts)) all[name] = typeof v === 'string' ? strToU8(v) : v;
  return zipSync(all);
};
const sheet = (body: string): Uint8Array => changed({ 'xl/worksheets/sheet1.xml': `<worksheet xmlns="${main}">${body}</worksheet>` });
const cells = (...c: string[]): string => `<sheetData><row r="1"><c r="A1" t="str"><v>甲</v></c></row><row r="2">${c.join('')}</row></sheetData>`;

describe('sheets', () => {
  it('reads what it writes, in both formats', () => {
    const rows = [['不动产单元代码', '备注'], ['110101001001GB00001F00010101', '含"引号"、逗号,和<尖括号>&'], ['', '空格  在内']];
    expect(read(book(rows))).toEqual(rows);
    expect(read(new TextEncoder().encode(writeCsv(rows)))).toEqual(rows);
  });

  it('reads CSV as a Chinese spreadsheet saves it', () => {
    // 甲,乙 in GB 18030
    expect(read(Uint8Array.from([0xbc, 0xd7, 0x2c, 0xd2, 0xd2, 0x0d, 0x0a, 0x31, 0x2c, 0x32]))).toEqual([['甲', '乙'], ['1', '2']]);
  });

  it('reads shared strings, days and numbers as they are meant', () => {
    const bytes = changed({
      'xl/sharedStrings.xml': `<sst xmlns="${main}"><si><r><t>分</t></r><r><t>段</t></r></si></sst>`,
      'xl/styles.xml': `<styleSheet xmlns="${main}"><numFmts><numFmt numFmtId="170" formatCode="yyyy&quot;年&quot;m"/></numFmts><cellXfs><xf/><xf numFmtId="14"/><xf numFmtId="170"/></cellXfs></styleSheet>`,
      'xl/worksheets/sheet1.xml': `<worksheet xmlns="${main}">${cells('<c r="A2" t="s"><v>0</v></c>', '<c r="B2" s="1"><v>46053</v></c>', '<c r="C2" s="2"><v>46053.5</v></c>', '<c r="D2"><v>1250000.5</v></c>', '<c r="E2" t="b"><v>1</v></c>')}</worksheet>`
    });
    expect(read(bytes)[1]).toEqual(['分段', '2026-01-31', '2026-01-31', '1250000.5', 'yes']);
    expect(dayText(46053)).toBe('2026-01-31');
  });

  const zeros = new Uint8Array(2 << 20);
  const hostile: [string, string, () => Uint8Array][] = [
    ['nothing', 'size', () => new Uint8Array(0)],
    ['more than 4 MB', 'size', () => new Uint8Array((4 << 20) + 1).fill(65)],
    ['an old or locked workbook', 'old', () => Uint8Array.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1])],
    ['a zip that is no workbook', 'kind', () => zipSync({ 'a.txt': strToU8('a') })],
    ['half a workbook', 'kind', () => book().subarray(0, 400)],
    ['a zip bomb', 'bomb', () => changed({ 'xl/worksheets/sheet1.xml': zeros })],
    ['a bomb beside the sheet', 'bomb', () => changed({ 'xl/media/image1.png': zeros })],
    ['a thousand parts', 'bomb', () => changed(Object.fromEntries(Array.from({ length: 300 }, (_, n) => [`xl/x${n}.xml`, '<a/>'])))],
    ['a macro', 'macro', () => changed({ 'xl/vbaProject.bin': 'x' })],
    ['an embedded program', 'macro', () => changed({ 'xl/embeddings/oleObject1.bin': 'x' })],
    ['links to other files', 'external', () => changed({ 'xl/externalLinks/externalLink1.xml': '<a/>' })],
    ['an entity', 'entity', () => sheet('').length ? changed({ 'xl/worksheets/sheet1.xml': `<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><worksheet xmlns="${main}"><sheetData/></worksheet>` }) : book()],
    ['a formula', 'formula', () => sheet(cells('<c r="A2"><f>HYPERLINK("http://example.invalid")</f><v>1</v></c>'))],
    ['a shared formula without text', 'formula', () => sheet(cells('<c r="A2"><f t="shared" si="0"/><v>1</v></c>'))],
    ['merged cells', 'merged', () => sheet(`${cells('<c r="A2" t="str"><v>1</v></c>')}<mergeCells><mergeCell ref="A1:B2"/></mergeCells>`)],
    ['another worksheet', 'sheet', () => writeXlsx([{ name: 'Sheet1', rows: [['甲'], ['1']], widths: [] }])],
    ['a sheet that lies nowhere', 'kind', () => changed({ 'xl/_rels/workbook.xml.rels': '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"/>' })],
    ['a sheet beside the folder', 'kind', () => changed({ 'xl/_rels/workbook.xml.rels': '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Target="../../secret.xml"/></Relationships>' })],
    ['an error in a cell', 'text', () => sheet(cells('<c r="A2" t="e"><v>#REF!</v></c>'))],
    ['a number of eighteen digits that became another', 'text', () => sheet(cells('<c r="A2"><v>110101199001010020</v></c>'))],
    ['a cell too long', 'text', () => book([['甲'], ['x'.repeat(2001)]])],
    ['too many columns', 'columns', () => sheet(cells('<c r="ZZ2" t="str"><v>1</v></c>'))],
    ['a row far away', 'rows', () => sheet(cells('<c r="A1048576" t="str"><v>1</v></c>'))],
    ['a cell that is none', 'kind', () => sheet(cells('<c r="1A" t="str"><v>1</v></c>'))],
    ['no rows', 'rows', () => book([['甲']])],
    ['more than a thousand rows', 'rows', () => strToU8(`甲\n${'1\n'.repeat(1001)}`)],
    ['a formula in CSV', 'formula', () => strToU8('甲,乙\n1,=cmd|\'/c calc\'!A1\n')],
    ['another', 'formula', () => strToU8('甲\n@SUM(1+1)\n')],
    ['and another', 'formula', () => strToU8('甲\n+HYPERLINK("http://example.invalid")\n')],
    ['a quotation mark without end', 'text', () => strToU8('甲,乙\n"1,2\n')],
    ['bytes that are no text', 'text', () => Uint8Array.from([0xff, 0xff, 0xff, 0x0a])],
    ['a text with NUL', 'kind', () => strToU8('甲\u0000\n1\n')],
    ['damaged XML', 'kind', () => changed({ 'xl/workbook.xml': '<workbook' })]
  ];
  it.each(hostile)('%s is refused as %s', (_, code, make) => {
    expect(why(make())).toBe(code);
  });

  it('hands out no cell that a spreadsheet acts on', () => {
    expect(writeCsv([['=1+1', '-2', '@a', '张三']])).toBe("\ufeff'=1+1,'-2,'@a,张三\r\n");
  });

  it('names cells', () => {
    expect([columnName(0), columnName(25), columnName(26), columnName(701), columnName(702)]).toEqual(['A', 'Z', 'AA', 'ZZ', 'AAA']);
    expect([cellAt('A1'), cellAt('AA12'), cellAt('a1'), cellAt('A0')]).toEqual([[0, 0], [26, 11], null, null]);
  });
});
