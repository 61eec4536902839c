import { isUserShown } from './hidden.ts'
import type { Reader } from './reader.ts'

/** How far a user's posts are known. */
export interface SwarmNumbersRow {
  username: string
  /** The highest number known of, of whatever kind. */
  lastK: number
  /** How many posts are here, encrypted ones counted. */
  held: number
}

/** Of these users those of whom anything is known and shown. */
export function swarmNumbers(sql: Reader, usernames: readonly string[]): Promise<SwarmNumbersRow[]> {
  return sql<SwarmNumbersRow[]>`
    select asked.username, greatest(s.known_k, i.known_k) as last_k, coalesce(s.post_count, 0) as held
    from (select distinct username from unnest(${[...usernames]}::text[]) one (username)) asked
    left join user_state s on s.username = asked.username
    left join lateral (select max(known_k) as known_k from inventory where inventory.username = asked.username) i on true
    where greatest(s.known_k, i.known_k) is not null and ${isUserShown(sql, sql`asked.username`)}`
}

const MAX_FOLLOWED = 1_000

/** Whom a user's published list holds, A to Z by bytes. */
export async function followedNames(sql: Reader, username: string): Promise<string[]> {
  const rows = await sql<{ followed: string }[]>`
    select followed from following
    where username = ${username} and ${isUserShown(sql, sql`following.username`)} and ${isUserShown(sql, sql`following.followed`)}
    order by followed using ~<~ limit ${sql.unsafe(String(MAX_FOLLOWED))}`
  return rows.map(({ followed }) => followed)
}

/** How many nodes of this index have a post, of whatever kind; at least one if it is here. */
export async function holdersOfPost(sql: Reader, username: string, k: number): Promise<number> {
  const rows = await sql<{ holders: number }[]>`
    select greatest(
      (select count(*) from inventory i where i.username = asked.username and i.numbers @> ${k}::int),
      (select count(*) from userpost p where p.username = asked.username and p.k = ${k})
    )::int as holders
    from (select ${username}::text as username) asked where ${isUserShown(sql, sql`asked.username`)}`
  return rows[0]?.holders ?? 0
}
