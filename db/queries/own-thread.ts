import type { PostView } from '../views.ts'
import { isNotHidden, isShown, type PostRow, postColumns, postJoins, postViewOf } from './post-row.ts'
import type { Reader } from './reader.ts'
import { show } from './topics.ts'

const MAX_PARTS = 100

/**
 * What an author goes on to say: the posts from the first to the last in which somebody answers himself, by number.
 * "Long texts: parts `text (i/m)`, each part a reply to the previous one" (dht-swarm-posts.md 7.5). Where he answered one
 * post more than once, the first answer goes on with it.
 */
export async function ownThread(sql: Reader, username: string, k: number): Promise<PostView[]> {
  show.author(username)
  const most = sql.unsafe(String(MAX_PARTS))
  const rows = await sql<PostRow[]>`
    with recursive up(k, reply_n, reply_k, steps) as (
      select p.k, p.reply_n, p.reply_k, 0 from userpost p
      where p.username = ${username} and p.k = ${k}::int and ${isShown(sql)}
      union all
      select p.k, p.reply_n, p.reply_k, up.steps + 1 from up join userpost p
        on p.username = up.reply_n and p.k = up.reply_k
      where up.reply_n = ${username} and p.k < up.k and up.steps < ${most} and ${isShown(sql)}
    ), down(k, steps) as (
      select k, 0 from up where steps = 0
      union all
      select next.k, down.steps + 1 from down cross join lateral (
        select p.k from userpost p
        where p.reply_n = ${username} and p.reply_k = down.k and p.username = ${username} and p.k > down.k
          and ${isNotHidden(sql)}
        order by p.k limit 1
      ) next
      where down.steps < ${most}
    )
    select ${postColumns(sql)}
    from (
      select p.* from (select k from up union select k from down) part
      join userpost p on p.username = ${username} and p.k = part.k where ${isShown(sql)}
    ) p
    ${postJoins(sql)}
    order by p.k`
  return rows.map(postViewOf)
}
