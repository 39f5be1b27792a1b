import { expect, test } from 'vitest';
import type { Judgement } from '../../api/desk';
import type { Model } from '../../api/registry';
import { changesOf } from './change';
import { turnBox } from './turnBox';

const column = (code: string, zh: string, show = ''): { code: string; zh: string; en: string; show: string } => ({ code, zh, en: code, show });
const model: Model = {
  tables: [
    { code: 'fdcq2', zh: '房地产权', en: 'Right', class: 1, columns: [column('bsm', '标识码'), column('djyy', '登记原因'), column('jg', '价格', 'money')] },
    { code: 'cfdj', zh: '查封登记', en: 'Seizure', class: 3, columns: [column('bsm', '标识码'), column('cfwh', '文号')] }
  ],
  codes: {}
};
const plan = (more: Partial<Judgement['plan']>): Judgement['plan'] => ({ findings: [], ended: {}, made: {}, lapsed: {}, wrong: null, ...more });

test('a row that goes on is shown by what differs, one that ends or begins whole', () => {
  const changes = changesOf(
    model,
    plan({
      ended: { fdcq2: [{ bsm: 4, djyy: '首次登记', jg: 100 }, { bsm: 5, djyy: '买卖', jg: 200 }] },
      made: { fdcq2: [{ ssbsm: 4, djyy: '买卖', jg: 100 }, { ssbsm: null, djyy: '新建', jg: 300 }] },
      lapsed: { cfdj: [{ bsm: 9, cfwh: '1号' }] }
    })
  );
  expect(changes.map((c) => `${c.kind} ${c.table}`)).toEqual(['lapsed cfdj', 'ended fdcq2', 'changed fdcq2', 'made fdcq2']);
  expect(changes[2]!.lines.map((l) => [l.key, l.before, l.after])).toEqual([['djyy', '首次登记', '买卖']]);
  expect(changes[3]!.lines.map((l) => l.after)).toEqual(['新建', '¥3.00']);
});

test('a box of the page turns with it and back', () => {
  const box = { x: 1000, y: 2000, w: 3000, h: 500 };
  for (const turn of [0, 90, 180, 270]) expect(turnBox(turnBox(box, turn), -turn)).toEqual(box);
  expect(turnBox(box, 90)).toEqual({ x: 7500, y: 1000, w: 500, h: 3000 });
});
