import { expect, test } from 'vitest';
import { linkFacts, linkHealth } from './links';

const quiet = { applied: 0, waiting: 0, refused: 0 };

test('the worst news comes first', () => {
  expect(linkHealth({ ...quiet, held: 'FORK', quarantined: 1, missing: 2 }).en).toBe('Held');
  expect(linkHealth({ ...quiet, quarantined: 1, missing: 2 }).en).toBe('Quarantine');
  expect(linkHealth({ ...quiet, missing: 2, waiting: 1 }).en).toBe('Missing');
  expect(linkHealth({ ...quiet, held: '' }).en).toBe('Normal');
});

test('zeros are shown, what a link does not have is not', () => {
  const keys = linkFacts({ ...quiet, queued: 0, held: '' }).map((f) => f.key);
  expect(keys).toEqual(['queued', 'applied', 'waiting', 'refused']);
});
