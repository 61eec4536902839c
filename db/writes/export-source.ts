import type { Transaction } from '../client.ts'
import { columnOf } from './rows.ts'

const BLOCKS = 200
const RECORDS = 500

export interface ExportedBlockRow {
  hash: Uint8Array
  height: number
  raw: Uint8Array
  firstSeen: number
  source: string
}

/** Blocks that could become active, parents first, some of them after a place. */
export async function exportedBlocks(
  tx: Transaction,
  after: { height: number; hash: Uint8Array },
): Promise<ExportedBlockRow[]> {
  return tx<ExportedBlockRow[]>`
    SELECT hash, height, raw, first_seen, source FROM block
    WHERE refused IS NULL AND height > 0 AND (height, hash) > (${after.height}::int4, ${after.hash})
    ORDER BY height, hash LIMIT ${BLOCKS}`
}

export interface RegistrationPlaceRow {
  username: string
  height: number
  txIndex: number
  raw: Uint8Array
}

/** Where the keys of these names were registered, with the blocks. */
export function registrationPlaces(
  tx: Transaction,
  usernames: readonly string[],
): AsyncIterable<RegistrationPlaceRow[]> {
  return tx<RegistrationPlaceRow[]>`
    SELECT r.username, r.height, r.tx_index, b.raw FROM registration r JOIN block b ON b.hash = r.block_hash
    WHERE r.username = ANY(${columnOf(tx, 'text', usernames)}::text[]) ORDER BY r.username, r.height`.cursor(RECORDS)
}

/** Whose posts stand inside of these users' posts. */
export async function embeddedAuthors(tx: Transaction, usernames: readonly string[]): Promise<string[]> {
  const names = columnOf(tx, 'text', usernames)
  const rows = await tx<{ name: string }[]>`
    SELECT rt_name AS name FROM raw_userpost WHERE rt_name IS NOT NULL AND username = ANY(${names}::text[])
    UNION SELECT fav_name FROM raw_userpost WHERE fav_name IS NOT NULL AND username = ANY(${names}::text[])`
  return rows.map((row) => row.name)
}

/** The block of a hash, if the best chain holds it. */
export async function isOnBestChain(tx: Transaction, hash: Uint8Array): Promise<boolean> {
  return (await tx`SELECT 1 FROM block WHERE hash = ${hash} AND is_active`).length > 0
}
