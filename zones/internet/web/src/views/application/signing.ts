// Way to the identity platform and back. The form travels in the fragment (never sent to a server by the browser), and so does the answer.
import type { Signature } from '../../api/portal';

export function toBase64Url(text: string): string {
  let raw = '';
  for (const b of new TextEncoder().encode(text)) raw += String.fromCharCode(b);
  return btoa(raw).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
}

export function fromBase64Url(text: string): string | null {
  try {
    const raw = atob(text.replace(/-/g, '+').replace(/_/g, '/'));
    return new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(raw, (c) => c.charCodeAt(0)));
  } catch {
    return null;
  }
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const keys = ['signature', 'certificate', 'token', 'token_signature', 'token_certificate'] as const;

export type Answer = { signature: Signature } | { refused: string };

// What the identity platform hands back: a signature, or a word why there is none.
export function readAnswer(fragment: string): Answer | null {
  const text = /^#result=([A-Za-z0-9_-]{1,65536})$/.exec(fragment)?.[1];
  if (!text) return null;
  let o: unknown;
  try {
    o = JSON.parse(fromBase64Url(text) ?? '');
  } catch {
    return null;
  }
  if (typeof o !== 'object' || o === null) return null;
  const r = o as Record<string, unknown>;
  if (typeof r.error === 'string') return { refused: r.error };
  if (!keys.every((k) => typeof r[k] === 'string')) return null;
  return { signature: Object.fromEntries(keys.map((k) => [k, r[k]])) as unknown as Signature };
}

export const returnAddress = (at: Location, id: string): string => `${at.origin}${at.pathname}?signed=${id}`;

export const withdrawAddress = (at: Location, id: string): string => `${at.origin}${at.pathname}?withdrawn=${id}`;

export const batchAddress = (at: Location, id: string): string => `${at.origin}${at.pathname}?batch=${id}`;

export const deliverAddress = (at: Location, id: string): string => `${at.origin}${at.pathname}?deliver=${id}`;

export const queryAddress = (at: Location, id: string): string => `${at.origin}${at.pathname}?asked=${id}`;

export const signAddress = (identity: string, form: string, back: string): string => `${identity}#form=${toBase64Url(form)}&return=${encodeURIComponent(back)}`;

const places = { signed: (id: string) => `/a/${id}/sign`, withdrawn: (id: string) => `/a/${id}/withdraw`, batch: (id: string) => `/batches/${id}`, deliver: (id: string) => `/a/${id}`, asked: () => '/queries' };
const words = Object.keys(places) as (keyof typeof places)[];
let waiting: { id: string; answer: Answer } | null = null;

// Called before the router: takes the answer out of the address, so that neither history nor a reload keeps it.
// An answer that cannot be read is a refusal without a word.
export function arrive(w: Window): void {
  const search = new URLSearchParams(w.location.search);
  const word = words.find((k) => search.has(k));
  const id = word && search.get(word);
  if (!word || !id || !uuid.test(id)) return;
  const answer = readAnswer(w.location.hash) ?? (w.location.hash.startsWith('#result=') ? { refused: '' } : null);
  waiting = answer && { id, answer };
  w.history.replaceState(null, '', `${w.location.pathname}#${places[word](id)}`);
}

// The answer stays until it is dropped: a signature outlives a session that has ended or a network that is away.
export const answerFor = (id: string): Answer | null => (waiting?.id === id ? waiting.answer : null);

export function dropAnswer(): void {
  waiting = null;
}
