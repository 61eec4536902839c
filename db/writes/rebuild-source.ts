import type { Transaction } from '../client.ts'
import type { StoredUserpostRow } from './raw-userpost.ts'

/** Rows that are in memory at a time. */
const BLOCKS = 1_000
const USERPOSTS = 4_000
const OWNERS = 1_000

export interface RawCounts {
  blocks: number
  userposts: number
  values: number
}

export async function rawCounts(tx: Transaction): Promise<RawCounts> {
  const [row] = await tx<RawCounts[]>`
    SELECT (SELECT count(*) FROM block WHERE is_active) AS blocks, (SELECT count(*) FROM raw_userpost) AS userposts,
      (SELECT count(*) FROM raw_dht_item) AS values`
  return row ?? { blocks: 0, userposts: 0, values: 0 }
}

export interface ActiveBlockRow {
  raw: Uint8Array
  cumulativeTxCount: number
}

/** The best chain above a height, some blocks of it. */
export async function activeBlocksAbove(tx: Transaction, height: number): Promise<ActiveBlockRow[]> {
  return tx<ActiveBlockRow[]>`
    SELECT raw, cumulative_tx_count FROM block WHERE is_active AND height > ${height} ORDER BY height LIMIT ${BLOCKS}`
}

/** Every raw post, rivals beside each other, some at a time. */
export function rawUserposts(tx: Transaction): AsyncIterable<StoredUserpostRow[]> {
  return tx<StoredUserpostRow[]>`
    SELECT username, k, content_hash, key_id, piece, rt_key_id, fav_key_id, first_seen, tip_height, due_height, verdict
    FROM raw_userpost ORDER BY username, k, content_hash, key_id`.cursor(USERPOSTS)
}

/** Everybody who signed a value, some at a time. */
export function valueOwners(tx: Transaction): AsyncIterable<{ sigUser: string }[]> {
  return tx<{ sigUser: string }[]>`SELECT DISTINCT sig_user FROM raw_dht_item ORDER BY sig_user`.cursor(OWNERS)
}

/** The highest block that both the best chain and the line of `hash` hold. */
export async function forkHeight(tx: Transaction, hash: Uint8Array): Promise<number> {
  const [row] = await tx<{ height: number }[]>`
    WITH RECURSIVE line AS (
      SELECT hash, prev_hash, height, is_active FROM block WHERE hash = ${hash}
      UNION ALL
      SELECT b.hash, b.prev_hash, b.height, b.is_active FROM line JOIN block b ON b.hash = line.prev_hash
      WHERE NOT line.is_active
    )
    SELECT max(height) AS height FROM line WHERE is_active`
  return row?.height ?? -1
}
