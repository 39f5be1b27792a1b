import { afterEach, expect, test, vi } from 'vitest';
import { lang } from '@sanwang/ui';

const replies: unknown[] = [];
vi.mock('../../api/queries', () => ({ answerQuery: async () => replies.shift() ?? { waiting: true } }));
const { awaited, limitWords, needsAbout, needsPurpose, personAsked, personKinds, queryId } = await import('./queries');
afterEach(() => (lang.value = 'zh'));

test('an answer is waited for, and not for ever', async () => {
  replies.push({ waiting: true }, { waiting: true }, { answer: '{}' });
  let pauses = 0;
  const pause = async (): Promise<void> => void pauses++;
  expect(await awaited({ id: 'x' }, false, pause)).toEqual({ answer: '{}' });
  expect(pauses).toBe(2);
  await expect(awaited({ id: 'x' }, false, pause)).rejects.toMatchObject({ code: 'TIMEOUT' });
});

test('restrictions in words, none said as none', () => {
  expect(limitWords({ mortgages: 2, seizures: 0, prenotices: 1 })).toBe('抵押 ×2、预告');
  expect(limitWords({ mortgages: 0 })).toBe('无');
  lang.value = 'en';
  expect(limitWords({ seizures: 1 })).toBe('seizure 查封');
});

test('the law asks for a purpose but for one’s own', () => {
  expect(personKinds.filter((k) => !needsPurpose(k))).toEqual(['own']);
  expect(personKinds.filter(needsAbout)).toEqual(['unit', 'certificate', 'location']);
  expect(queryId('{"query":"q"}')).toBe('q');
});

test('a name is asked for as it is written, an identity number with its last letter large', () => {
  expect([personAsked(' Anna Müller '), personAsked('11010119900101001x '), personAsked('max')]).toEqual(['Anna Müller', '11010119900101001X', 'max']);
});
