// Requests to the daemon of this zone: JSON in, JSON out, refusals as ApiError.
import { errorText } from './errors';

export interface Finding {
  key: string;
  zh: string;
  en: string;
}

export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    readonly missing: readonly Finding[] = []
  ) {
    super(detail || code);
    this.name = 'ApiError';
  }

  // What a person reads: the reason in the language of the page, then the daemon's own words where they say more.
  get shown(): string {
    return errorText(this.code, this.detail);
  }
}

type Body = Record<string, unknown>;

let onSignedOut: () => void = () => undefined;

// Called when the session has ended on the daemon's side.
export function whenSignedOut(fn: () => void): void {
  onSignedOut = fn;
}

let onNotice: () => Promise<boolean> = () => Promise.resolve(false);

// Called when the daemon wants the user notice in force accepted first; true: it was, and the request is made again. Nothing typed is lost.
export function whenNotice(fn: () => Promise<boolean>): void {
  onNotice = fn;
}

async function refusal(reply: Response): Promise<ApiError> {
  let body: Body = {};
  try {
    body = (await reply.json()) as Body;
  } catch {
    // Not from the daemon (a proxy's page): the status says what there is to say.
  }
  const text = (key: string): string => (typeof body[key] === 'string' ? (body[key] as string) : '');
  return new ApiError(reply.status, text('error') || `HTTP ${reply.status}`, text('where') || text('text'), Array.isArray(body.missing) ? (body.missing as Finding[]) : []);
}

// Asked for before the page that needs it is there. Taken once, soon, before anything is changed, and only when it was answered well: else `get` asks itself and tells.
const early = new Map<string, Promise<unknown>>();
const earlyMs = 5000;

export function askEarly(url: string): void {
  const reply = fetch(url, { credentials: 'same-origin', cache: 'no-store', redirect: 'error' }).then((r) => (r.ok ? (r.json() as Promise<unknown>) : undefined));
  early.set(url, reply.catch(() => undefined));
  setTimeout(() => early.delete(url), earlyMs);
}

async function send(path: string, init: RequestInit): Promise<Response> {
  let reply: Response;
  if (init.method) early.clear();
  try {
    reply = await fetch(path, { credentials: 'same-origin', cache: 'no-store', redirect: 'error', ...init });
  } catch (e) {
    if (e instanceof DOMException && e.name === 'AbortError') throw e;
    throw new ApiError(0, 'OFFLINE', '');
  }
  if (reply.ok) return reply;
  const error = await refusal(reply);
  if (error.code === 'LOGIN' && path !== './api/session') onSignedOut();
  if (error.code === 'NOTICE' && (await onNotice())) return send(path, init);
  throw error;
}

const headers = { 'X-Requested-With': 'sanwang' };

// Each part of a path is encoded: an identifier never changes which route is meant.
export function path(...parts: readonly (string | number)[]): string {
  return `./api/${parts.map((p) => encodeURIComponent(p)).join('/')}`;
}

export function query(values: Record<string, string | number | undefined>): string {
  const q = new URLSearchParams();
  for (const [k, v] of Object.entries(values)) if (v !== undefined && v !== '') q.set(k, String(v));
  const text = q.toString();
  return text ? `?${text}` : '';
}

export async function get<T>(url: string, signal?: AbortSignal): Promise<T> {
  const asked = early.get(url);
  early.delete(url);
  const there = await asked;
  if (there !== undefined) return there as T;
  return (await (await send(url, { signal: signal ?? null })).json()) as T;
}

async function withBody<T>(method: string, url: string, body: Body): Promise<T> {
  const reply = await send(url, { method, headers: { ...headers, 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
  return (await reply.json()) as T;
}

export const post = <T>(url: string, body: Body = {}): Promise<T> => withBody<T>('POST', url, body);
export const put = <T>(url: string, body: Body): Promise<T> => withBody<T>('PUT', url, body);

export async function remove<T>(url: string): Promise<T> {
  return (await (await send(url, { method: 'DELETE', headers })).json()) as T;
}

export async function upload<T>(url: string, file: Blob): Promise<T> {
  const reply = await send(url, { method: 'POST', headers: { ...headers, 'Content-Type': 'application/octet-stream' }, body: file });
  return (await reply.json()) as T;
}
