import { expect, test } from 'vitest';
import { inside } from './start';

test.each([
  ['/a/1?x=2', '/a/1?x=2'],
  ['//evil.example', '/'],
  ['https://evil.example', '/'],
  ['/sign-in', '/'],
  [undefined, '/'],
  [['/a', '/b'], '/']
])('after signing in %s leads to %s', (to, path) => expect(inside(to)).toBe(path));
