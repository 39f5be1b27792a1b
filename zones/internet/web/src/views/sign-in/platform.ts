// Way to the identity platform and back (OpenID Connect). What it was begun with stays in this tab: an answer that another tab or another site began is
// not taken.
import { inside } from '@sanwang/ui';

const key = 'sanwang.oidc';
let waiting: { code: string; state: string; to: string } | { refused: string } | null = null;

export function goThere(w: Window, url: string, state: string, to: unknown): void {
  w.sessionStorage.setItem(key, JSON.stringify({ state, to: inside(to) }));
  w.location.assign(url);
}

// Called before the router: takes code and state out of the address, so that neither history nor a reload keeps them.
export function comeBack(w: Window): void {
  const asked = new URLSearchParams(w.location.search);
  const state = asked.get('state');
  if (!state || !(asked.has('code') || asked.has('error'))) return;
  w.history.replaceState(null, '', `${w.location.pathname}#/sign-in`);
  let begun: { state?: unknown; to?: unknown } = {};
  try {
    begun = JSON.parse(w.sessionStorage.getItem(key) ?? '{}') as typeof begun;
  } catch {
    // Nothing that this page wrote.
  }
  w.sessionStorage.removeItem(key);
  if (begun.state !== state) return;
  const code = asked.get('code');
  waiting = code ? { code, state, to: inside(begun.to) } : { refused: asked.get('error') ?? '' };
}

export function takeAnswer(): typeof waiting {
  const answer = waiting;
  waiting = null;
  return answer;
}
