// What the desk tells applicants, by the code that the daemon keeps (domain/template.h).
import type { Text } from '@sanwang/ui';
import type { Template } from '../../api/messages';

export const templates: Record<Template, { name: Text; text: Text }> = {
  sign: { name: ['催签名', 'Still to be signed'], text: ['您的申请还有当事人没有签名，全部签名后才会提交。请登录本平台签名，或提醒对方。', 'Your application still waits for signatures. It is handed in when all have signed. Sign in and sign, or remind the others.'] },
  correct: { name: ['催补正', 'Still to be put right'], text: ['登记机构要求补正的事项还没有处理完。请逐项处理后重新签名提交。', 'What the office asked for 补正 is still open. Deal with it item by item, then sign again.'] },
  pay: { name: ['催缴费', 'Still to be paid'], text: ['您的申请还有费用未缴。缴清后才能登簿。', 'Something is still to be paid. The entry in the register follows when it is.'] },
  window: { name: ['请到窗口', 'Come to the window'], text: ['您的申请有事项需要到登记窗口办理。请先预约，并携带身份证件和业务号。', 'Something about your application has to be done at the window. Make an appointment first; bring your identity card and the case number.'] },
  delay: { name: ['系统延误', 'Delayed by us'], text: ['因系统原因，您的申请处理有所延误。您已提交的内容没有丢失，不用重新提交。', 'Your application is delayed on our side. Nothing you handed in is lost; do not hand it in again.'] },
  done: { name: ['问题已解决', 'Solved'], text: ['您的申请遇到的问题已经解决，正在继续办理。', 'The trouble with your application is over; it goes on.'] }
};
export const templateCodes = Object.keys(templates) as Template[];
export const templateOf = (code: string): { name: Text; text: Text } => templates[code as Template] ?? { name: [code, code], text: ['', ''] };
