// People, roles and rights as the service answers them, and what the pages make of them.
import type { Text } from '../lang';
import type { components } from '@sanwang/api/common';

type Schemas = components['schemas'];
export type Permission = Schemas['Permission'];
export type Role = Schemas['RoleRights'];
export type Rights = Schemas['Rights'];
export type Person = Schemas['Person'];
export type Organisation = Schemas['Organisation'];
export type Look = Schemas['Look'];


export const dutyName: Record<Permission['duty'], Text> = {
  any: ['通用', 'general'],
  business: ['业务', 'business'],
  system: ['系统管理', 'administration'],
  security: ['安全', 'security']
};
export const kindName: Record<Permission['kind'], Text> = { page: ['页面', 'page'], action: ['操作', 'action'], field: ['字段', 'field'] };
export const organisationKinds: Record<string, Text> = {
  office: ['登记机构', 'registration office'],
  department: ['共享部门', 'department'],
  bank: ['银行', 'bank'],
  developer: ['开发企业', 'developer'],
  agent: ['代理机构', 'agent'],
  other: ['其他', 'other']
};

// The duty that a set of permissions binds to; null when it mixes two, which the service refuses.
export function dutyOf(all: readonly Permission[], held: readonly string[]): Permission['duty'] | null {
  let duty: Permission['duty'] = 'any';
  for (const p of all) {
    if (p.duty === 'any' || !held.includes(p.code)) continue;
    if (duty !== 'any' && duty !== p.duty) return null;
    duty = p.duty;
  }
  return duty;
}
