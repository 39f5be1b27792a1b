// Guides, answers and feedback: what is published, what people write, the operators' desk.
import { get, path, post, put, query } from '@sanwang/ui';
import type { components } from '@sanwang/api/intaked';

type Schemas = components['schemas'];
export type ArticleHead = Schemas['ArticleHead'];
export type Article = Schemas['Article'];
export type DeskArticle = Schemas['DeskArticle'];
export type Draft = Schemas['ArticleDraft'];
export type Ticket = Schemas['Ticket'];

export type ArticleKind = 'guide' | 'faq' | 'policy' | 'note';
export type Topic = 'process' | 'page' | 'staff' | 'other';
export interface Count {
  topic: Topic;
  all: number;
  open: number;
}

export const listArticles = async (q = ''): Promise<ArticleHead[]> => (await get<{ rows: ArticleHead[] }>(path('articles') + query({ q }))).rows;
export const getArticle = (slug: string): Promise<Article> => get(path('articles', slug));
export const deskArticles = async (): Promise<DeskArticle[]> => (await get<{ rows: DeskArticle[] }>(path('desk', 'articles'))).rows;
export const saveDraft = (slug: string, d: Draft): Promise<unknown> => put(path('desk', 'articles', slug), d);
export const publish = (slug: string): Promise<unknown> => post(path('desk', 'articles', slug, 'publish'));
export const takeBack = (slug: string): Promise<unknown> => post(path('desk', 'articles', slug, 'withdraw'));
export const sendFeedback = (topic: Topic, text: string): Promise<{ id: string }> => post(path('feedback'), { topic, text });
export const ownFeedback = async (): Promise<Ticket[]> => (await get<{ rows: Ticket[] }>(path('feedback'))).rows;
export const deskFeedback = (before = ''): Promise<{ rows: Ticket[]; counts: Count[] }> => get(path('desk', 'feedback') + query({ before }));
export const answerFeedback = (id: string, answer: string): Promise<unknown> => post(path('desk', 'feedback', id), { answer });
