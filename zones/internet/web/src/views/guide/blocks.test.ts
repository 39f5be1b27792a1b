import { expect, test } from 'vitest';
import { blocksOf } from './blocks';

test('paragraphs and lists', () => {
  expect(blocksOf('一\n二\n\n- a\n- b\n\n\n')).toEqual([
    { list: false, lines: ['一', '二'] },
    { list: true, lines: ['a', 'b'] }
  ]);
});

test('markup stays text', () => {
  expect(blocksOf('<b>x</b>')).toEqual([{ list: false, lines: ['<b>x</b>'] }]);
});
