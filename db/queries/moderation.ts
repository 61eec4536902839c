import type { BlockedView } from '../views.ts'
import type { Reader } from './reader.ts'

/** What the operator has blocked, by kind and subject. For the operator alone: it names what the pages leave out. */
export async function operatorBlocks(sql: Reader): Promise<BlockedView[]> {
  const rows = await sql<BlockedView[]>`
    select m.kind, m.subject, m.reason, m.at,
      (select count(*) from hidden_userpost h where h.cause = m.kind and h.subject = m.subject) as posts
    from moderation m order by m.kind, m.subject`
  return rows.map(({ kind, subject, reason, at, posts }) => ({ kind, subject, reason, at, posts }))
}

/** How many authors have opted out by their bios. */
export async function optedOutCount(sql: Reader): Promise<number> {
  const rows = await sql<{ count: number }[]>`select count(*) as count from hidden_user where cause = 'opt-out'`
  return rows[0]?.count ?? 0
}
