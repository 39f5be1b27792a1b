import { expect, test } from 'vitest';
import { moveTo } from './useList';

test.each([
  ['j', -1, 3, 0],
  ['j', 2, 3, 2],
  ['ArrowDown', 0, 3, 1],
  ['k', 0, 3, 0],
  ['k', -1, 3, 0],
  ['Home', 2, 3, 0],
  ['End', 0, 3, 2],
  ['x', 0, 3, null],
  ['j', -1, 0, null]
])('%s at %d of %d goes to %s', (key, at, n, to) => expect(moveTo(key, at, n)).toBe(to));
