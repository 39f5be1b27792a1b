// Names of the permissions that a step may ask for.
import type { Text } from '@sanwang/ui';

const names: Record<string, Text> = {
  'case.accept': ['受理、补正、不予受理', 'accept, correct, reject'],
  'case.tax': ['登记完税、收费', 'enter tax vouchers and fee receipts'],
  'case.review': ['审核、不予登记、归档', 'review, refuse, archive'],
  'case.enter': ['登簿', 'enter in the book'],
  'case.assign': ['解除他人认领（负责人）', 'end the claims of others (who leads)'],
  'graphics.add': ['收取窗口图形', 'take in graphics at the window']
};
export const permissionText = (code: string): Text => names[code] ?? [code, code];
