import type { ListOrder, Page, PageRequest } from '../page.ts'
import type { PostView } from '../views.ts'
import { POST_KEY_PARTS, postList } from './post-list.ts'
import { isShown } from './post-row.ts'
import type { Reader } from './reader.ts'
import { show } from './topics.ts'

export const POSTS_BY_HASHTAG: ListOrder = { name: 'tag', parts: POST_KEY_PARTS }

export function postsByHashtag(sql: Reader, tag: string, request: PageRequest): Promise<Page<PostView>> {
  show.tag(tag)
  const source = sql`
    hashtag h join userpost p on p.username = h.username and p.k = h.k where h.tag = ${tag} and ${isShown(sql)}`
  return postList(sql, { order: POSTS_BY_HASHTAG, sequence: 'newest-first', source, table: sql`h` }, request)
}
