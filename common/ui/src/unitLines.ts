// The units of a split or a merger as a form holds them (zones/extranet/domain/unit_lines.h): a line each, CODE|ROOM|AREA, the area in square centimetres.
import { area as areaText, parseFixed } from './format';
import { unitCodeClean, unitCodeValid } from './identity';
import type { Text } from './lang';

export interface UnitLine {
  code: string;
  room: string;
  area: string; // as typed, in square metres
}

export const emptyUnit = (): UnitLine => ({ code: '', room: '', area: '' });

const whole = /^\d{1,12}$/;
const linesOf = (text: string): string[] => text.split(/[\n;]/).filter(Boolean);
function lineOf(text: string): UnitLine {
  const [code = '', room = '', cm2 = ''] = text.split('|');
  return { code, room, area: whole.test(cm2) ? String(Number(cm2) / 10000) : cm2 };
}
export const unitLinesOf = (text: string): UnitLine[] => linesOf(text).map(lineOf);

function textOf(l: UnitLine): string {
  const typed = l.area.trim();
  const cm2 = typed ? (parseFixed(typed, 4) ?? typed.replace(/[|\n;]/g, '')) : '';
  return [unitCodeClean(l.code), l.room.replace(/[|\n;]/g, '').trim(), cm2].join('|').replace(/\|+$/, '');
}
export const unitLinesText = (lines: readonly UnitLine[]): string => lines.map(textOf).filter(Boolean).join('\n');

// Why they cannot be taken; null when they can.
export function unitLinesWrong(text: string): Text | null {
  for (const [n, line] of linesOf(text).entries()) {
    const [code = '', , cm2 = ''] = line.split('|');
    if (!unitCodeValid(code)) return [`第 ${n + 1} 个单元：单元代码应为 28 位`, `Unit ${n + 1}: the code has 28 characters`];
    if (cm2 && !whole.test(cm2)) return [`第 ${n + 1} 个单元：面积应为数字，最多四位小数`, `Unit ${n + 1}: the area is a number with at most four decimals`];
  }
  return null;
}

// For people to read, a line each.
export const unitLinesShown = (text: string): string[] =>
  linesOf(text).map((line) => {
    const [code = '', room = '', cm2 = ''] = line.split('|');
    return [code, room, whole.test(cm2) ? areaText(Number(cm2)) : cm2].filter(Boolean).join(' · ');
  });
