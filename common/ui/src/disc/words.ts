// Words of the disc pages in both zones.
import { say, type Text } from '../lang';
import type { DiscAction } from './custody';

export const actionWords: Readonly<Record<DiscAction, Text>> = {
  approve: ['批准', 'Approve 批准'],
  burn: ['刻录', 'Burn 刻录'],
  verify: ['核验', 'Verify 核验'],
  carry: ['移交', 'Hand over 移交'],
  void: ['作废', 'Declare void 作废'],
  archive: ['归档', 'Archive 归档'],
  destroy: ['销毁签字', 'Sign its destruction 销毁']
};
export const grave: ReadonlySet<DiscAction> = new Set<DiscAction>(['void', 'destroy']);

// Acts of burner, as refusals name them.
const acts: Readonly<Record<string, Text>> = {
  stage: ['编目', 'stage'],
  approve: ['批准', 'approve'],
  burn: ['刻录', 'burn'],
  verify: ['核验', 'verify'],
  handover: ['移交', 'hand over'],
  void: ['作废', 'declare void'],
  receive: ['接收', 'receive'],
  import: ['导入', 'import'],
  archive: ['归档', 'archive'],
  destroy: ['销毁', 'destroy'],
  blank: ['空白盘登记', 'register a blank'],
  scrap: ['空白盘报废', 'write a blank off'],
  erase: ['擦除', 'erase'],
  revoke: ['吊销', 'revoke'],
  policy: ['策略', 'policy']
};
export const actOf = (act: string): string => (acts[act] ? say(acts[act]) : act);

const demands: Readonly<Record<string, Text>> = {
  blank: ['须用已登记的空白盘', 'registered blanks only'],
  drive: ['须用光驱', 'drives, no image files'],
  receive: ['导入前须有人接收', 'received by a person before import'],
  seal: ['须有封签', 'sealed'],
  sign: ['接收须本人密钥签收', 'received under the own signature'],
  verify: ['移交前须核验', 'verified before the hand-over'],
  erase: ['允许擦除', 'erasing is allowed'],
  sticks: ['允许 U 盘等介质', 'media other than discs are allowed']
};
export const demandOf = (key: string): string => (demands[key] ? say(demands[key]) : key);

const blankStates: Readonly<Record<string, readonly [string, string, '' | 'good' | 'lead' | 'bad' | 'wait']>> = {
  blank: ['可用', 'free', 'good'],
  used: ['已用', 'used', 'lead'],
  scrap: ['已报废', 'scrap', 'bad'],
  void: ['随作废盘注销', 'under a void disc', 'bad']
};
export const blankState = (state: string): { text: string; tone: string } => {
  const s = blankStates[state];
  return s ? { text: say([s[0], s[1]]), tone: s[2] } : { text: state, tone: '' };
};
