// What an entry will change in the book, from the plan that 登簿 carries out: rows that begin, rows that end, and rows that go on with other values.
import type { Judgement, Tables } from '../../api/desk';
import type { BookRow, Model } from '../../api/registry';
import { rowFacts } from '../register/book';

export interface Line {
  key: string;
  name: string;
  before: string;
  after: string;
}
export interface Change {
  key: string;
  kind: 'made' | 'changed' | 'ended' | 'lapsed';
  table: string;
  lines: Line[];
}

const flat = (t: Tables): { table: string; row: BookRow }[] => Object.entries(t).flatMap(([table, rows]) => rows.map((row) => ({ table, row })));
const facts = (model: Model, table: string, row: BookRow | undefined): Map<string, { name: string; value: string }> =>
  new Map(row ? rowFacts(model, table, row).map((f) => [f.key, { name: f.name, value: f.value }]) : []);

function linesOf(model: Model, table: string, before: BookRow | undefined, after: BookRow | undefined): Line[] {
  const was = facts(model, table, before);
  const is = facts(model, table, after);
  return [...new Set([...was.keys(), ...is.keys()])]
    .map((key) => ({ key, name: (was.get(key) ?? is.get(key))!.name, before: was.get(key)?.value ?? '', after: is.get(key)?.value ?? '' }))
    .filter((l) => !(before && after) || l.before !== l.after);
}

export function changesOf(model: Model, plan: Judgement['plan']): Change[] {
  const ended = flat(plan.ended);
  const continued = new Set<string>();
  const made = flat(plan.made).map(({ table, row }, n): Change => {
    const before = ended.find((e) => e.table === table && row.ssbsm !== null && row.ssbsm !== undefined && e.row.bsm === row.ssbsm);
    if (before) continued.add(`${table}/${before.row.bsm}`);
    return { key: `+${table}${n}`, kind: before ? 'changed' : 'made', table, lines: linesOf(model, table, before?.row, row) };
  });
  const gone = ended
    .filter((e) => !continued.has(`${e.table}/${e.row.bsm}`))
    .map((e): Change => ({ key: `-${e.table}${e.row.bsm}`, kind: 'ended', table: e.table, lines: linesOf(model, e.table, e.row, undefined) }));
  const lapsed = flat(plan.lapsed).map((e): Change => ({ key: `~${e.table}${e.row.bsm}`, kind: 'lapsed', table: e.table, lines: linesOf(model, e.table, e.row, undefined) }));
  return [...lapsed, ...gone, ...made];
}
