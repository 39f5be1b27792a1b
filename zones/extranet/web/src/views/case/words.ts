// What the actions are called: on the button, and as the step that comes next.
import type { Text } from '@sanwang/ui';
import type { Action } from './actions';

export const actionText: Record<Action, Text> = {
  accept: ['受理', 'Accept 受理'],
  correct: ['告知补正', 'Ask for correction 补正'],
  reject: ['不予受理', 'Do not accept 不予受理'],
  tax: ['录入完税凭证', 'Enter tax voucher 完税凭证'],
  graphics: ['收取图形，送权籍审核', 'Take in graphics for 权籍审核'],
  review: ['审核通过', 'Review passed 审核'],
  enter: ['登簿', 'Enter in the register 登簿'],
  archive: ['归档', 'Archive 归档'],
  refuse: ['不予登记', 'Refuse registration 不予登记']
};

export const doneText: Record<Action, Text> = {
  accept: ['已受理，承诺期限开始计算。', 'Accepted 受理; the promised term has begun.'],
  correct: ['补正告知已发往申请人。', 'The correction notice 补正 is on its way to the applicant.'],
  reject: ['不予受理告知已发往申请人。', 'The notice 不予受理 is on its way to the applicant.'],
  tax: ['完税凭证已录入。', 'The tax voucher 完税凭证 is entered.'],
  graphics: ['图形已加密收取，正在送往内网权籍审核。', 'The graphics are encrypted and on their way to the cadastral review 权籍审核.'],
  review: ['审核已通过，待另一人登簿。', 'Reviewed 审核; another person enters it in the register.'],
  enter: ['已登簿，正在缮证。', 'Entered in the register 登簿; the certificate is being made.'],
  archive: ['已归档。', 'Archived 归档.'],
  refuse: ['不予登记告知已发往申请人。', 'The refusal 不予登记 is on its way to the applicant.']
};

// Short, for the column of the list.
export const nextText: Partial<Record<Action, Text>> = {
  accept: ['受理', 'Accept 受理'],
  tax: ['完税', 'Tax 完税'],
  graphics: ['收图', 'Graphics 收图'],
  review: ['审核', 'Review 审核'],
  enter: ['登簿', 'Entry 登簿'],
  archive: ['归档', 'Archive 归档']
};
