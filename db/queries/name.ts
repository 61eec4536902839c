import type { Reader } from './reader.ts'

/** What the chain holds for a name now. */
export interface NameRecord {
  /** The ordinal of its registration among all transactions of the best chain (chain.md 8.5). */
  uid: number
  /** Absent when the script holds none. */
  publicKey?: Uint8Array
}

export async function nameRecord(sql: Reader, username: string): Promise<NameRecord | undefined> {
  const rows = await sql<{ uid: number; publicKey: Uint8Array | null }[]>`
    select uid, public_key from name where username = ${username}`
  const row = rows[0]
  return row && { uid: row.uid, publicKey: row.publicKey ?? undefined }
}

/**
 * Whose registration the transaction with this ordinal is, also one that was replaced since; empty for the first of a
 * block, which registers nobody; nothing for an ordinal beyond the chain.
 */
export async function nameOfUid(sql: Reader, uid: number): Promise<string | undefined> {
  // Every block has a transaction, so the block of an ordinal is no higher than that ordinal: half of what is left, and
  // again.
  const rows = await sql<{ username: string | null }[]>`
    with recursive tip as (
      select height, cumulative_tx_count from block where is_active order by height desc limit 1
    ),
    halved (low, high) as (
      select 0, least(${uid}::bigint, tip.height)::int from tip where ${uid}::bigint between 0 and tip.cumulative_tx_count - 1
      union all
      select case when b.cumulative_tx_count > ${uid}::bigint then h.low else middle.height + 1 end,
        case when b.cumulative_tx_count > ${uid}::bigint then middle.height else h.high end
      from halved h cross join lateral (select (h.low + h.high) / 2 as height) middle
      join block b on b.height = middle.height and b.is_active
      where h.low < h.high
    )
    select r.username from halved h
    join block b on b.height = h.low and b.is_active
    left join registration r on r.height = b.height
      and r.tx_index = ${uid}::bigint - (b.cumulative_tx_count - b.tx_count)
    where h.low = h.high`
  const row = rows[0]
  return row && (row.username ?? '')
}
