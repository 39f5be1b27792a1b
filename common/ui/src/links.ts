// What the daemons say of a link, in the officer's words.
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
  resent?: number;
  epoch_in?: number;
  contiguous?: number;
  known?: number;
  duplicated?: number;
  quarantined?: number;
  missing_messages?: number;
  missing?: number;
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

export interface LinkFact {
  key: string;
  zh: string;
  en: string;
  value: string;
}

const names: Record<string, readonly [zh: string, en: string]> = {
  gap: ['双向网闸', 'Gap'],
  diode: ['单向光闸', 'Diode'],
  disc: ['光盘摆渡', 'Disc ferry']
};

export const linkName = (link: string): readonly [string, string] => names[link] ?? [link, link];

export function linkHealth(s: LinkState): { zh: string; en: string; tone: Tone } {
  if (s.held) return { zh: '已停止', en: 'Held', tone: 'bad' };
  if ((s.quarantined ?? 0) > 0) return { zh: '有隔离', en: 'Quarantine', tone: 'bad' };
  if ((s.missing ?? 0) > 0) return { zh: '有缺号', en: 'Missing', tone: 'wait' };
  if (s.waiting > 0) return { zh: '有等待', en: 'Waiting', tone: 'wait' };
  return { zh: '正常', en: 'Normal', tone: 'good' };
}

const order: readonly (readonly [keyof LinkState, string, string])[] = [
  ['queued', '待发消息', 'Messages to send'],
  ['sent', '已发至序号', 'Sent up to'],
  ['acked', '对方已收至', 'Received there up to'],
  ['safe', '对方已备份至', 'Backed up there up to'],
  ['resent', '重发次数', 'Sent again'],
  ['contiguous', '已连续收至', 'Received without hole up to'],
  ['missing', '缺少的数据包', 'Bundles missing'],
  ['applied', '已处理消息', 'Messages applied'],
  ['waiting', '等待前序的消息', 'Messages waiting'],
  ['refused', '已拒绝消息', 'Messages refused'],
  ['duplicated', '重复收到', 'Received twice'],
  ['quarantined', '已隔离', 'Quarantined'],
  ['held', '停止原因', 'Held because']
];

export function linkFacts(s: LinkState): LinkFact[] {
  const facts: LinkFact[] = [];
  for (const [key, zh, en] of order) {
    const v = s[key];
    if (v === undefined || v === '') continue;
    facts.push({ key, zh, en, value: String(v) });
  }
  return facts;
}
