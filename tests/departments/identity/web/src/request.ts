// What the portal asks to be signed: "#form=BASE64URL&return=ADDRESS" in the address, where no server sees it.
export interface SignRequest {
  form: string;
  back: string;
}
export interface Shown {
  business: string;
  unit: string;
  fields: { code: string; value: unknown }[];
  parties: { role: string; name: string; id_number: string; share: string }[];
  materials: { code: string; name: string }[];
  answers: { code: string; value: unknown }[];
  statement: string;
  count: number; // of applications under one signature 集中申请; 0: one application
  root: string; // over their forms
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

const object = (v: unknown): v is Record<string, unknown> => typeof v === 'object' && v !== null && !Array.isArray(v);

export function shown(form: string): Shown | null {
  try {
    const o: unknown = JSON.parse(form);
    if (!object(o)) return null;
    const text = (v: unknown): string => (typeof v === 'string' ? v : '');
    const list = (v: unknown): Record<string, unknown>[] => (Array.isArray(v) ? v.filter(object) : []);
    return {
      business: text(o.business),
      unit: text(o.unit_code),
      fields: object(o.fields) ? Object.entries(o.fields).map(([code, value]) => ({ code, value })) : [],
      parties: list(o.parties).map((p) => ({ role: text(p.role), name: text(p.name), id_number: text(p.id_number), share: Number(p.share_den) > 1 ? `${Number(p.share_num)}/${Number(p.share_den)}` : '' })),
      materials: list(o.materials).map((m) => ({ code: text(m.code), name: text(m.name) })),
      answers: [...list(o.papers), ...list(o.record)].flatMap((p) => (object(p.answers) ? Object.entries(p.answers).map(([code, value]) => ({ code, value })) : [])),
      statement: text(o.statement),
      count: o.kind === 'batch' ? Number(o.count) : 0,
      root: o.kind === 'batch' ? text(o.root) : ''
    };
  } catch {
    return null;
  }
}

export const answerAddress = (back: string, answer: unknown): string => `${back}#result=${encode(JSON.stringify(answer))}`;
