// A file on its way over a line that breaks: in pieces, going on where the portal says it has got to.
import { ApiError } from '@sanwang/ui';
import { addMaterial, addPiece, pieceOffset, type Material } from '../../api/portal';

export interface Line {
  have(code: string, digest: string): Promise<number>;
  piece(code: string, name: string, size: number, offset: number, digest: string, part: Blob): Promise<Material | { offset: number }>;
  whole(code: string, file: File): Promise<Material>;
  // Until the line may be there again; false: give up.
  wait(failures: number): Promise<boolean>;
}

export const pieceBytes = 256 * 1024;

export async function sha256(file: Blob): Promise<string> {
  const raw = await crypto.subtle.digest('SHA-256', await file.arrayBuffer());
  return Array.from(new Uint8Array(raw), (b) => b.toString(16).padStart(2, '0')).join('');
}

// A lost line, a server that is away for a moment and a limit of requests are waited for; a refusal is final.
export const passing = (e: unknown): boolean => e instanceof ApiError && (e.status === 0 || e.status === 503 || e.status === 429 || e.status === 502);

export async function send(line: Line, code: string, file: File, digest: string, told: (sent: number) => void): Promise<Material> {
  let offset = 0;
  let failures = 0;
  for (;;) {
    try {
      if (failures > 0) offset = await line.have(code, digest);
      const reply = await line.piece(code, file.name, file.size, offset, digest, file.slice(offset, offset + pieceBytes));
      if ('id' in reply) return reply;
      if (reply.offset > offset) failures = 0;
      offset = reply.offset;
      told(offset);
    } catch (e) {
      failures += 1;
      if (!passing(e) || !(await line.wait(failures))) throw e;
    }
  }
}

// Without a digest by the browser (it has none outside of a secure context) the file goes in one piece.
export async function deliver(line: Line, code: string, file: File, told: (sent: number) => void): Promise<Material> {
  return globalThis.crypto?.subtle ? send(line, code, file, await sha256(file), told) : line.whole(code, file);
}

// Waits longer each time, at most eight times; the browser's word that it is online again shortens it.
export function waitForLine(failures: number): Promise<boolean> {
  if (failures > 8) return Promise.resolve(false);
  return new Promise((done) => {
    const again = (): void => {
      window.removeEventListener('online', again);
      window.clearTimeout(timer);
      done(true);
    };
    const timer = window.setTimeout(again, Math.min(15000, 500 * 2 ** (failures - 1)));
    window.addEventListener('online', again);
  });
}

// Materials of an application on their way; away: told when the line breaks, and when it is there again.
export const materialLine = (application: string, away: (is: boolean) => void = () => undefined): Line => ({
  have: (code, digest) => pieceOffset(application, code, digest),
  piece: (code, name, size, offset, digest, part) => {
    away(false);
    return addPiece(application, code, name, size, offset, digest, part);
  },
  whole: (code, file) => addMaterial(application, code, file),
  wait: (failures) => {
    away(true);
    return waitForLine(failures);
  }
});
