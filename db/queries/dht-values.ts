import { isUserShown } from './hidden.ts'
import type { Reader } from './reader.ts'

/** A value of the DHT as it travels. */
export interface DhtValueRow {
  p: Uint8Array
  sigP: Uint8Array
  sigUser: string
}

export interface SingleResource {
  username: string
  r: string
  /** hash160 of the name's current key: "sig_p: current key of sig_user" (dht-swarm-posts.md 1.2). */
  keyId: Uint8Array
}

/**
 * The owner's value with the highest seq that is not ahead of the chain, of equal ones the one with the smallest content
 * hash; an avatar only if it is a picture.
 */
export async function singleDhtValue(
  sql: Reader,
  { username, r, keyId }: SingleResource,
): Promise<DhtValueRow | undefined> {
  const rows = await sql<DhtValueRow[]>`
    select i.p, i.sig_p, i.sig_user from (
      select * from raw_dht_item
      where sig_user = ${username} and raw_dht_item.r = ${r} and t = 's' and n = convert_to(${username}, 'UTF8')
        and key_id = ${keyId} and height <= (select max(height) + 1 from block where is_active)
      order by seq desc, content_hash limit 1
    ) i
    where ${isUserShown(sql, sql`i.sig_user`)}
      and (i.r <> 'avatar' or exists (select from avatar a where a.username = i.sig_user and a.seq = i.seq))`
  return rows[0]
}

/** Newer ones first. */
const MAX_VALUES = 1_000

/** Values under one target (SHA-1 of the bencoded {n, r, t}) by these signers, hidden ones left out. */
export async function dhtValuesBy(sql: Reader, target: Uint8Array, signers: readonly string[]): Promise<DhtValueRow[]> {
  return sql<DhtValueRow[]>`
    select i.p, i.sig_p, i.sig_user from raw_dht_item i
    where i.target = ${target} and i.sig_user = any(${[...signers]}::text[]) and ${isUserShown(sql, sql`i.sig_user`)}
    order by i.height desc, i.time desc, i.sig_user, i.content_hash limit ${sql.unsafe(String(MAX_VALUES))}`
}

/** How many published lists hold a user. */
export async function followerCount(sql: Reader, username: string): Promise<number> {
  const rows = await sql<{ followerCount: number }[]>`
    select follower_count from user_state where username = ${username} and ${isUserShown(sql, sql`user_state.username`)}`
  return rows[0]?.followerCount ?? 0
}

/** Of these users those of whom nothing is shown. */
export async function hiddenAmong(sql: Reader, usernames: readonly string[]): Promise<string[]> {
  const rows = await sql<{ username: string }[]>`
    select username from hidden_user where username = any(${[...usernames]}::text[])`
  return rows.map(({ username }) => username)
}
