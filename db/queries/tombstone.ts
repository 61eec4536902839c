import type { TombstoneView } from '../views.ts'
import type { Reader } from './reader.ts'

interface HiddenRow {
  cause: string
  reason: string
}

/** Why nothing of a user is shown; nothing if it is. */
export async function userTombstone(sql: Reader, username: string): Promise<TombstoneView | undefined> {
  return tombstoneOf(await sql<HiddenRow[]>`select cause, reason from hidden_user where username = ${username}`)
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
