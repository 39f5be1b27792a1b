import { expect, test } from 'vitest';
import type { Judgement } from '../../api/desk';
import { verdictsOf } from './verdicts';

const judged = (plan: object, findings: object[] = []): Judgement => ({ stage: 'review', version: 1, rules: { findings }, plan: { findings: [], wrong: null, ...plan } }) as unknown as Judgement;

test('nothing is in the way', () => expect(verdictsOf(judged({}))).toEqual([]));
test('what cannot be entered as it stands is never shown as clean', () =>
  expect(verdictsOf(judged({ wrong: 'shares: sum to 1/2' })).map((v) => [v.key, v.severity, v.text])).toEqual([['plan', 'warn', '按目前内容还不能登簿：shares: sum to 1/2']]));
test('the worst comes first, of rules and book alike', () =>
  expect(
    verdictsOf(
      judged({ findings: [{ code: 'seized', blocks: true, zh: '查封', en: 'seized', what: '法院', basis: '' }], wrong: 'x' }, [
        { rule: 'note', severity: 'info', zh: '告知', en: 'note', basis: '' }
      ])
    ).map((v) => v.key)
  ).toEqual(['seized', 'plan', 'note']));
