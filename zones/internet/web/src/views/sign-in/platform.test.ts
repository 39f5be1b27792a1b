import { expect, test } from 'vitest';
import { comeBack, goThere, takeAnswer } from './platform';

function tab(search: string, kept: Record<string, string> = {}) {
  const store = new Map(Object.entries(kept));
  const seen = { address: '', gone: '' };
  const w = {
    location: { search, pathname: '/', assign: (u: string) => (seen.gone = u) },
    history: { replaceState: (_a: unknown, _b: string, u: string) => (seen.address = u) },
    sessionStorage: { getItem: (k: string) => store.get(k) ?? null, setItem: (k: string, v: string) => store.set(k, v), removeItem: (k: string) => store.delete(k) }
  } as unknown as Window;
  return { w, seen, store };
}

test('there and back in one tab', () => {
  const first = tab('');
  goThere(first.w, 'https://id/auth', 's1', '/a/1');
  expect(first.seen.gone).toBe('https://id/auth');
  const back = tab('?code=c&state=s1', Object.fromEntries(first.store));
  comeBack(back.w);
  expect(back.seen.address).toBe('/#/sign-in');
  expect(takeAnswer()).toEqual({ code: 'c', state: 's1', to: '/a/1' });
  expect(takeAnswer()).toBeNull();
  expect(back.store.size).toBe(0);
});

test('an answer that this tab did not begin is dropped, its code taken out of the address', () => {
  for (const kept of [{}, { 'sanwang.oidc': '{"state":"other"}' }, { 'sanwang.oidc': 'x' }]) {
    const back = tab('?code=c&state=s1', kept as Record<string, string>);
    comeBack(back.w);
    expect(takeAnswer()).toBeNull();
    expect(back.seen.address).toBe('/#/sign-in');
  }
});

test('a refusal is told, addresses of other kinds are left alone', () => {
  const back = tab('?error=access_denied&state=s1', { 'sanwang.oidc': '{"state":"s1"}' });
  comeBack(back.w);
  expect(takeAnswer()).toEqual({ refused: 'access_denied' });
  const plain = tab('?signed=1');
  comeBack(plain.w);
  expect(plain.seen.address).toBe('');
});
