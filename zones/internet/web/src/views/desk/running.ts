// How the portal runs, in words that tell what to do. Thresholds are those a person would act on.
import { linkHealth, type LinkState, type Text, type Tone } from '@sanwang/ui';
import type { Connector, Health, Template, Why } from '../../api/messages';

export interface Judged {
  tone: Tone;
  word: Text;
  what?: Text; // what it means and what to do
}
const LAG_MS = 60_000;
const QUEUE = 10_000;

const good: Judged = { tone: 'good', word: ['正常', 'Normal'] };

// Beside the link's own state: what waits for it here.
export function linkJudged(l: LinkState): Judged {
  const h = linkHealth(l);
  if (h.tone === 'bad') return { tone: 'bad', word: [h.zh, h.en], ...(h.what ? { what: h.what } : {}) };
  if ((l.lag_ms ?? 0) > LAG_MS) return { tone: 'bad', word: ['未确认', 'Not acknowledged'], what: ['对端长时间没有确认收到。申请都在待发队列中，不会丢失，也不用重新提交；请联系网络和登记系统运维。', 'The other side has not acknowledged for long. Everything is kept and goes by itself; nobody has to hand in again. Call who runs the line and the registry.'] };
  if ((l.queued ?? 0) > QUEUE) return { tone: 'wait', word: ['积压', 'Backlog'], what: ['待发消息较多，会自动发完；持续增长时联系运维。', 'Many messages wait; they go by themselves. Call the operators when it keeps growing.'] };
  return h.tone === 'good' ? good : { tone: h.tone, word: [h.zh, h.en], ...(h.what ? { what: h.what } : {}) };
}

export const connectorNames: Record<string, Text> = {
  'short-message gateway': ['短信平台', 'Short-message gateway'],
  'identity provider': ['统一身份认证', 'Identity platform'],
  'face comparison': ['人脸比对', 'Face comparison'],
  'payment platform': ['缴费平台', 'Payment platform']
};
const without: Record<string, Text> = {
  'short-message gateway': ['短信会在恢复后自动补发（一天内）；注册验证码五分钟内有效。', 'Messages go when it is back (within a day); codes are good for five minutes.'],
  'identity provider': ['申请人暂时无法登录，请发布公告并联系认证平台。', 'Applicants cannot sign in: publish a note and call the identity platform.'],
  'face comparison': ['需要人脸比对的业务暂时不能签名，可引导到窗口办理。', 'Businesses that need it cannot be signed; send people to the window.'],
  'payment platform': ['暂时不能网上缴费，已付款的会在恢复后自动查到，不要重复付款；急件可到窗口缴费。', 'Nothing can be paid online. What was paid is found when it is back: nobody pays twice. Urgent cases pay at the window.']
};
export function connectorJudged(what: string, c: Connector): Judged {
  if (!c.failing_since) return good;
  return { tone: 'bad', word: ['异常', 'Failing'], what: without[what] ?? ['请联系该服务的运维。', 'Call who runs it.'] };
}

export function diskJudged(d: Health['disk']): Judged {
  const share = d.all_bytes ? d.free_bytes / d.all_bytes : 1;
  if (share < 0.05) return { tone: 'bad', word: ['将满', 'Nearly full'], what: ['可用空间不足 5%，上传和提交随时可能暂停。请立即扩容或清理。', 'Less than 5 % is free: uploads and submissions may stop at any time. Make room now.'] };
  if (share < 0.15) return { tone: 'wait', word: ['偏少', 'Low'], what: ['可用空间不足 15%，请安排扩容。', 'Less than 15 % is free: plan for more.'] };
  return good;
}

export const whys: Record<Why, { name: Text; what: Text; template: Template }> = {
  unanswered: { name: ['已提交，登记机构尚未收件', 'Handed in; the office has not said that it has it'], what: ['先看上方链路：受阻的恢复后自动送达；链路正常仍停留的，联系登记系统运维查该申请。不要让申请人重新提交。', 'Look at the links above: it goes by itself when they do. If they are well, have the registry look for this application. Nobody hands in again.'], template: 'delay' },
  document: { name: ['补充材料未获答复', 'An added document has no answer'], what: ['同上；申请人不用重新上传。', 'As above; it need not be added again.'], template: 'delay' },
  payment: { name: ['缴费结果不明', 'The outcome of a payment is not known'], what: ['平台会自动查询；持续不明的，与缴费平台对账。告知申请人不要重复付款。', 'It is asked about by itself; if it stays so, compare with the payment platform. Tell the applicant not to pay again.'], template: 'delay' },
  'payment-refused': { name: ['缴费回执被登记机构退回', 'The registry refused a receipt of the platform'], what: ['金额或单号不符，需人工对账；多付的由登记机构退款。', 'Sum or number do not fit: compare by hand; what was overpaid is sent back by the office.'], template: 'window' },
  unsigned: { name: ['等待当事人签名', 'Waits for signatures'], what: ['提醒当事人登录签名；不愿网签的可到窗口。', 'Remind the parties; who cannot sign online comes to the window.'], template: 'sign' },
  correction: { name: ['等待申请人补正', 'Waits for what was to be put right'], what: ['提醒申请人逐项处理。', 'Remind the applicant.'], template: 'correct' },
  unpaid: { name: ['等待缴费', 'Waits for payment'], what: ['提醒申请人缴费。', 'Remind the applicant to pay.'], template: 'pay' }
};
