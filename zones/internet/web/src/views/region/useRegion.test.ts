import { beforeEach, expect, test, vi } from 'vitest';
import { listRegions, type Region } from '../../api/portal';
import { placeOf, useRegion } from './useRegion';

vi.mock('../../api/portal', () => ({ listRegions: vi.fn() }));
const east: Region = { code: '110101', name: '东城区', city: '北京市', province: '北京市' };
const west: Region = { code: '110102', name: '西城区', city: '北京市', province: '北京市' };
const store = new Map<string, string>();
beforeEach(() => {
  store.clear();
  vi.stubGlobal('localStorage', { getItem: (k: string) => store.get(k) ?? null, setItem: (k: string, v: string) => store.set(k, v) });
});

test('a place is told from the province down, nothing twice', () => {
  expect(placeOf(east)).toEqual({ value: '110101', text: '北京市 东城区' });
});
test('the first office until another was chosen, which is kept', async () => {
  vi.mocked(listRegions).mockResolvedValue([east, west]);
  const first = useRegion();
  await first.load();
  expect(first.region.value).toBe('110101');
  first.region.value = '110102';
  first.keep();
  const again = useRegion();
  await again.load();
  expect(again.region.value).toBe('110102');
  expect(again.nameOf('110102')).toBe('西城区');
  expect(again.nameOf('110105')).toBe('110105');
});
test('a choice that is not offered any more is none; the only office is nothing to keep', async () => {
  store.set('sanwang.region', '110102');
  vi.mocked(listRegions).mockResolvedValue([east]);
  const one = useRegion();
  await one.load();
  expect(one.region.value).toBe('110101');
  one.keep();
  expect(store.get('sanwang.region')).toBe('110102');
});
