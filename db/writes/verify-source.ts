import type { Transaction } from '../client.ts'

/** Rows that are in memory at a time. */
const BLOCKS = 500
const ITEMS = 4_000

export interface CheckedBlockRow {
  hash: Uint8Array
  height: number
  prevHash: Uint8Array
  raw: Uint8Array
  time: number
  bits: number
  chainwork: bigint
  isActive: boolean
  txCount: number
  cumulativeTxCount: number
  refused: string | null
}

/** Blocks of all branches by ascending height, some of them, after a place. */
export async function blocksAfter(
  tx: Transaction,
  after: { height: number; hash: Uint8Array },
): Promise<CheckedBlockRow[]> {
  const rows = await tx<(Omit<CheckedBlockRow, 'chainwork'> & { chainwork: string })[]>`
    SELECT hash, height, prev_hash, raw, time, bits, chainwork, is_active, tx_count, cumulative_tx_count, refused
    FROM block WHERE (height, hash) > (${after.height}::int4, ${after.hash}) ORDER BY height, hash LIMIT ${BLOCKS}`
  return rows.map((row) => ({ ...row, chainwork: BigInt(row.chainwork) }))
}

export interface CheckedUserpostRow {
  username: string
  k: number
  contentHash: Uint8Array
  keyId: Uint8Array
  piece: Uint8Array
  height: number
  rtName: string | null
  rtKeyId: Uint8Array | null
  favName: string | null
  favKeyId: Uint8Array | null
  firstSeen: number
  source: string
  tipHeight: number
}

/** With everybody's, or one user's. */
export function checkedUserposts(tx: Transaction, username?: string): AsyncIterable<CheckedUserpostRow[]> {
  return tx<CheckedUserpostRow[]>`
    SELECT username, k, content_hash, key_id, piece, height, rt_name, rt_key_id, fav_name, fav_key_id, first_seen, source,
      tip_height
    FROM raw_userpost ${username === undefined ? tx`` : tx`WHERE username = ${username}`}
    ORDER BY username, k, content_hash, key_id`.cursor(ITEMS)
}

export interface CheckedValueRow {
  target: Uint8Array
  contentHash: Uint8Array
  sigUser: string
  keyId: Uint8Array
  n: Uint8Array
  r: string
  t: string
  seq: number | null
  height: number
  time: number
  p: Uint8Array
  sigP: Uint8Array
  firstSeen: number
  source: string
  tipHeight: number
}

/** With everybody's, or one user's. */
export function checkedValues(tx: Transaction, username?: string): AsyncIterable<CheckedValueRow[]> {
  return tx<CheckedValueRow[]>`
    SELECT target, content_hash, sig_user, key_id, n, r, t, seq, height, time, p, sig_p, first_seen, source, tip_height
    FROM raw_dht_item ${username === undefined ? tx`` : tx`WHERE sig_user = ${username}`}
    ORDER BY sig_user, target, content_hash, key_id`.cursor(ITEMS)
}

/** Blocks that nobody refused and that have more work than the tip. */
export async function heavierBlocks(tx: Transaction): Promise<number> {
  const [row] = await tx<{ count: number }[]>`
    SELECT count(*) FROM block WHERE refused IS NULL
      AND chainwork > (SELECT max(chainwork) FROM block WHERE is_active)`
  return row?.count ?? 0
}
