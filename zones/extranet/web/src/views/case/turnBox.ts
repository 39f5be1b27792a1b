// A box of the upright page as it lies on the turned one, and back. Units are 1/10000 of the page.
export interface Box {
  x: number;
  y: number;
  w: number;
  h: number;
}
export function turnBox(b: Box, turn: number): Box {
  switch (((turn % 360) + 360) % 360) {
    case 90:
      return { x: 10000 - b.y - b.h, y: b.x, w: b.h, h: b.w };
    case 180:
      return { x: 10000 - b.x - b.w, y: 10000 - b.y - b.h, w: b.w, h: b.h };
    case 270:
      return { x: b.y, y: 10000 - b.x - b.w, w: b.h, h: b.w };
    default:
      return { ...b };
  }
}
