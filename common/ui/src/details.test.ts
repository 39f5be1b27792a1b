import { afterEach, describe, expect, it } from 'vitest';
import { checkReason, detailZh } from './details';
import { lang } from './lang';

describe('what the daemons say', () => {
  afterEach(() => (lang.value = 'zh'));

  it('stands in Chinese on a Chinese page', () => {
    expect(checkReason('Self-intersection[12.5 7]')).toBe('图形自相交 [12.5 7]');
    expect(checkReason('4.00 m² shared with 110101001001GB00002')).toBe('与 110101001001GB00002 重叠 4.00 m²');
    expect(checkReason('110101001001GB00001: compactness 0.0099, at least 0.02; 110101001001GB00002: measured 10 cm², claimed 20 cm²')).toBe(
      '110101001001GB00001：紧凑度 0.0099，应不小于 0.02；110101001001GB00002：实测 10 cm²，申请 20 cm²'
    );
    expect(checkReason("reaches over the division's border")).toBe('超出行政区界线');
    expect(detailZh('again in 5 seconds')).toBe('请 5 秒后再试');
  });

  it('stands as it is on an English one, and where nobody has translated it', () => {
    expect(checkReason('of another kind')).toBe('of another kind');
    lang.value = 'en';
    expect(checkReason('cannot be judged')).toBe('cannot be judged');
  });
});
