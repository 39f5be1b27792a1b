import { expect, test } from 'vitest';
import type { Polygon } from '../../api/cadastre';
import { boxOf, corners, frameOf, middle, moved, padded, pathOf, scaleBar, viewBox } from './map';

const square: Polygon = { type: 'Polygon', coordinates: [[[39500000, 4400000], [39500100, 4400000], [39500100, 4400050], [39500000, 4400050], [39500000, 4400000]]] };

test('north is up and numbers stay small', () => {
  const b = boxOf([square])!;
  const f = frameOf(b);
  expect(viewBox(b, f)).toBe('0.00 0.00 100.00 50.00');
  expect(pathOf(square, f)).toBe('M0.00 50.00L100.00 50.00L100.00 0.00L0.00 0.00L0.00 50.00Z');
  expect(middle(square, f)).toEqual({ x: 50, y: 25 });
  expect(corners(square)).toHaveLength(4);
});

test('nothing to draw', () => expect(boxOf([])).toBeNull());

test('padding, zoom and move', () => {
  const b = padded(boxOf([square])!, 0.1);
  expect(b.maxx - b.minx).toBe(120);
  const near = moved(b, 2, 0.5, 0);
  expect(near.maxx - near.minx).toBe(60);
  expect((near.minx + near.maxx) / 2).toBe(39500080);
});

test.each([[400, 100], [240, 50], [100, 20], [7, 1]])('scale bar of %d m is %d m', (width, bar) => expect(scaleBar(width)).toBe(bar));
