import { expect, test } from 'vitest';
import { whileSeen } from './useWatchState';

// A page that is seen or hidden, and the connections it holds.
function world(hidden: boolean) {
  let turned: (() => void) | undefined;
  const page = { hidden, addEventListener: (_: string, f: unknown) => void (turned = f as () => void), removeEventListener: () => void (turned = undefined) };
  const w = { held: 0, opened: 0, looks: 0, turn: (to: boolean) => ((page.hidden = to), turned?.()), end: () => undefined as void };
  const open = () => (w.held++, w.opened++, { close: () => void w.held-- });
  w.end = whileSeen(page as unknown as Document, open, () => void w.looks++);
  return w;
}

test('a hidden page holds no connection, and looks once when it is seen again', () => {
  const w = world(false);
  expect([w.held, w.looks]).toEqual([1, 0]);
  w.turn(true);
  expect(w.held).toBe(0);
  w.turn(false);
  expect([w.held, w.looks]).toEqual([1, 1]);
  w.turn(false);
  expect([w.held, w.opened, w.looks]).toEqual([1, 2, 1]);
});

test('a page opened in the background begins when it is seen', () => {
  const w = world(true);
  expect([w.held, w.opened]).toEqual([0, 0]);
  w.turn(false);
  expect([w.held, w.looks]).toEqual([1, 1]);
});

test('a page that is left holds nothing and begins nothing', () => {
  const w = world(false);
  w.end();
  expect(w.held).toBe(0);
  w.turn(false);
  expect([w.held, w.opened]).toEqual([0, 1]);
});
