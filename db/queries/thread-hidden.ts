import type { HiddenRepliesView, PostId, ThreadNode, ThreadView } from '../views.ts'
import type { Reader } from './reader.ts'

/** How many replies to the posts of a thread are here and not shown, and at whose wish: never whose they are. */
export async function hiddenReplies(sql: Reader, thread: ThreadView, root: PostId): Promise<HiddenRepliesView[]> {
  const parents = [root, ...idsOf(thread.replies)]
  const rows = await sql<{ at: number; isByAuthor: boolean; count: number }[]>`
    select (asked.at - 1)::int as at, coalesce(u.cause, h.cause) = 'opt-out' as is_by_author, count(*)::int as count
    from unnest(${parents.map(({ n }) => n)}::text[], ${parents.map(({ k }) => k)}::int[]) with ordinality asked (n, k, at)
    join userpost p on p.reply_n = asked.n and p.reply_k = asked.k
    left join hidden_user u on u.username = p.username
    left join hidden_userpost h on h.username = p.username and h.k = p.k
    where u.username is not null or h.username is not null
    group by 1, 2 order by 1, 2`
  return rows.flatMap(({ at, isByAuthor, count }) => {
    const parent = parents[at]
    return parent === undefined ? [] : [{ n: parent.n, k: parent.k, by: isByAuthor ? 'author' : 'operator', count }]
  })
}

function idsOf(replies: readonly ThreadNode[]): PostId[] {
  const nodes = [...replies]
  for (const node of nodes) nodes.push(...node.replies)
  return nodes.map(({ post }) => ({ n: post.n, k: post.k }))
}
