// Does a paper still stand? The seal alone cannot tell: the register is asked, over the gap.
import { ref, type Ref } from 'vue';
import { ApiError } from '@sanwang/ui';
import { askPublic } from '../../api/queries';
import { awaited } from '../query/queries';

export type Standing = '' | 'asking' | 'valid' | 'issued' | 'replaced' | 'unknown' | 'offline';
export const isGood = (s: Standing): boolean => s === 'valid' || s === 'issued';
export const isBad = (s: Standing): boolean => s === 'replaced' || s === 'unknown';

interface Standings {
  standing: Ref<Standing>;
  since: Ref<string>; // '' when only the state is told
  ask: (kind: 'paper' | 'number', about: string) => Promise<string>;
}

// ask: what was refused and why, as it is shown; '' when there is an answer or no line.
export function useStanding(): Standings {
  const standing = ref<Standing>('');
  const since = ref('');
  async function ask(kind: 'paper' | 'number', about: string): Promise<string> {
    standing.value = 'asking';
    since.value = '';
    try {
      const r = JSON.parse((await awaited(await askPublic(kind, about), true)).answer) as { state: Standing; since?: string };
      standing.value = r.state;
      since.value = r.since ?? '';
    } catch (e) {
      if (!(e instanceof ApiError)) throw e;
      const away = e.status === 0 || e.status === 504;
      standing.value = away || kind === 'paper' ? 'offline' : '';
      return away ? '' : e.shown;
    }
    return '';
  }
  return { standing, since, ask };
}
