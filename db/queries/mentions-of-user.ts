import type { ListOrder, Page, PageRequest } from '../page.ts'
import type { PostView } from '../views.ts'
import { POST_KEY_PARTS, postList } from './post-list.ts'
import { isShown } from './post-row.ts'
import type { Reader } from './reader.ts'
import { show } from './topics.ts'

export const MENTIONS_OF_USER: ListOrder = { name: 'mentions', parts: POST_KEY_PARTS }

export function mentionsOfUser(sql: Reader, username: string, request: PageRequest): Promise<Page<PostView>> {
  show.user(username)
  const source = sql`
    mention m join userpost p on p.username = m.username and p.k = m.k
    where m.mentioned = ${username} and ${isShown(sql)}`
  return postList(sql, { order: MENTIONS_OF_USER, sequence: 'newest-first', source, table: sql`m` }, request)
}
