import { expect, test } from 'vitest';
import type { LinkState } from '@sanwang/ui';
import { templateCodes } from '../message/templates';
import { connectorJudged, diskJudged, linkJudged, whys } from './running';

const link = (patch: Partial<LinkState> = {}): LinkState => ({ applied: 0, waiting: 0, refused: 0, ...patch });

test.each([
  ['nothing amiss', link(), 'good'],
  ['a short lag', link({ lag_ms: 5000 }), 'good'],
  ['a long lag', link({ lag_ms: 120_000 }), 'bad'],
  ['a full disk of the link', link({ trouble: 'disk-full' }), 'bad'],
  ['many waiting', link({ queued: 20_000 }), 'wait'],
  ['a number missing', link({ missing: 1 }), 'wait']
])('a link with %s', (_, l, tone) => expect(linkJudged(l).tone).toBe(tone));

test('what is not well says what to do', () => {
  for (const j of [linkJudged(link({ lag_ms: 120_000 })), diskJudged({ free_bytes: 1, all_bytes: 100 }), diskJudged({ free_bytes: 10, all_bytes: 100 })]) expect(j.what?.[1]).toBeTruthy();
  const failing = { ok: 1, failed: 1, ok_at: '', failing_since: '2026-11-27T00:00:00.000Z', error: 'IO' };
  expect(connectorJudged('payment platform', failing).what?.[0]).toMatch(/不要重复付款/);
  expect(connectorJudged('unheard of', failing).tone).toBe('bad');
  expect(connectorJudged('payment platform', { ...failing, failing_since: '' }).tone).toBe('good');
});

test('each reason comes with words that can be sent', () => {
  for (const w of Object.values(whys)) expect(templateCodes).toContain(w.template);
});
