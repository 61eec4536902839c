import type { TombstoneView, UserStandingView } from '../views.ts'
import type { Reader } from './reader.ts'

interface HiddenRow {
  cause: string
  reason: string
}

/** Why nothing of a user is shown; nothing if it is. */
export async function userTombstone(sql: Reader, username: string): Promise<TombstoneView | undefined> {
  return tombstoneOf(await sql<HiddenRow[]>`select cause, reason from hidden_user where username = ${username}`)
}

/** The same, and whether the chain holds the name at all. */
export async function standingOfUser(sql: Reader, username: string): Promise<UserStandingView> {
  const rows = await sql<{ isRegistered: boolean; cause: string | null; reason: string | null }[]>`
    select exists (select from name where name.username = asked.username) as is_registered, h.cause, h.reason
    from (select ${username}::text as username) asked left join hidden_user h on h.username = asked.username`
  const { isRegistered = false, cause = null, reason } = rows[0] ?? {}
  return { isRegistered, tombstone: tombstoneOf(cause === null ? [] : [{ cause, reason: reason ?? '' }]) }
}

/** Why a post is not shown: its author, or itself, is hidden. */
export async function postTombstone(sql: Reader, username: string, k: number): Promise<TombstoneView | undefined> {
  const rows = await sql<HiddenRow[]>`
    select cause, reason from hidden_user where username = ${username}
    union all select cause, reason from hidden_userpost where username = ${username} and k = ${k}::bigint`
  return tombstoneOf(rows)
}

/** Why the page of a hashtag is not shown. */
export async function hashtagTombstone(sql: Reader, tag: string): Promise<TombstoneView | undefined> {
  const rows = await sql<HiddenRow[]>`
    select kind as cause, reason from moderation where kind = 'tag' and subject = ${tag}`
  return tombstoneOf(rows)
}

function tombstoneOf(rows: readonly HiddenRow[]): TombstoneView | undefined {
  const row = rows[0]
  return row && { by: row.cause === 'opt-out' ? 'author' : 'operator', reason: row.reason }
}
