// What the portal asks to be signed: "#form=BASE64URL&return=ADDRESS" in the address, where no server sees it.
export interface SignRequest {
  form: string;
  back: string;
}
export interface Shown {
  business: string;
  unit: string;
  parties: { name: string; id_number: string }[];
  materials: string[];
  statement: string;
}

export function decode(text: string): string | null {
  try {
    const raw = atob(text.replace(/-/g, '+').replace(/_/g, '/'));
    return new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(raw, (c) => c.charCodeAt(0)));
  } catch {
    return null;
  }
}

export function encode(text: string): string {
  let raw = '';
  for (const b of new TextEncoder().encode(text)) raw += String.fromCharCode(b);
  return btoa(raw).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
}

// Only a page of the web is returned to.
function address(text: string): string | null {
  try {
    const url = new URL(text);
    return url.protocol === 'http:' || url.protocol === 'https:' ? url.href.replace(/#.*$/, '') : null;
  } catch {
    return null;
  }
}

export function readRequest(fragment: string): SignRequest | null {
  const q = new URLSearchParams(fragment.replace(/^#/, ''));
  const form = decode(q.get('form') ?? '');
  const back = address(q.get('return') ?? '');
  return form && back ? { form, back } : null;
}

export function shown(form: string): Shown | null {
  try {
    const o = JSON.parse(form) as Record<string, unknown>;
    const text = (v: unknown): string => (typeof v === 'string' ? v : '');
    const list = (v: unknown): Record<string, unknown>[] => (Array.isArray(v) ? (v as Record<string, unknown>[]) : []);
    return {
      business: text(o.business),
      unit: text(o.unit_code),
      parties: list(o.parties).map((p) => ({ name: text(p.name), id_number: text(p.id_number) })),
      materials: list(o.materials).map((m) => text(m.name)),
      statement: text(o.statement)
    };
  } catch {
    return null;
  }
}

export const answerAddress = (back: string, answer: unknown): string => `${back}#result=${encode(JSON.stringify(answer))}`;
