import { expect, test } from 'vitest';
import { ends, prune, root, walk } from './tree';

test('every end is another business', () => {
  const all = ends(root);
  expect(new Set(all).size).toBe(all.length);
  expect(all).toContain('transfer-existing-flat');
});

test('what is not offered is not asked for', () => {
  const two = prune(root, new Set(['reissue', 'first-registration']));
  expect(two && ends(two)).toEqual(['reissue', 'first-registration']);
  expect(prune(root, new Set())).toBeNull();
});

test('choices lead to a business, wrong ones nowhere', () => {
  expect(walk(root, [])).toBe(root);
  expect(walk(root, [0, 0])).toEqual({ business: 'transfer-existing-flat' });
  expect(walk(root, [0, 99])).toBeNull();
  expect(walk(root, [5, 0])).toBeNull();
});
