// Pages of a material or a paper, drawn on a canvas: pictures by the browser, PDF by pdf.js (loaded when the first one is opened). Nothing is fetched from elsewhere.
import type { PDFDocumentProxy } from 'pdfjs-dist';

export interface Pages {
  count: number;
  draw: (canvas: HTMLCanvasElement, page: number, scale: number, turn: number) => Promise<{ w: number; h: number }>;
  size: (page: number, turn: number) => Promise<{ w: number; h: number }>;
  close: () => void;
}

const turned = (w: number, h: number, turn: number): { w: number; h: number } => (turn % 180 ? { w: h, h: w } : { w, h });

async function picture(file: Blob): Promise<Pages> {
  const bitmap = await createImageBitmap(file);
  return {
    count: 1,
    size: (_page, turn) => Promise.resolve(turned(bitmap.width, bitmap.height, turn)),
    draw: (canvas, _page, scale, turn) => {
      const { w, h } = turned(bitmap.width * scale, bitmap.height * scale, turn);
      canvas.width = Math.max(1, Math.round(w));
      canvas.height = Math.max(1, Math.round(h));
      const g = canvas.getContext('2d')!;
      g.translate(canvas.width / 2, canvas.height / 2);
      g.rotate((turn * Math.PI) / 180);
      g.drawImage(bitmap, (-bitmap.width * scale) / 2, (-bitmap.height * scale) / 2, bitmap.width * scale, bitmap.height * scale);
      return Promise.resolve({ w: canvas.width, h: canvas.height });
    },
    close: () => bitmap.close()
  };
}

async function pdf(file: Blob): Promise<Pages> {
  const [lib, worker] = await Promise.all([import('pdfjs-dist/legacy/build/pdf.mjs'), import('pdfjs-dist/legacy/build/pdf.worker.min.mjs?url')]);
  lib.GlobalWorkerOptions.workerSrc = worker.default;
  const doc: PDFDocumentProxy = await lib.getDocument({ data: new Uint8Array(await file.arrayBuffer()), isEvalSupported: false, enableXfa: false }).promise;
  let drawing: { cancel: () => void } | null = null;
  return {
    count: doc.numPages,
    size: async (page, turn) => {
      const p = await doc.getPage(page);
      const v = p.getViewport({ scale: 1, rotation: (p.rotate + turn) % 360 });
      return { w: v.width, h: v.height };
    },
    draw: async (canvas, page, scale, turn) => {
      drawing?.cancel();
      const p = await doc.getPage(page);
      const viewport = p.getViewport({ scale, rotation: (p.rotate + turn) % 360 });
      canvas.width = Math.max(1, Math.round(viewport.width));
      canvas.height = Math.max(1, Math.round(viewport.height));
      const task = p.render({ canvasContext: canvas.getContext('2d')!, viewport });
      drawing = task;
      await task.promise.catch((e: Error) => {
        if (e.name !== 'RenderingCancelledException') throw e;
      });
      return { w: canvas.width, h: canvas.height };
    },
    close: () => void doc.destroy()
  };
}

export async function openPages(url: string, media: string): Promise<Pages | null> {
  if (!media.startsWith('image/') && media !== 'application/pdf') return null;
  const reply = await fetch(url, { credentials: 'same-origin' });
  if (!reply.ok) throw new Error(`HTTP ${reply.status}`);
  const file = await reply.blob();
  return media === 'application/pdf' ? pdf(file) : picture(new Blob([file], { type: media }));
}
