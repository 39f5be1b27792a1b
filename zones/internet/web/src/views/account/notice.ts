// The user notice 用户须知: the article of this name. Its version is what is accepted.
import { ApiError } from '@sanwang/ui';
import { getArticle, type Article } from '../../api/publicity';

export async function loadNotice(): Promise<Article | null> {
  try {
    return await getArticle('user-notice');
  } catch (e) {
    if (e instanceof ApiError && e.status === 404) return null;
    throw e;
  }
}
