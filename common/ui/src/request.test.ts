import { afterEach, expect, test, vi } from 'vitest';
import { ApiError, askEarly, get, post } from './request';

afterEach(() => vi.unstubAllGlobals());

async function refused(body: string, status = 409): Promise<ApiError> {
  vi.stubGlobal('fetch', () => Promise.resolve(new Response(body, { status })));
  return get('./api/x').then(
    () => expect.unreachable(),
    (e: unknown) => e as ApiError
  );
}

test('the daemon says in `where` what is wrong; `text` then only repeats the code', async () => {
  const e = await refused('{"error":"BLOCKED","text":"blocked by the register","where":"查封 seizure in force until 2028-12-31 (某法院)"}');
  expect([e.status, e.code, e.detail]).toEqual([409, 'BLOCKED', '查封 seizure in force until 2028-12-31 (某法院)']);
  expect(e.shown).toContain('2028-12-31');
});

test('without it, `text` is all there is', async () => {
  expect((await refused('{"error":"SCHEMA","text":"state: unknown","where":""}', 422)).detail).toBe('state: unknown');
  expect((await refused('{"error":"SCHEMA","text":"state: unknown"}', 422)).detail).toBe('state: unknown');
});

test('what is not from the daemon is told by its status', async () => expect((await refused('<html>', 502)).code).toBe('HTTP 502'));

test('what was asked early is taken once, not when something changed meanwhile, and not when it was refused', async () => {
  let n = 0;
  let status = 200;
  vi.stubGlobal('fetch', () => Promise.resolve(new Response(JSON.stringify({ n: ++n }), { status })));
  askEarly('./api/x');
  expect(await get('./api/x')).toEqual({ n: 1 });
  expect(await get('./api/x')).toEqual({ n: 2 });
  askEarly('./api/x');
  await post('./api/y');
  expect(await get('./api/x')).toEqual({ n: 5 });
  status = 401;
  askEarly('./api/x');
  status = 200;
  expect(await get('./api/x')).toEqual({ n: 7 });
});
