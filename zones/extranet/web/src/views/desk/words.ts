// Words of the queue: steps a process waits for, how a deadline stands, where a case came in.
import { say, type Text, type Tone } from '@sanwang/ui';
import type { Band } from '../../api/desk';

export const stepText: Record<string, Text> = {
  accept: ['待受理', 'Accept 受理'],
  tax: ['待完税', 'Tax 完税'],
  graphics: ['待收图', 'Graphics 收图'],
  cadastral: ['权籍审核中', 'In cadastral review 权籍审核'],
  notice: ['公告中', 'Public notice 公告'],
  review: ['待初审', 'First review 初审'],
  approve: ['待复审', 'Second review 复审'],
  check: ['待核查', 'Check 核查'],
  enter: ['待登簿', 'Entry 登簿'],
  certificate: ['缮证中', 'Certificate 缮证'],
  'tax-void': ['税单作废中', 'Tax void 作废'],
  objection: ['等待异议', 'Objection 异议'],
  archive: ['待归档', 'Archive 归档']
};
export const stepName = (step: string): string => (stepText[step] ? say(stepText[step]) : step);

// A word, a sign and a tone: the sign and the word carry it without the colour.
export const bands: Record<Band, { text: Text; sign: string; tone: Tone }> = {
  over: { text: ['已逾期', 'Late 逾期'], sign: '✕', tone: 'bad' },
  warn: { text: ['将到期', 'Nearly due 将到期'], sign: '▲', tone: 'wait' },
  fine: { text: ['期限内', 'In time 期限内'], sign: '●', tone: 'good' },
  notice: { text: ['公告期间', 'Public notice 公告'], sign: '◷', tone: '' },
  held: { text: ['已中止', 'Suspended 中止'], sign: '‖', tone: '' },
  none: { text: ['未计期限', 'No term yet'], sign: '○', tone: '' }
};
export const channelText: Record<string, Text> = {
  portal: ['网上', 'Online 网上'],
  window: ['窗口', 'Window 窗口'],
  department: ['嘱托', 'Department 嘱托']
};
export const channelName = (c: string): string => (channelText[c] ? say(channelText[c]) : c);
