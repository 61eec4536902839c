import type { PostId, PostStandingView, PostView } from '../views.ts'
import { isShown, type PostRow, postColumns, postJoins, postViewOf } from './post-row.ts'
import type { Fragment, Reader } from './reader.ts'

/** These posts, in this order, as far as they are here and shown. Each id once. */
export async function postsByIds(sql: Reader, ids: readonly PostId[]): Promise<PostView[]> {
  const rows = await sql<PostRow[]>`
    select ${postColumns(sql)}
    from (
      select p.*, asked.at from ${askedFor(sql, ids)}
      join userpost p on p.username = asked.username and p.k = asked.k where ${isShown(sql)}
    ) p
    ${postJoins(sql)}
    order by p.at`
  return rows.map(postViewOf)
}

interface StandingRow {
  username: string
  k: number
  cause: string | null
  reason: string | null
  kind: string | null
  isRegistered: boolean
}

/** Whether each of these posts is here and shown, and why not. */
export async function standingsOfPosts(sql: Reader, ids: readonly PostId[]): Promise<PostStandingView[]> {
  const rows = await sql<StandingRow[]>`
    select asked.username, asked.k, coalesce(u.cause, h.cause) as cause, coalesce(u.reason, h.reason) as reason, p.kind,
      exists (select from name where name.username = asked.username) as is_registered
    from ${askedFor(sql, ids)}
    left join hidden_user u on u.username = asked.username
    left join hidden_userpost h on h.username = asked.username and h.k = asked.k
    left join userpost p on p.username = asked.username and p.k = asked.k
    order by asked.at`
  return rows.map(standingOf)
}

function askedFor(sql: Reader, ids: readonly PostId[]): Fragment {
  return sql`unnest(${ids.map((id) => id.n)}::text[], ${ids.map((id) => id.k)}::int[])
    with ordinality asked (username, k, at)`
}

function standingOf(row: StandingRow): PostStandingView {
  const id = { n: row.username, k: row.k }
  if (row.cause === 'opt-out') return { ...id, kind: 'opted-out', reason: row.reason ?? '' }
  if (row.cause !== null) return { ...id, kind: 'blocked', reason: row.reason ?? '' }
  if (row.kind === 'direct' || row.kind === 'private-favourite') return { ...id, kind: 'post-encrypted' }
  if (row.kind !== null) return { ...id, kind: 'here' }
  return { ...id, kind: row.isRegistered ? 'post-not-seen' : 'unknown-user' }
}
