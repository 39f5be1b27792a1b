// What a sheet may be: read in the browser and nowhere else, within these bounds.
import type { Text } from '@sanwang/ui';

export const rowsMax = 1000;
export const columnsMax = 60;
export const fileMax = 4 << 20;
export const unpackedMax = 32 << 20;
export const entriesMax = 200;
export const cellMax = 2000; // characters

// Why a sheet is not taken, by name.
export type Refusal = 'size' | 'kind' | 'old' | 'bomb' | 'macro' | 'external' | 'entity' | 'formula' | 'merged' | 'sheet' | 'columns' | 'rows' | 'text';
export class SheetRefused extends Error {
  constructor(
    readonly code: Refusal,
    readonly said: Text
  ) {
    super(code);
    this.name = 'SheetRefused';
  }
}

export const refuse = (code: Refusal, zh: string, en: string): never => {
  throw new SheetRefused(code, [zh, en]);
};

// A, B … AA, as a spreadsheet names its columns; n from 0.
export function columnName(n: number): string {
  let name = '';
  for (let k = n; k >= 0; k = Math.floor(k / 26) - 1) name = String.fromCharCode(65 + (k % 26)) + name;
  return name;
}

// "AB12" -> [27, 11]; null: no cell.
export function cellAt(ref: string): [number, number] | null {
  const m = /^([A-Z]{1,3})([1-9]\d{0,6})$/.exec(ref);
  if (!m) return null;
  const column = [...(m[1] as string)].reduce((n, c) => n * 26 + c.charCodeAt(0) - 64, 0) - 1;
  return [column, Number(m[2]) - 1];
}
