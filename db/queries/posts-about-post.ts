import type { ListOrder, Page, PageRequest } from '../page.ts'
import type { PostView } from '../views.ts'
import { POST_KEY_PARTS, postList } from './post-list.ts'
import { isNotHidden, isShown } from './post-row.ts'
import type { Reader } from './reader.ts'
import { show } from './topics.ts'

export const REPLIES_TO: ListOrder = { name: 'replies', parts: POST_KEY_PARTS }
export const RETWISTS_OF: ListOrder = { name: 'retwists', parts: POST_KEY_PARTS }
export const FAVOURITES_OF: ListOrder = { name: 'favourites', parts: POST_KEY_PARTS }

/** Direct replies, the oldest first. `username` is "!name" for the replies to a promoted message. */
export function repliesTo(sql: Reader, username: string, k: number, request: PageRequest): Promise<Page<PostView>> {
  show.post(username, k)
  const source = sql`userpost p where p.reply_n = ${username} and p.reply_k = ${k} and ${isShown(sql)}`
  return postList(sql, { order: REPLIES_TO, sequence: 'oldest-first', source, table: sql`p` }, request)
}

export function retwistsOf(sql: Reader, username: string, k: number, request: PageRequest): Promise<Page<PostView>> {
  show.post(username, k)
  const source = sql`userpost p where p.inner_n = ${username} and p.inner_k = ${k} and p.kind = 'retwist' and ${isNotHidden(sql)}`
  return postList(sql, { order: RETWISTS_OF, sequence: 'oldest-first', source, table: sql`p` }, request)
}

export function favouritesOf(sql: Reader, username: string, k: number, request: PageRequest): Promise<Page<PostView>> {
  show.post(username, k)
  const source = sql`userpost p where p.inner_n = ${username} and p.inner_k = ${k} and p.kind = 'favourite' and ${isNotHidden(sql)}`
  return postList(sql, { order: FAVOURITES_OF, sequence: 'oldest-first', source, table: sql`p` }, request)
}
