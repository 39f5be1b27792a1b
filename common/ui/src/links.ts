// What the daemons say of a link, in the officer's words. The same numbers stand in /metrics as sanwang_link_….
import type { Tone } from './states';

export interface LinkState {
  applied: number;
  waiting: number;
  refused: number;
  epoch_out?: number;
  sent?: number;
  acked?: number;
  safe?: number;
  queued?: number;
  kept_bytes?: number;
  resent?: number;
  voided?: number;
  lag_bundles?: number;
  lag_ms?: number;
  trouble?: string;
  trouble_ms?: number;
  alarm?: string;
  epoch_in?: number;
  received?: number;
  contiguous?: number;
  known?: number;
  duplicated?: number;
  quarantined?: number;
  reasons?: Record<string, number>;
  missing_messages?: number;
  missing?: number;
  open?: number;
  silent_ms?: number;
  clock_ahead_ms?: number;
  held?: string;
}

export interface Bundle {
  row: number;
  direction: string;
  epoch: number;
  seq: number;
  identity: string;
  kind: string;
  state: string;
  messages: number;
  at: string;
  file: string;
}

type Words = readonly [zh: string, en: string];

export interface LinkFact {
  key: string;
  zh: string;
  en: string;
  value: string;
}

export interface LinkHealth {
  zh: string;
  en: string;
  tone: Tone;
  what?: Words; // in plain words: what it means and who does what
}

const names: Record<string, Words> = {
  gap: ['双向网闸', 'Gap'],
  diode: ['单向光闸', 'Diode'],
  disc: ['光盘摆渡', 'Disc ferry']
};

export const linkName = (link: string): Words => names[link] ?? [link, link];

const held: Record<string, Words> = {
  fork: ['同一序号出现两种内容,已停止接收。请安全员核查对方后作出决定。', 'One number came with two contents, so nothing more is taken. An officer has to look into the other side and decide.'],
  beyond: ['对方自备份恢复。请安全员逐一确认对方已不知道的数据包;没有待确认的,即为第 64 次恢复:请核实对方确有这么多次恢复后放行,否则吊销其密钥。', 'The other side was restored. An officer has to settle each bundle that it does not know of. Where there is none, it is a 64th time: release the link if the other side knows of so many, or revoke its key.']
};
const troubles: Record<string, Words> = {
  'store-full': ['保留区已满:对方尚未确认备份,暂停发送。请查对方备份。', 'The kept copies fill their space: the other side has not said what is in its backup. Nothing is sent until it has.'],
  'disk-full': ['磁盘已满,收发暂停,数据不丢。请腾出空间,之后自动继续。', 'The disk is full: nothing is sent or taken, and nothing is lost. It goes on by itself when there is space.'],
  'queue-full': ['待发消息过多,新的业务须等候。', 'Too many messages wait: new ones are refused for now.'],
  'peer-slow': ['对方长时间没有确认,请查网络与对方系统。', 'The other side has acknowledged nothing for long. Look at the line and the other side.'],
  'peer-refuses': ['对方持续拒收,请查证书与版本。', 'The other side refuses what it gets. Look at certificates and versions.']
};
const alarms: Record<string, Words> = {
  rebuild: ['对方丢失了已备份的数据,请安全员下达重建命令。', 'The other side lost what it had in its backup: an officer has to order a rebuild.']
};
const SKEW_MS = 300_000;

// The worst news first.
export function linkHealth(s: LinkState): LinkHealth {
  if (s.held) return { zh: '已停止', en: 'Held', tone: 'bad', what: held[s.held] ?? [s.held, s.held] };
  if (s.alarm) return { zh: '待决定', en: 'To be decided', tone: 'bad', what: alarms[s.alarm] ?? [s.alarm, s.alarm] };
  if (s.trouble) return { zh: '受阻', en: 'In trouble', tone: 'bad', what: troubles[s.trouble] ?? [s.trouble, s.trouble] };
  if ((s.quarantined ?? 0) > 0) return { zh: '有隔离', en: 'Quarantine', tone: 'bad', what: ['有文件被隔离,按原因查看;swbundle explain 说明每个文件的问题。', 'Files were put aside, by reason below; swbundle explain says of each what is wrong.'] };
  if ((s.missing ?? 0) > 0) return { zh: '有缺号', en: 'Missing', tone: 'wait', what: ['有数据包未到,已请对方重发,只影响同一案件的后续消息。', 'Bundles have not come and were asked for again; only what follows them on the same case waits.'] };
  if ((s.clock_ahead_ms ?? 0) > SKEW_MS) return { zh: '时钟偏差', en: 'Clock', tone: 'wait', what: ['对方时钟超前,请校时;数据照常收取。', 'The other side’s clock is ahead: set it. What comes is taken all the same.'] };
  if (s.waiting > 0) return { zh: '有等待', en: 'Waiting', tone: 'wait', what: ['有消息在等同一案件的前序消息。', 'Messages wait for earlier ones of the same case.'] };
  return { zh: '正常', en: 'Normal', tone: 'good' };
}

const count = String;
const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
const megabytes = (n: number): string => `${(n / 1_000_000).toFixed(1)} MB`;

type NumberKey = { [K in keyof LinkState]-?: LinkState[K] extends number | undefined ? K : never }[keyof LinkState];
const order: readonly (readonly [NumberKey, string, string, (n: number) => string])[] = [
  ['queued', '待发消息', 'Messages to send', count],
  ['sent', '已发至序号', 'Sent up to', count],
  ['acked', '对方已收至', 'Received there up to', count],
  ['safe', '对方已备份至', 'Backed up there up to', count],
  ['lag_bundles', '未确认的数据包', 'Not acknowledged, bundles', count],
  ['lag_ms', '最早未确认已过', 'Not acknowledged since', seconds],
  ['resent', '重发次数', 'Sent again', count],
  ['voided', '作废的序号', 'Numbers voided', count],
  ['kept_bytes', '保留的副本', 'Kept copies', megabytes],
  ['received', '收到的数据包', 'Bundles received', count],
  ['contiguous', '已连续收至', 'Received without hole up to', count],
  ['open', '未到的序号', 'Numbers still open', count],
  ['missing', '缺少的数据包', 'Bundles missing', count],
  ['missing_messages', '网闸少交的消息', 'Messages the guard dropped', count],
  ['applied', '已处理消息', 'Messages applied', count],
  ['waiting', '等待前序的消息', 'Messages waiting', count],
  ['refused', '已拒绝消息', 'Messages refused', count],
  ['duplicated', '重复收到', 'Received twice', count],
  ['quarantined', '已隔离', 'Quarantined', count],
  ['silent_ms', '距上次收到', 'Last heard of', seconds]
];

export function linkFacts(s: LinkState): LinkFact[] {
  const facts: LinkFact[] = [];
  for (const [key, zh, en, text] of order) {
    const v = s[key];
    if (v === undefined) continue;
    facts.push({ key, zh, en, value: text(v) });
    if (key === 'quarantined')
      for (const [reason, n] of Object.entries(s.reasons ?? {})) facts.push({ key: `reason-${reason}`, zh: `隔离原因 ${reason}`, en: `… because of ${reason}`, value: String(n) });
  }
  return facts;
}
