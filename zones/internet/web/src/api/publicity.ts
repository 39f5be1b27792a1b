// Guides, answers and feedback: what is published, what people write, the operators' desk.
import { get, path, post, put, query } from '@sanwang/ui';

export type ArticleKind = 'guide' | 'faq' | 'policy' | 'note';
export interface ArticleHead {
  slug: string;
  version: number;
  kind: ArticleKind;
  zh_title: string;
  en_title: string;
  at: string;
}
export interface Article extends ArticleHead {
  zh_body: string;
  en_body: string;
}
export interface DeskArticle extends Article {
  state: 'draft' | 'published' | 'withdrawn';
  author: string;
  publisher: string;
}
export interface Draft extends Record<string, unknown> {
  kind: ArticleKind;
  zh_title: string;
  en_title: string;
  zh_body: string;
  en_body: string;
}
export type Topic = 'process' | 'page' | 'staff' | 'other';
export interface Ticket {
  id: string;
  topic: Topic;
  at: string;
  answered: string;
  text: string;
  answer: string;
}
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
