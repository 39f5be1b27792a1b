import { afterEach, expect, test } from 'vitest';
import { lang } from '@sanwang/ui';
import type { Application, Business, Progress } from '../../api/portal';
import { nextDisc, remedies, standOf, visitOf } from './stand';

const business = { promised_days: 5, legal_days: 30, certificate: 'title', needs: { tax: true, cadastral: false }, steps: [] } as unknown as Business;
const now = Date.parse('2026-11-24T03:00:00.000Z');
const news = (state: string, more: Partial<Progress> = {}): Progress => ({ state, step_zh: '环节', step_en: 'step', at: '2026-11-23T02:00:00.000Z', office: '示例登记中心', note: '', deadline: '', legal: '', held: false, discs: [], items: [], visit: false, ...more });
const app = (state: string, progress: Progress[], more: Partial<Application> = {}): Application => ({ state, progress, updated: '2026-11-23T02:00:00.000Z', reason: '', ...more }) as Application;
const text = (a: Application, b = business): string => {
  const s = standOf(a, b, now);
  return [s.title, ...s.lines].join(' ');
};
afterEach(() => (lang.value = 'zh'));

test('every state says what is, in both languages, and never only "closed"', () => {
  for (const l of ['zh', 'en'] as const) {
    lang.value = l;
    for (const state of ['submitted', 'accepted', 'tax', 'cadastral', 'review', 'entry', 'certificate', 'delivered', 'archived', 'rejected', 'refused', 'withdrawn']) {
      const s = standOf(app(state, [news(state, { note: '理由' })]), business, now);
      expect(s.title.length).toBeGreaterThan(3);
      expect(s.lines.length).toBeGreaterThan(0);
      expect([s.title, ...s.lines].join(' ')).not.toMatch(/已办结|closed|undefined|\{/i);
    }
  }
});

test('a refusal names reason, office, and the last days of both remedies', () => {
  expect(text(app('refused', [news('refused', { note: '权属有争议' })]))).toMatch(/不予登记.*权属有争议.*示例登记中心.*2027年1月22日.*行政复议.*2027年5月23日.*起诉/);
  expect(text(app('rejected', [news('rejected', { note: '不属于本机构' })]))).toMatch(/不予受理.*不属于本机构.*行政复议/);
});

test('the last days are counted by the calendar of China', () => {
  expect(remedies('2026-11-23T02:00:00.000Z')).toEqual({ review: '2027-01-22', suit: '2027-05-23' });
  expect(remedies('2026-08-30T17:00:00.000Z')).toEqual({ review: '2026-10-30', suit: '2027-02-28' });
});

test('what never reached the office is no decision of it', () => {
  expect(text(app('refused', [], { reason: 'SCHEMA: form' }))).toMatch(/没有送达.*SCHEMA: form/);
});

test('granted says since when and which certificate', () => {
  expect(text(app('delivered', [news('entry', { at: '2026-11-20T02:00:00.000Z' }), news('delivered')], { certificate: { number: '第1号' } }))).toMatch(/准予登记.*2026\/11\/20.*第1号/);
});

test('the step with since when, the promised and the legal last day', () => {
  expect(text(app('review', [news('accepted', { deadline: '2026-11-30', legal: '2027-01-05' }), news('review')]))).toMatch(/自 2026\/11\/23.*2026年11月30日 前办结.*30 个工作日，至 2027年1月5日/);
  expect(standOf(app('accepted', [news('accepted')]), business, now).turn).toBe(true);
  expect(text(app('review', [news('review', { held: true, note: '等待法院裁定' })]))).toMatch(/中止.*等待法院裁定/);
});

test('a drawing waits for the first disc that has not left', () => {
  const discs = ['2026-11-24T02:00:00.000Z', '2026-11-24T08:00:00.000Z', '2026-11-25T02:00:00.000Z'];
  expect(nextDisc(news('cadastral', { discs }), now)).toBe('2026-11-24T08:00:00.000Z');
  expect(text(app('cadastral', [news('cadastral', { discs })]))).toMatch(/最近一班 2026\/11\/24 16:00 出发/);
  lang.value = 'en';
  expect(text(app('cadastral', [news('cadastral', { discs })]))).toMatch(/your drawing waits for the disc leaving at .*16:00/);
  expect(text(app('cadastral', [news('cadastral', { discs: ['2026-11-23T02:00:00.000Z'] })]))).toMatch(/next disc/);
});

test('who is asked to come once reads the newest word, while there is something to come for', () => {
  const asked = [news('accepted'), news('accepted', { visit: true, note: '旧' }), news('tax', { visit: true, note: '身份证' }), news('review')];
  expect(visitOf(app('review', asked))?.note).toBe('身份证');
  expect([visitOf(app('review', [news('review')])), visitOf(app('delivered', asked)), visitOf(app('withdrawn', asked))]).toEqual([null, null, null]);
});
