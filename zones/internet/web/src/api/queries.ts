// Questions to the register over the gap, and the keys that its seals are checked with.
import { get, path, post } from '@sanwang/ui';
import type { Signature } from './portal';
import type { components } from '@sanwang/api/intaked';

type Schemas = components['schemas'];
export type QueryReply = Schemas['QueryAnswer'];
export type Asked = Schemas['Made'];

export const queryText = (q: Schemas['QueryAsked']): Promise<{ query: string }> => post(path('queries', 'text'), q);
export const askQuery = (query: string, consent: Signature): Promise<Asked> => post(path('queries'), { query, consent });
export const askPublic = (kind: Schemas['PublicQuery']['kind'], about: string, division?: string): Promise<Asked> => post(path('public-queries'), { kind, about, ...(division ? { division } : {}) });
export const askHolding = (h: Schemas['HoldingAsked']): Promise<Asked> => post(path('queries', 'holding'), h);
export const trackReceipt = (id: string, digest: string): Promise<Schemas['TrackList']> => get(path('track', id, digest));
export const answerQuery = (id: string, open: boolean): Promise<QueryReply | { waiting: boolean }> => get(path(open ? 'public-queries' : 'queries', id));
// Public, the same for everybody: the page keeps it for when the line is away.
export const loadKeys = (): Promise<{ authority: string }> => get(path('seal-authority'));
