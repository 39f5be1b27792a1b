import { expect, test } from 'vitest';
import { ApiError } from '@sanwang/ui';
import type { Material } from '../../api/portal';
import { pieceBytes, send, sha256, type Line } from './sending';

const material = (size: number): Material => ({ id: 'm', code: 'c', name: 'a.pdf', media: '', size, digest: '' });

// A portal that keeps what arrives; `breaks` lists the requests (from 1) whose answer or way is lost.
function portal(breaks: number[], lostOnTheWay = true) {
  const state = { have: 0, requests: 0, bytes: 0, done: false };
  const line: Line = {
    have: () => Promise.resolve(state.have),
    piece: async (_c, _n, size, offset, _d, part) => {
      state.requests += 1;
      const broken = breaks.includes(state.requests);
      if (broken && lostOnTheWay) throw new ApiError(0, 'OFFLINE', '');
      state.bytes += part.size;
      if (offset === state.have) state.have += part.size;
      if (state.have === size) state.done = true;
      if (broken) throw new ApiError(0, 'OFFLINE', '');
      return state.have === size ? material(size) : { offset: state.have };
    },
    whole: () => Promise.reject(new Error('not asked for')),
    wait: (n) => Promise.resolve(n < 4)
  };
  return { state, line };
}
const file = (n: number): File => new File([new Uint8Array(n)], 'a.pdf');

test('a good line: piece after piece', async () => {
  const { state, line } = portal([]);
  const told: number[] = [];
  expect((await send(line, 'c', file(pieceBytes * 2 + 5), 'd', (n) => told.push(n))).id).toBe('m');
  expect(state.bytes).toBe(pieceBytes * 2 + 5);
  expect(told).toEqual([pieceBytes, pieceBytes * 2]);
});

test('a piece lost on its way is sent again, nothing before it', async () => {
  const { state, line } = portal([2]);
  await send(line, 'c', file(pieceBytes * 3), 'd', () => undefined);
  expect(state.done).toBe(true);
  expect(state.bytes).toBe(pieceBytes * 3);
});

test('a piece whose answer was lost is not sent again', async () => {
  const { state, line } = portal([2], false);
  await send(line, 'c', file(pieceBytes * 3), 'd', () => undefined);
  expect(state.bytes).toBe(pieceBytes * 3);
});

test('a line that stays away is told', async () => {
  const { line } = portal([1, 2, 3, 4, 5, 6]);
  await expect(send(line, 'c', file(10), 'd', () => undefined)).rejects.toMatchObject({ code: 'OFFLINE' });
});

test('a refusal is final', async () => {
  const { line } = portal([]);
  let asked = 0;
  const refusing: Line = { ...line, piece: () => { asked += 1; return Promise.reject(new ApiError(415, 'SPATIAL', '')); } };
  await expect(send(refusing, 'c', file(10), 'd', () => undefined)).rejects.toMatchObject({ code: 'SPATIAL' });
  expect(asked).toBe(1);
});

test('SHA-256 of a file', async () => {
  expect(await sha256(new Blob(['abc']))).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});
