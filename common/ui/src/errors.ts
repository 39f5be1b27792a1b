// The daemons' reason codes in the words of the pages. The codes are those of common/base/err.h.
import { detailZh, refusalZh } from './details';
import { lang, say, type Text } from './lang';

const table: Record<string, Text> = {
  OFFLINE: ['连不上服务器，请检查网络后重试。', 'The server cannot be reached. Check the connection and try again.'],
  LOGIN: ['账号或密码不正确，或登录已过期。', 'User name or password is wrong, or the session has ended.'],
  DENIED: ['没有权限进行此操作。', 'You may not do this.'],
  NOTFOUND: ['找不到所请求的内容。', 'What you asked for does not exist.'],
  CONFLICT: ['内容已被他人修改，请重新载入后再操作。', 'Somebody changed this meanwhile. Load it again before you go on.'],
  STATE: ['当前状态下不能进行此操作。', 'Not possible in the present state.'],
  SCHEMA: ['填写内容不符合要求。', 'Something is missing or not valid.'],
  SYNTAX: ['填写内容无法识别。', 'The entry cannot be read.'],
  RANGE: ['数值超出允许范围。', 'A value is out of range.'],
  LIMIT: ['超出大小或数量限制。', 'Too large or too many.'],
  EXISTS: ['已经存在，不能重复提交。', 'This is there already.'],
  MEDIA: ['不接受此类文件，请上传 PDF 或图片。', 'This kind of file is not accepted. Use PDF or a picture.'],
  SPATIAL: ['空间图形数据不能在网上提交，请携带到登记窗口现场提交。', 'Spatial data cannot be handed in online. Please bring it to the registration window.'],
  SIGNATURE: ['签名核验未通过。', 'The signature does not verify.'],
  CERT: ['证书不受信任。', 'The certificate is not trusted.'],
  DIGEST: ['内容摘要不一致。', 'The digest does not match.'],
  KEY: ['口令不正确或没有可用的密钥。', 'The passphrase is wrong or there is no key to open this.'],
  REFUSED: ['按规则不予办理。', 'Refused by a rule.'],
  BLOCKED: ['该不动产存在限制登记，不能办理。', 'Blocked by a restriction in the register.'],
  TAX: ['尚未录入完税凭证，不能登簿。', 'The tax voucher 完税凭证 is missing; no entry without it.'],
  APPROVAL: ['须由两名不同人员分别办理。', 'Two different persons are needed.'],
  LOCKED: ['尚未打开本人的签名密钥，请输入签名口令。', 'Your signing key is not open in this session. Enter its passphrase.'],
  NOTICE: ['用户须知已更新，请先阅读并同意。', 'The user notice 用户须知 has changed. Read and accept it first.'],
  CLAIMED: ['该办件正由他人办理。', 'Another person works on this case.'],
  HELD: ['链路已停止，等待安全员处理。', 'The link is stopped until an officer decides.'],
  ROLLBACK: ['比已知的状态更早：对方的日志被退回。', 'An earlier state than was known.'],
  IMPORTED: ['该光盘已导入过。', 'This disc was imported before.'],
  FOREIGN: ['不是本系统的光盘。', 'A foreign disc.'],
  BUSY: ['系统繁忙，请稍后再试。', 'Busy. Try again in a moment.'],
  STOPPING: ['系统正在停止，请稍后再试。', 'The service is stopping. Try again in a moment.'],
  RATE: ['操作过于频繁，请稍后再试。', 'Too many requests. Wait a little and try again.'],
  TIMEOUT: ['等待超时，请稍后再试。', 'No answer in time. Try again in a moment.'],
  AUDIT: ['审计记录无法写入，操作未执行。', 'The audit record cannot be written; nothing was done.']
};

const server: Text = ['服务器内部错误，操作未完成。', 'The server failed; nothing was done.'];

// Codes whose daemon text only repeats the code.
const silent = new Set(['LOGIN', 'DENIED', 'NOTFOUND', 'CONFLICT', 'SPATIAL', 'OFFLINE', 'BUSY']);

export function errorText(code: string, detail = ''): string {
  const known = table[code];
  const head = say(known ?? server);
  if (!detail || silent.has(code)) return head;
  return lang.value === 'zh' ? `${head}（${detailZh(detail)}）` : `${head} (${detail})`;
}

// Why another zone did not take what was sent to it: "CODE: what and where".
export function refusalReason(text: string): string {
  const [, code = '', where = ''] = /^([A-Z]+): (.*)$/s.exec(text) ?? [];
  if (lang.value !== 'zh' || !code) return text;
  const head = (table[code]?.[0] ?? code).replace(/。$/, '');
  return where ? `${head}（${refusalZh(where)}）` : head;
}
