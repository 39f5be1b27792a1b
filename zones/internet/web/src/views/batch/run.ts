// A batch on its way: row by row, each with a result of its own; a line that is away is waited for, and what arrived before is not done again.
import { ApiError, say, type Finding } from '@sanwang/ui';
import type { Batch, BatchRow, BatchRowSaved } from '../../api/batches';
import type { Material } from '../../api/portal';
import { passing, sha256 } from '../draft/sending';
import type { RowDraft } from './rows';

export interface Wire {
  save(n: number, row: RowDraft): Promise<BatchRowSaved>;
  upload(application: string, code: string, file: File): Promise<Material>;
  copy(application: string, from: Material, of: string): Promise<Material>;
  fix(application: string, version: number): Promise<unknown>;
  answer(application: string, row: RowDraft): Promise<unknown>; // what is asked before signing 询问笔录; nothing where nothing is
  send(n: number): Promise<{ remaining: number }>;
  wait(failures: number): Promise<boolean>;
}
export interface Files {
  shared: ReadonlyMap<string, File[]>; // by code of the material, for all rows
  single: ReadonlyMap<string, File>; // by name, as the rows name them
}
export interface RowResult {
  n: number;
  application: string;
  wrong: string[]; // what the portal refuses; empty: it is ready
}

export async function patient<T>(act: () => Promise<T>, wait: Wire['wait']): Promise<T> {
  for (let failures = 1; ; failures++) {
    try {
      return await act();
    } catch (e) {
      if (!passing(e) || !(await wait(failures))) throw e;
    }
  }
}

const told = (f: Finding): string => say([f.zh, f.en]);
const reasons = (e: ApiError): string[] => (e.missing.length ? e.missing.map(told) : [e.shown]);

// A row that was fixed before is answered again, for its answers may be lost with the line; what is signed already is answered.
async function answered(answer: Promise<unknown>): Promise<void> {
  try {
    await answer;
  } catch (e) {
    if (!(e instanceof ApiError) || e.code !== 'STATE') throw e;
  }
}

// Rows as drafts with their files, fixed for the signature. Stops when `stop` says so; what is done stays done.
export async function prepare(rows: readonly RowDraft[], files: Files, wire: Wire, done: (r: RowResult) => void, stop: () => boolean): Promise<void> {
  const kept = new Map<File, { of: string; material: Material }>(); // a file for all rows goes over the line once
  const add = async (application: string, code: string, file: File): Promise<void> => {
    const before = kept.get(file);
    if (before) return void (await patient(() => wire.copy(application, before.material, before.of), wire.wait));
    const material = await patient(() => wire.upload(application, code, file), wire.wait);
    kept.set(file, { of: application, material });
  };
  for (const row of rows) {
    if (stop()) return;
    let application = '';
    try {
      const saved = await patient(() => wire.save(row.n, row), wire.wait);
      application = saved.application;
      if (saved.state === 'draft') {
        for (const [code, list] of files.shared) if (!row.files[code]) for (const f of list) await add(application, code, f);
        for (const [code, names] of Object.entries(row.files)) for (const name of names) await add(application, code, files.single.get(name) as File);
        await patient(() => wire.fix(application, saved.version), wire.wait);
      }
      if (saved.state === 'draft' || saved.state === 'signing') await patient(() => answered(wire.answer(application, row)), wire.wait);
      done({ n: row.n, application, wrong: [] });
    } catch (e) {
      if (!(e instanceof ApiError) || passing(e) || e.code === 'LOGIN') throw e;
      done({ n: row.n, application, wrong: reasons(e) });
    }
  }
}

// Rows that stand under a signed text and have not gone yet.
export const waiting = (b: Batch): BatchRow[] => b.rows.filter((r) => r.state === 'signing' && r.part > 0 && (b.text?.signed || r.part < (b.text?.part ?? 0)));

// Each row off by itself; what one is refused for stops no other.
export async function sendAll(b: Batch, wire: Pick<Wire, 'send' | 'wait'>, done: (r: RowResult & { remaining: number }) => void): Promise<void> {
  for (const row of waiting(b)) {
    try {
      const { remaining } = await patient(() => wire.send(row.n), wire.wait);
      done({ n: row.n, application: row.application, wrong: [], remaining });
    } catch (e) {
      if (!(e instanceof ApiError) || passing(e) || e.code === 'LOGIN') throw e;
      done({ n: row.n, application: row.application, wrong: reasons(e), remaining: 0 });
    }
  }
}

// Names the sheet and what it is for: the same sheet goes on with its batch.
export async function sheetKey(bytes: Uint8Array, ...what: string[]): Promise<string> {
  return sha256(new Blob([bytes as BlobPart, `\n${what.join('\n')}`]));
}
