// The office's e-seal checked on this device: the seal's certificate against the published authority, then the seal over the text. SM2 by sm-crypto (loaded when
// needed), Ed25519 by the browser itself. No line is needed.
import { hex, readPem, type Certificate } from './x509';

export type Verdict = 'good' | 'changed' | 'foreign' | 'unread';

async function verify(key: Certificate, data: Uint8Array, signature: Uint8Array): Promise<boolean> {
  if (key.algorithm === 'sm2') {
    const { sm2 } = await import('sm-crypto');
    return sm2.doVerifySignature(Array.from(data), hex(signature), hex(key.key), { hash: true, der: true, userId: '1234567812345678' });
  }
  const k = await crypto.subtle.importKey('raw', key.key as BufferSource, { name: 'Ed25519' }, false, ['verify']);
  return crypto.subtle.verify({ name: 'Ed25519' }, k, signature as BufferSource, data as BufferSource);
}

function fromBase64(text: string): Uint8Array | null {
  try {
    return Uint8Array.from(atob(text.replace(/\s/g, '')), (c) => c.charCodeAt(0));
  } catch {
    return null;
  }
}

export async function checkSeal(authority: string, text: string, signature: string, certificate: string): Promise<Verdict> {
  const ca = readPem(authority);
  const seal = readPem(certificate);
  const sig = fromBase64(signature);
  if (!ca || !seal || !sig) return 'unread';
  try {
    if (seal.subject.ou !== 'seal' || seal.algorithm !== ca.algorithm) return 'foreign';
    if (!(await verify(ca, seal.tbs, seal.signature))) return 'foreign';
    return (await verify(seal, new TextEncoder().encode(text), sig)) ? 'good' : 'changed';
  } catch {
    return 'unread';
  }
}

// The digest by which an office names a file: SM3 or SHA-256, as its suite has it.
export async function fileDigest(authority: string, data: ArrayBuffer): Promise<string> {
  if (readPem(authority)?.algorithm !== 'sm2') return hex(new Uint8Array(await crypto.subtle.digest('SHA-256', data)));
  const { sm3 } = await import('sm-crypto');
  return sm3(Array.from(new Uint8Array(data)));
}
