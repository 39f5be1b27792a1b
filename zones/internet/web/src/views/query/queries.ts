// A question to the register: signed at the identity platform, asked, and its answer awaited. Nothing of an answer is kept on the device.
import { ApiError, say, type Text } from '@sanwang/ui';
import { answerQuery, type Asked, type QueryReply } from '../../api/queries';

export const personKinds = ['own', 'unit', 'certificate', 'location', 'none-proof', 'own-proof'] as const;
export type PersonKind = (typeof personKinds)[number];

export const kindText: Record<PersonKind, Text> = {
  own: ['查询本人不动产', 'My own property'],
  unit: ['按不动产单元代码查询', 'A unit, by its code 不动产单元代码'],
  certificate: ['按证书号查询', 'A unit, by the number of its certificate'],
  location: ['按坐落查询', 'A unit, by its location 坐落'],
  'none-proof': ['开具无房证明', 'A proof that I own no house 无房证明'],
  'own-proof': ['开具有房（购房）证明', 'A proof of the houses I own 有房证明']
};
export const needsAbout = (k: PersonKind): boolean => k === 'unit' || k === 'certificate' || k === 'location';
export const needsPurpose = (k: PersonKind): boolean => k !== 'own';

// A name as it is written, an identity number with its last letter large.
export function personAsked(typed: string): string {
  const text = typed.trim();
  return /^\d{17}x$/.test(text) ? text.toUpperCase() : text;
}

const wait = (ms: number): Promise<void> => new Promise((done) => window.setTimeout(done, ms));

// Until it is there; the daemon ends the waiting by itself.
export async function awaited(asked: Asked, open: boolean, pause = wait): Promise<QueryReply> {
  for (let n = 0; ; n++) {
    const r = await answerQuery(asked.id, open);
    if ('answer' in r) return r;
    if (n > 120) throw new ApiError(504, 'TIMEOUT', '');
    await pause(Math.min(1000, 150 + n * 50));
  }
}

export const limitNames: Record<string, Text> = {
  mortgages: ['抵押', 'mortgage 抵押'],
  seizures: ['查封', 'seizure 查封'],
  prenotices: ['预告', 'pre-notice 预告'],
  objections: ['异议', 'objection 异议'],
  residence: ['居住权', 'right of residence 居住权'],
  easements: ['地役权', 'easement 地役权']
};

export function limitWords(limits: Record<string, number>): string {
  const list = Object.entries(limits).filter(([, n]) => n > 0);
  return list.length ? list.map(([k, n]) => `${say(limitNames[k] ?? [k, k])}${n > 1 ? ` ×${n}` : ''}`).join(say(['、', ', '])) : say(['无', 'none']);
}

const key = 'sanwang.query';
export interface Waiting {
  id: string;
  query: string;
  kind: PersonKind;
}

// The text that is being signed outlives the way to the platform and back, in this tab alone.
export function remember(w: Waiting): void {
  sessionStorage.setItem(key, JSON.stringify(w));
}
export function recall(): Waiting | null {
  try {
    const w = JSON.parse(sessionStorage.getItem(key) ?? 'null') as Waiting | null;
    return w && typeof w.query === 'string' ? w : null;
  } catch {
    return null;
  }
}
export const forget = (): void => sessionStorage.removeItem(key);
export const queryId = (text: string): string => String((JSON.parse(text) as { query?: unknown }).query ?? '');

export function pdfBlob(base64: string): Blob {
  return new Blob([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], { type: 'application/pdf' });
}
