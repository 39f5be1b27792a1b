// From metres of the map projection (x east, y north) to the drawing: one viewBox, north up.
import type { Neighbour, Polygon } from '../../api/cadastre';

export interface Box {
  minx: number;
  miny: number;
  maxx: number;
  maxy: number;
}

export function boxOf(shapes: readonly Polygon[]): Box | null {
  const points = shapes.flatMap((s) => s.coordinates.flat());
  if (!points.length) return null;
  const xs = points.map((p) => p[0] ?? 0);
  const ys = points.map((p) => p[1] ?? 0);
  return { minx: Math.min(...xs), miny: Math.min(...ys), maxx: Math.max(...xs), maxy: Math.max(...ys) };
}

export function padded(b: Box, part: number): Box {
  const by = Math.max(b.maxx - b.minx, b.maxy - b.miny, 1) * part;
  return { minx: b.minx - by, miny: b.miny - by, maxx: b.maxx + by, maxy: b.maxy + by };
}

// Closer (factor > 1) or wider around a middle, moved by parts of what is seen.
export function moved(b: Box, factor: number, dx = 0, dy = 0): Box {
  const w = (b.maxx - b.minx) / factor;
  const h = (b.maxy - b.miny) / factor;
  const cx = (b.minx + b.maxx) / 2 + dx * w;
  const cy = (b.miny + b.maxy) / 2 + dy * h;
  return { minx: cx - w / 2, miny: cy - h / 2, maxx: cx + w / 2, maxy: cy + h / 2 };
}

// Coordinates are of seven digits and more: the drawing's origin is the corner of the first view.
export interface Frame {
  x: number;
  y: number;
}
export const frameOf = (b: Box): Frame => ({ x: b.minx, y: b.maxy });
export const viewBox = (b: Box, f: Frame): string => [b.minx - f.x, f.y - b.maxy, b.maxx - b.minx, b.maxy - b.miny].map((v) => v.toFixed(2)).join(' ');

export const pathOf = (s: Polygon, f: Frame): string =>
  s.coordinates.map((ring) => ring.map((p, n) => `${n ? 'L' : 'M'}${((p[0] ?? 0) - f.x).toFixed(2)} ${(f.y - (p[1] ?? 0)).toFixed(2)}`).join('') + 'Z').join('');

// Middle of the outer ring's box: where the code is written.
export function middle(s: Polygon, f: Frame): { x: number; y: number } {
  const b = boxOf([s]) ?? { minx: 0, miny: 0, maxx: 0, maxy: 0 };
  return { x: (b.minx + b.maxx) / 2 - f.x, y: f.y - (b.miny + b.maxy) / 2 };
}

// A round length of about a quarter of the width: 1, 2, 5 times a power of ten.
export function scaleBar(width: number): number {
  const rough = width / 4;
  const ten = 10 ** Math.floor(Math.log10(rough));
  for (const k of [5, 2, 1]) if (k * ten <= rough) return k * ten;
  return ten;
}

export const overlapping = (list: readonly Neighbour[]): Neighbour[] => list.filter((n) => n.overlap_cm2 > 0);
// Corner points without the closing repetition.
export const corners = (s: Polygon): number[][] => (s.coordinates[0] ?? []).slice(0, -1);
