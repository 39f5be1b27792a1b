import { expect, test } from 'vitest';
import { dutyOf, type Permission } from './rights';

const all: Permission[] = [
  { code: 'case.read', zh: '', en: '', kind: 'page', duty: 'business' },
  { code: 'account.write', zh: '', en: '', kind: 'action', duty: 'system' },
  { code: 'link.read', zh: '', en: '', kind: 'page', duty: 'any' }
];

test('a set of permissions has one duty', () => {
  expect(dutyOf(all, ['link.read'])).toBe('any');
  expect(dutyOf(all, ['case.read', 'link.read'])).toBe('business');
  expect(dutyOf(all, ['account.write'])).toBe('system');
});

test('two duties do not go together', () => {
  expect(dutyOf(all, ['case.read', 'account.write'])).toBeNull();
});
