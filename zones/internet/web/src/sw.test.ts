// What the worker behind the pages keeps on a device that others use after this person: pages, and what is the same for everybody.
import { beforeEach, expect, test } from 'vitest';

const [worker] = Object.values(import.meta.glob('../public/sw.js', { query: '?raw', import: 'default', eager: true })) as [string];

const origin = 'https://portal.example';
type Fetched = { request: { url: string; method: string; mode: string }; respondWith: (reply: Promise<Response>) => void };
let kept: Map<string, string>;
let onFetch: (e: Fetched) => void;

beforeEach(() => {
  kept = new Map();
  const cache = {
    put: async (key: string | { url: string }, reply: Response) => void kept.set(typeof key === 'string' ? key : key.url, await reply.text()),
    match: async (key: string) => (kept.has(key) ? new Response(kept.get(key)) : undefined)
  };
  const self = { location: { origin }, addEventListener: (name: string, listener: (e: Fetched) => void) => name === 'fetch' && (onFetch = listener) };
  new Function('self', 'caches', 'fetch', worker)(self, { open: async () => cache }, answered);
});

let reply: { text: string; type: string } | null;
const answered = async (): Promise<Response> => {
  if (!reply) throw new TypeError('the line is away');
  return new Response(reply.text, { headers: { 'content-type': reply.type } });
};

// What the page gets; null when the worker leaves it to the browser.
async function asks(path: string, mode: string, answer: typeof reply): Promise<string | null> {
  let given: Promise<Response> | null = null;
  reply = answer;
  onFetch({ request: { url: origin + path, method: 'GET', mode }, respondWith: (r) => (given = r) });
  return given && (await given as Response).text();
}

test('a page that was loaded once is there without a line', async () => {
  await asks('/', 'navigate', { text: 'the pages', type: 'text/html; charset=utf-8' });
  expect(await asks('/#/help', 'navigate', null)).toBe('the pages');
});

test('a paper opened by its address is not kept and does not take the place of the pages', async () => {
  await asks('/', 'navigate', { text: 'the pages', type: 'text/html; charset=utf-8' });
  expect(await asks('/api/applications/1/receipt', 'navigate', { text: 'a receipt', type: 'application/pdf' })).toBe(null);
  expect(await asks('/api/applications/1/receipt', 'navigate', { text: 'a receipt', type: 'text/html' })).toBe(null);
  await asks('/metrics', 'navigate', { text: 'numbers', type: 'text/plain' });
  expect([...kept.entries()]).toEqual([['./', 'the pages']]);
  expect(await asks('/', 'navigate', null)).toBe('the pages');
});

test('of the interface only what is the same for everybody is kept', async () => {
  for (const path of ['applications', 'session', 'queries', 'notices']) await asks(`/api/${path}`, 'cors', { text: path, type: 'application/json' });
  expect(kept.size).toBe(0);
  await asks('/api/regions', 'cors', { text: 'regions', type: 'application/json' });
  expect([...kept.keys()]).toEqual(['/api/regions']);
});
