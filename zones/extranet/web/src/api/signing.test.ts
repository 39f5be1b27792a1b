import { ApiError } from '@sanwang/ui';
import { describe, expect, it } from 'vitest';
import { nextTick } from 'vue';
import { asked, signed } from './signing';

const locked = new ApiError(423, 'LOCKED', '');
const acts = (...answers: (string | ApiError)[]) => {
  let n = 0;
  return { times: () => n, run: () => { const a = answers[n++]!; return typeof a === 'string' ? Promise.resolve(a) : Promise.reject(a); } };
};

describe('signed', () => {
  it('does an act once when the key is open', async () => {
    const a = acts('done');
    expect(await signed(a.run)).toBe('done');
    expect(a.times()).toBe(1);
    expect(asked.value).toBeNull();
  });
  it('asks, and does it again when the key was opened', async () => {
    const a = acts(locked, 'done');
    const p = signed(a.run);
    await nextTick();
    asked.value!(true);
    expect(await p).toBe('done');
    expect(asked.value).toBeNull();
  });
  it('gives the refusal back when nobody opens it', async () => {
    const p = signed(acts(locked).run);
    await nextTick();
    asked.value!(false);
    await expect(p).rejects.toBe(locked);
  });
  it('asks once for two acts at a time', async () => {
    const all = Promise.all([signed(acts(locked, 'a').run), signed(acts(locked, 'b').run)]);
    await nextTick();
    asked.value!(true);
    expect(await all).toEqual(['a', 'b']);
  });
  it('asks for nothing else', async () => {
    await expect(signed(acts(new ApiError(409, 'STATE', '')).run)).rejects.toThrow();
    expect(asked.value).toBeNull();
  });
});
