import { describe, expect, test } from 'vitest';
import type { Business, Case } from '../../api/registry';
import { checksOf } from './checks';

const business = { roles: [], materials: [] } as unknown as Business;
const kase = (form: object, rows: object): Case => ({ form, parties: [], materials: [], register_now: { rows } }) as unknown as Case;
const states = (form: object, rows: object): string[] => checksOf(kase(form, rows), business, false).map((c) => `${c.key} ${c.state}`);

describe('what was entered beside the register', () => {
  test.each(['fdcq1', 'fdcq2', 'jsydsyq', 'lq', 'hysyq', 'tdsyq', 'nydsyq'])('a certificate of %s is found', (table) =>
    expect(states({ certificate_no: '京（2020）第1号' }, { [table]: [{ bdcqzh: '京(2020)第1号' }] })).toEqual(['certificate good']));
  test('a proof is found', () => expect(states({ certificate_no: '京(2020)第2号' }, { dyaq: [{ bdcdjzmh: '京(2020)第2号' }] })).toEqual(['certificate good']));
  test('another number differs, whatever the right', () => expect(states({ certificate_no: '第3号' }, { hysyq: [{ bdcqzh: '第4号' }] })).toEqual(['certificate bad']));
  test('where there is none nothing was compared', () => expect(states({ certificate_no: '第3号' }, { h: [{ zl: '甲' }] })).toEqual(['certificate open']));
  test.each(['h', 'zdjbxx', 'zhjbxx', 'lq'])('the location of %s', (table) => {
    expect(states({ location: '示例路 1号' }, { [table]: [{ zl: '示例路1号' }] })).toEqual(['location good']);
    expect(states({ location: '示例路2号' }, { [table]: [{ zl: '示例路1号' }] })).toEqual(['location bad']);
  });
});
