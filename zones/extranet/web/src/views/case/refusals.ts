// The daemon's refusals of an action in plain words. What is not known here is shown by its code as everywhere.
import { ApiError, say, type FormError, type Text } from '@sanwang/ui';

export const stageText: Record<string, Text> = { accept: ['受理', 'acceptance 受理'], review: ['审核', 'review 审核'], enter: ['登簿', 'entry 登簿'] };

const plain: readonly (readonly [code: string, detail: RegExp, text: Text])[] = [
  ['APPROVAL', /./, ['须由初审人以外的人员办理：本件由您初审，请交另一人。', 'Who reviewed 初审 a case has no part in this. Hand it to another person.']],
  ['BLOCKED', /^[A-Z-]+: (?<zh>[^;]*); (?<en>.*)$/s, ['{zh}', '{en}']],
  ['CLAIMED', /^(?<who>.+) has this case until/, ['{who} 正在办理此件，刚才的操作没有执行。', '{who} works on this case; nothing was done.']],
  ['TAX', /./, ['尚未录入完税凭证，不能继续。先税后证。', 'The tax voucher 完税凭证 is missing; tax comes before title.']],
  ['STATE', /cadastral review/, ['权籍审核尚未通过，不能继续。', 'The cadastral review 权籍审核 has not passed yet.']],
  ['STATE', /takes no graphics/, ['此业务不收取图形。', 'This business takes no graphics.']],
  ['STATE', /entered already/, ['完税凭证已经录入。', 'The tax voucher is entered already.']],
  ['EXISTS', /./, ['该完税凭证号已在其他办件使用，请核对。', 'This voucher number was used before. Check it.']],
  ['SCHEMA', /^the file is empty/, ['文件是空的，请重新选择。', 'The file is empty. Choose another.']],
  ['SCHEMA', /^name:/, ['文件名过长或含有斜杠，请改名后再选。', 'The file name is too long or has a slash in it. Rename the file.']],
  ['SCHEMA', /^paid_on:/, ['缴款日期不正确。', 'The day of payment is not a date.']],
  ['SCHEMA', /^(text|reason|opinion): longer/, ['内容过长，最多约 160 个汉字。', 'Too long: at most about 500 letters.']],
  ['SCHEMA', /^ground:/, ['请选择法定事由。', 'Pick the legal ground 法定事由.']],
  ['SCHEMA', /^reveal:/, ['请写明查看原因，至少两个汉字。', 'Say why you need to see it.']],
  ['LIMIT', /./, ['文件过大，最多 64 MiB。', 'The file is too large: at most 64 MiB.']]
];

// What a batch says of a case that it did not do.
export const outcomeText = (o: { error: string; text: string }): string => refusalText(new ApiError(409, o.error, o.text));

// Refusals after which the page must show the case anew, because it is no longer what the person saw.
export const outdated = (e: ApiError): boolean => e.code === 'CONFLICT' || e.code === 'STATE';

export function refusalText(e: ApiError): string {
  for (const [code, detail, text] of plain) {
    if (code !== e.code) continue;
    const m = detail.exec(e.detail || code);
    if (m) return say(text, m.groups);
  }
  return e.shown;
}

const inputs: Record<string, string> = {
  voucher_no: 'tax-voucher',
  amount_cents: 'tax-amount',
  paid_on: 'tax-paid',
  opinion: 'act-text',
  reason: 'act-text',
  text: 'act-text',
  items: 'act-items',
  ground: 'act-ground',
  reveal: 'reveal-reason',
  name: 'graphics-file',
  'the file is empty': 'graphics-file'
};

export function refusalErrors(e: ApiError, action = ''): FormError[] {
  // Only a voucher can be there already.
  const key = e.code === 'EXISTS' && action === 'tax' ? 'voucher_no' : (e.detail.split(':', 1)[0] ?? '');
  return [{ field: inputs[key] ?? '', text: refusalText(e) }];
}

// Texts to the applicant are limited in bytes.
export const TEXT_MAX = 500;
export const ITEM_MAX = 200;
export const bytesOf = (text: string): number => new TextEncoder().encode(text).length;
