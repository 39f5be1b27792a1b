// The tables of the book 登记簿 by the names of TD/T 1066 as a person reads them.
import { area, dateTime, money, term, unitCode, type Fact } from '@sanwang/ui';
import type { BookRow } from '../../api/registry';

const tables: Record<string, readonly [string, string]> = {
  zdjbxx: ['宗地', 'Parcel 宗地'],
  h: ['户', 'Unit 户'],
  fdcq2: ['房地产权', 'Ownership 房地产权'],
  qlr: ['权利人', 'Right holders 权利人'],
  cfdj: ['查封登记', 'Seizure 查封'],
  djlog: ['登簿日志', 'Log of entries 登簿日志']
};
const columns: Record<string, readonly [string, string]> = {
  zddm: ['宗地代码', 'Parcel code'], bdcdyh: ['不动产单元代码', 'Unit code'], zl: ['坐落', 'Location'], zdmj: ['宗地面积', 'Parcel area'], yt: ['用途', 'Use'],
  qlxz: ['权利性质', 'Nature of right'], shbw: ['室号部位', 'Room'], jzmj: ['建筑面积', 'Floor area'], ghyt: ['规划用途', 'Planned use'], djlx: ['登记类型', 'Kind of registration'],
  djyy: ['登记原因', 'Reason'], qllx: ['权利类型', 'Kind of right'], jg: ['价格', 'Price'], gyfs: ['共有方式', 'Form of co-ownership'], bdcqzh: ['不动产权证号', 'Certificate number'],
  dbr: ['登簿人', 'Entered by'], djsj: ['登记时间', 'Entered at'], ywh: ['业务号', 'Case number'], yxq_q: ['有效起', 'Valid from'], yxq_z: ['有效止', 'Valid until'],
  qlrmc: ['权利人名称', 'Holder'], zjh: ['证件号', 'Identity number'], cfjg: ['查封机关', 'Seized by'], cfwh: ['查封文号', 'Document'], xh: ['序号', 'Number'], zy: ['摘要', 'Digest']
};
const hidden = new Set(['qlid', 'qlrid', 'cfid', 'zjzl', 'qlrlx', 'zzywh', 'hs', 'zdtzm', 'cflx', 'prev', 'tenant']);

export const tableName = (name: string): string => term(...(tables[name] ?? [name, name]));
export const columnName = (name: string): string => term(...(columns[name] ?? [name, name]));

export function cellText(key: string, v: string | number | null): string {
  if (v === null || v === '') return '';
  if (key === 'zdmj' || key === 'jzmj') return area(Number(v));
  if (key === 'jg') return money(Number(v));
  if (key === 'bdcdyh') return unitCode(String(v));
  if (key === 'djsj' || key === 'yxq_q' || key === 'yxq_z') return dateTime(String(v));
  return String(v);
}

export function rowFacts(row: BookRow): Fact[] {
  return Object.entries(row)
    .filter(([k, v]) => !hidden.has(k) && columns[k] !== undefined && v !== null && v !== '')
    .map(([k, v]) => ({ key: k, name: columnName(k), value: cellText(k, v), code: k === 'bdcdyh' || k === 'zddm' || k === 'ywh' }));
}

export const inForce = (row: BookRow): boolean => !row.yxq_z;
