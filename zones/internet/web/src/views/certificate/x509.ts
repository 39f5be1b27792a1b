// As much of a certificate (RFC 5280, DER) as the verification of a seal needs. What does not read exactly is refused.
export interface Certificate {
  tbs: Uint8Array;
  signature: Uint8Array;
  key: Uint8Array; // SM2: the uncompressed point; Ed25519: the 32 bytes
  algorithm: 'sm2' | 'ed25519';
  subject: { cn: string; ou: string };
  from: number;
  to: number;
}

interface Node {
  tag: number;
  body: Uint8Array;
  whole: Uint8Array;
}

function read(data: Uint8Array, at: number): { node: Node; next: number } {
  const tag = data[at];
  let length = data[at + 1];
  if (tag === undefined || length === undefined) throw new Error('truncated');
  let head = 2;
  if (length >= 0x80) {
    const n = length & 0x7f;
    if (n < 1 || n > 3) throw new Error('length');
    length = 0;
    for (let i = 0; i < n; i++) length = length * 256 + (data[at + 2 + i] ?? 0);
    head += n;
  }
  const end = at + head + length;
  if (end > data.length) throw new Error('truncated');
  return { node: { tag, body: data.subarray(at + head, end), whole: data.subarray(at, end) }, next: end };
}

function children(data: Uint8Array): Node[] {
  const list: Node[] = [];
  for (let at = 0; at < data.length; ) {
    const r = read(data, at);
    list.push(r.node);
    at = r.next;
  }
  return list;
}

export const hex = (b: Uint8Array): string => Array.from(b, (x) => x.toString(16).padStart(2, '0')).join('');
const at = (list: readonly Node[], n: number): Node => {
  const one = list[n];
  if (!one) throw new Error('missing');
  return one;
};
const oids = { cn: '550403', ou: '55040b', sm2: '2a811ccf5501822d', ed25519: '2b6570' };

function bits(n: Node): Uint8Array {
  if (n.tag !== 3 || n.body[0] !== 0) throw new Error('bits');
  return n.body.subarray(1);
}

function name(n: Node): { cn: string; ou: string } {
  const out = { cn: '', ou: '' };
  for (const set of children(n.body)) {
    const pair = children(at(children(set.body), 0).body);
    const oid = hex(at(pair, 0).body);
    const text = new TextDecoder('utf-8', { fatal: true }).decode(at(pair, 1).body);
    if (oid === oids.cn) out.cn = text;
    // The use, then links of a signer: a seal has its use alone.
    if (oid === oids.ou) out.ou = out.ou ? `${out.ou},${text}` : text;
  }
  return out;
}

function time(n: Node): number {
  const text = new TextDecoder().decode(n.body);
  const m = /^(\d{2}|\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})Z$/.exec(text);
  if (!m || (n.tag === 0x17) !== (m[1]?.length === 2)) throw new Error('time');
  const year = Number(m[1]) + (m[1]?.length === 2 ? (Number(m[1]) < 50 ? 2000 : 1900) : 0);
  return Date.UTC(year, Number(m[2]) - 1, Number(m[3]), Number(m[4]), Number(m[5]), Number(m[6]));
}

export function readPem(pem: string): Certificate | null {
  const text = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/.exec(pem)?.[1];
  if (!text) return null;
  try {
    const der = Uint8Array.from(atob(text.replace(/\s/g, '')), (c) => c.charCodeAt(0));
    const [tbs, , signature] = children(read(der, 0).node.body);
    if (!tbs || !signature) return null;
    const parts = children(tbs.body);
    const first = parts[0]?.tag === 0xa0 ? 1 : 0; // version
    const validity = children(at(parts, first + 3).body);
    const spki = children(at(parts, first + 5).body);
    const algorithm = hex(at(spki, 0).body);
    const kind = algorithm.includes(oids.sm2) ? 'sm2' : algorithm.includes(oids.ed25519) ? 'ed25519' : null;
    if (!kind) return null;
    return { tbs: tbs.whole, signature: bits(signature), key: bits(at(spki, 1)), algorithm: kind, subject: name(at(parts, first + 4)), from: time(at(validity, 0)), to: time(at(validity, 1)) };
  } catch {
    return null;
  }
}
