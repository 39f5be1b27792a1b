import { expect, test } from 'vitest';
import { linkFacts, linkHealth } from './links';

const quiet = { applied: 0, waiting: 0, refused: 0 };

test('the worst news comes first', () => {
  expect(linkHealth({ ...quiet, held: 'fork', quarantined: 1, missing: 2 }).en).toBe('Held');
  expect(linkHealth({ ...quiet, alarm: 'rebuild', trouble: 'peer-slow' }).en).toBe('To be decided');
  expect(linkHealth({ ...quiet, trouble: 'disk-full', quarantined: 1 }).en).toBe('In trouble');
  expect(linkHealth({ ...quiet, quarantined: 1, missing: 2 }).en).toBe('Quarantine');
  expect(linkHealth({ ...quiet, missing: 2, waiting: 1 }).en).toBe('Missing');
  expect(linkHealth({ ...quiet, clock_ahead_ms: 3_600_000 }).en).toBe('Clock');
  expect(linkHealth({ ...quiet, clock_ahead_ms: 200 }).en).toBe('Normal');
  expect(linkHealth({ ...quiet, held: '', alarm: '', trouble: '' }).en).toBe('Normal');
});

test('what is wrong is said in plain words, in both languages', () => {
  for (const s of [{ held: 'fork' }, { held: 'beyond' }, { alarm: 'rebuild' }, { trouble: 'store-full' }, { trouble: 'queue-full' }, { trouble: 'peer-refuses' }, { missing: 1 }]) {
    const what = linkHealth({ ...quiet, ...s }).what;
    expect(what?.[0]).toMatch(/[一-鿿]{6}/);
    expect(what?.[1]).toMatch(/^[A-Z].{20}/);
  }
});

test('who is held at a 64th epoch is not sent to look for bundles that nobody has to settle', () => {
  const what = linkHealth({ ...quiet, held: 'beyond' }).what;
  expect(what?.[0]).toMatch(/没有待确认的.*64.*放行.*吊销/);
  expect(what?.[1]).toMatch(/Where there is none.*64th.*release.*revoke/);
});

test('zeros are shown, what a link does not have is not', () => {
  const keys = linkFacts({ ...quiet, queued: 0, held: '' }).map((f) => f.key);
  expect(keys).toEqual(['queued', 'applied', 'waiting', 'refused']);
});

test('lag in bundles and seconds, quarantine by reason', () => {
  const facts = linkFacts({ ...quiet, lag_bundles: 3, lag_ms: 1500, quarantined: 3, reasons: { FORK: 1, DIGEST: 2 } });
  const value = (key: string) => facts.find((f) => f.key === key)?.value;
  expect(value('lag_bundles')).toBe('3');
  expect(value('lag_ms')).toBe('1.5 s');
  expect(value('reason-DIGEST')).toBe('2');
  expect(value('reason-FORK')).toBe('1');
});
