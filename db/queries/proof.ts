import { isUserShown } from './hidden.ts'
import { hashOf, type Reader, type ReadTransaction } from './reader.ts'

/** A transaction that gave a name its key, and the block that holds it. */
export interface KeyRecord {
  kind: 'registration' | 'replacement'
  height: number
  txIndex: number
  /** The whole block. */
  block: Uint8Array
}

/**
 * The transaction whose key a name held at a height, and, when it is a replacement, the one it replaced. A re-inclusion
 * repeats a transaction that stands below already.
 */
export async function keyRecords(
  sql: Reader,
  tx: Reader | ReadTransaction,
  username: string,
  height: number,
): Promise<KeyRecord[]> {
  const rows = await tx<KeyRecord[]>`
    select r.kind, r.height, r.tx_index, b.raw as block from registration r join block b on b.hash = r.block_hash
    where r.username = ${username} and r.height <= ${height} and r.kind <> 'reinclusion'
      and ${isUserShown(sql, sql`r.username`)}
    order by r.height desc limit 2`
  return rows[0]?.kind === 'replacement' ? [...rows] : rows.slice(0, 1)
}

/** The 84 bytes of each header of the best chain between two heights, both included, rising. */
export async function headersBetween(tx: Reader | ReadTransaction, from: number, to: number): Promise<Uint8Array[]> {
  const rows = await tx<{ header: Uint8Array }[]>`
    select substring(raw from 1 for 84) as header from block
    where is_active and height between ${from} and ${to} order by height`
  return rows.map(({ header }) => header)
}

export interface PlacedHash {
  height: number
  /** As displayed. */
  hash: string
}

/** The blocks of the best chain at these heights, rising; of those above its tip none. */
export async function hashesAt(tx: Reader | ReadTransaction, heights: readonly number[]): Promise<PlacedHash[]> {
  const rows = await tx<{ height: number; hash: Uint8Array }[]>`
    select height, hash from block where is_active and height = any(${[...heights]}::int4[]) order by height`
  return rows.map(({ height, hash }) => ({ height, hash: hashOf(hash) }))
}

/** Of what network the chain is, and how high; nothing before its first block is here. */
export async function chainHeight(
  tx: Reader | ReadTransaction,
): Promise<{ network: string; height: number } | undefined> {
  const rows = await tx<{ network: string; height: number }[]>`
    select meta.value as network, block.height from block join meta on meta.key = 'network'
    where is_active order by block.height desc limit 1`
  return rows[0]
}
