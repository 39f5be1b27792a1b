// States of applications, cases, tasks, bundles and discs: word and tone. The word always stands there; the tone only helps.
export type Tone = '' | 'lead' | 'good' | 'wait' | 'bad';
export interface State {
  zh: string;
  en: string;
  tone: Tone;
}

const table: Record<string, readonly [zh: string, en: string, tone: Tone]> = {
  requested: ['待答复', 'Asked for', 'wait'],
  declined: ['未约到', 'Not booked', 'bad'],
  booked: ['预约成功', 'Booked', 'good'],
  cancelling: ['正在取消', 'Being cancelled', 'wait'],
  cancelled: ['已取消', 'Cancelled', ''],
  attended: ['已到', 'Came', 'good'],
  absent: ['未到', 'Stayed away', 'bad'],
  draft: ['草稿', 'Draft', ''],
  signing: ['待签名', 'To be signed', 'wait'],
  submitted: ['已提交', 'Submitted', 'lead'],
  accepted: ['已受理', 'Accepted', 'lead'],
  correction: ['待补正', 'Correction needed', 'wait'],
  rejected: ['不予受理', 'Not accepted', 'bad'],
  tax: ['已完税', 'Tax paid', 'lead'],
  cadastral: ['权籍审核', 'Cadastral review', 'lead'],
  review: ['已审核', 'Reviewed', 'lead'],
  entry: ['已登簿', 'Entered in the register', 'lead'],
  certificate: ['已缮证', 'Certificate made', 'lead'],
  delivered: ['已发证', 'Delivered', 'good'],
  archived: ['已归档', 'Archived', 'good'],
  withdrawn: ['已撤回', 'Withdrawn', ''],
  refused: ['不予登记', 'Registration refused', 'bad'],
  received: ['待审核', 'To be reviewed', 'wait'],
  reviewed: ['待核定', 'To be approved', 'lead'],
  passed: ['通过', 'Passed', 'good'],
  failed: ['不通过', 'Failed', 'bad'],
  staged: ['已编目', 'Staged', 'wait'],
  approved: ['已批准', 'Approved', 'lead'],
  burnt: ['已刻录', 'Burnt', 'lead'],
  'handed-over': ['已交接', 'Handed over', 'lead'],
  imported: ['已导入', 'Imported', 'good'],
  destroyed: ['已销毁', 'Destroyed', ''],
  importing: ['导入中', 'Being imported', 'wait'],
  verified: ['已核验', 'Verified', 'lead'],
  void: ['已作废', 'Void', 'bad']
};

export function stateOf(code: string): State {
  const s = table[code];
  return s ? { zh: s[0], en: s[1], tone: s[2] } : { zh: code, en: code, tone: '' };
}

// Bundles on a link have words of their own.
const bundles: Record<string, readonly [zh: string, en: string, tone: Tone]> = {
  sent: ['已发出', 'Sent', 'lead'],
  safe: ['对方已备份', 'Backed up there', 'good'],
  lost: ['已丢失，待作废', 'Lost, to be voided', 'bad'],
  void: ['已作废', 'Void', 'bad'],
  received: ['已收到', 'Received', 'good'],
  refused: ['已拒收', 'Refused', 'bad']
};

export function bundleStateOf(code: string): State {
  const s = bundles[code];
  return s ? { zh: s[0], en: s[1], tone: s[2] } : stateOf(code);
}

// A disc that came is received, a task that came is to be reviewed.
export function discStateOf(code: string): State {
  return code === 'received' ? { zh: '已接收', en: 'Received', tone: 'lead' } : stateOf(code);
}
