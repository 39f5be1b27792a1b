// Review rules 审查规则: every version, a trial on past cases, proposed by one person and decided by another.
import { get, path, post } from '@sanwang/ui';
import type { components } from '@sanwang/api/registryd';

type Schemas = components['schemas'];
export type Rule = Schemas['Rule'];
export type RuleRow = Schemas['RuleRow'];
export type RuleTrial = Schemas['RuleTrial'];

export const loadRules = async (): Promise<RuleRow[]> => (await get<{ rows: RuleRow[] }>(path('rules'))).rows;
export const proposeRule = (r: Rule): Promise<unknown> => post(path('rules'), { ...r });
export const tryRule = (r: Rule): Promise<RuleTrial> => post(path('rule-trial'), { ...r });
export const decideRule = (r: RuleRow, agree: boolean): Promise<Schemas['VersionDecided']> => post(path('rules', r.code, r.version, agree ? 'approve' : 'refuse'), {});
