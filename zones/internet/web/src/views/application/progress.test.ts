import { expect, test } from 'vitest';
import type { Application, Business, Progress } from '../../api/portal';
import { deadlineOf, lineOf } from './progress';

const step = (code: string): { code: string; zh: string; en: string } => ({ code, zh: code, en: code });
const business = { steps: ['submitted', 'accepted', 'tax', 'review', 'entry', 'certificate', 'delivered'].map(step) } as Business;
const news = (state: string, more: Partial<Progress> = {}): Progress => ({ state, step_zh: state, step_en: state, at: '2026-02-01T01:00:00.000Z', office: '', note: '', deadline: '', legal: '', held: false, discs: [], items: null, visit: false, ...more });
const app = (state: string, progress: Progress[]): Application => ({ state, progress, updated: '2026-02-01T00:00:00.000Z', reason: '' }) as Application;
const phases = (a: Application): string[] => lineOf(a, business).map((i) => `${i.key.replace(/-\d+$/, '')}:${i.phase}`);

test('what was, what is, what comes', () => {
  expect(phases(app('review', [news('submitted'), news('accepted'), news('review')]))).toEqual([
    'submitted:done', 'accepted:done', 'review:now', 'next-entry:next', 'next-certificate:next', 'next-delivered:next'
  ]);
});

test('before the first news all is ahead', () => {
  expect(phases(app('signing', []))).toHaveLength(8);
  expect(phases(app('submitted', []))[0]).toBe('submitted:now');
});

test('an end is an end', () => {
  expect(phases(app('delivered', [news('submitted'), news('delivered')]))).toEqual(['submitted:done', 'delivered:done']);
  expect(phases(app('rejected', [news('submitted'), news('rejected')])).at(-1)).toBe('rejected:stopped');
  expect(phases(app('withdrawn', []))).toEqual(['withdrawn:stopped']);
});

test('the newest deadline counts', () => {
  expect(deadlineOf(app('review', [news('accepted', { deadline: '2026-02-09' }), news('review')]))).toBe('2026-02-09');
});
