import type { Transaction } from '../client.ts'
import { columnOf, insertRows, type RowShape } from './rows.ts'

export interface BlockRow {
  hash: Uint8Array
  height: number
  prevHash: Uint8Array
  raw: Uint8Array
  time: number
  bits: number
  chainwork: bigint
  txCount: number
  cumulativeTxCount: number
  firstSeen: number
  source: string
}

const BLOCK: RowShape<BlockRow> = {
  hash: ['bytea', (row) => row.hash],
  height: ['int4', (row) => row.height],
  prev_hash: ['bytea', (row) => row.prevHash],
  raw: ['bytea', (row) => row.raw],
  time: ['int8', (row) => row.time],
  bits: ['int8', (row) => row.bits],
  chainwork: ['numeric', (row) => row.chainwork.toString()],
  is_active: ['bool', () => false],
  tx_count: ['int4', (row) => row.txCount],
  cumulative_tx_count: ['int8', (row) => row.cumulativeTxCount],
  first_seen: ['float8', (row) => row.firstSeen],
  source: ['text', (row) => row.source],
}

/** Stored off the best chain; activateBlocks puts them on it. */
export async function insertBlocks(tx: Transaction, rows: readonly BlockRow[]): Promise<void> {
  await insertRows(tx, 'block', BLOCK, rows, 'ON CONFLICT (hash) DO NOTHING')
}

export async function activateBlocks(tx: Transaction, hashes: readonly Uint8Array[]): Promise<void> {
  await tx`UPDATE block SET is_active = true WHERE hash = ANY(${columnOf(tx, 'bytea', hashes)}::bytea[])`
}

export async function deactivateBlocksAbove(tx: Transaction, height: number): Promise<void> {
  await tx`UPDATE block SET is_active = false WHERE is_active AND height > ${height}`
}

/** A rule of connection failed: neither these blocks nor what builds on them can become active. */
export async function refuseBlocks(tx: Transaction, hashes: readonly Uint8Array[], code: string): Promise<void> {
  await tx`UPDATE block SET refused = ${code} WHERE hash = ANY(${columnOf(tx, 'bytea', hashes)}::bytea[])`
}

export interface TipRow {
  hash: Uint8Array
  height: number
  time: number
  chainwork: bigint
  cumulativeTxCount: number
}

export async function tipRow(tx: Transaction): Promise<TipRow | undefined> {
  const [row] = await tx<(Omit<TipRow, 'chainwork'> & { chainwork: string })[]>`
    SELECT hash, height, time, chainwork, cumulative_tx_count FROM block WHERE is_active ORDER BY height DESC LIMIT 1`
  return row && { ...row, chainwork: BigInt(row.chainwork) }
}

export async function knownBlocks(tx: Transaction, hashes: readonly Uint8Array[]): Promise<Uint8Array[]> {
  const rows = await tx<{ hash: Uint8Array }[]>`
    SELECT hash FROM block WHERE hash = ANY(${columnOf(tx, 'bytea', hashes)}::bytea[])`
  return rows.map((row) => row.hash)
}

/** The header of the highest of these blocks that is stored, on any branch. */
export async function highestHeader(tx: Transaction, hashes: readonly Uint8Array[]): Promise<Uint8Array | undefined> {
  const [row] = await tx<{ header: Uint8Array }[]>`
    SELECT substring(raw FROM 1 FOR 84) AS header FROM block
    WHERE hash = ANY(${columnOf(tx, 'bytea', hashes)}::bytea[]) ORDER BY height DESC LIMIT 1`
  return row?.header
}

export interface HeaderRow {
  header: Uint8Array
  height: number
  chainwork: bigint
  cumulativeTxCount: number
  isActive: boolean
  refused: string | null
}

/** The block with this hash and its ancestors, at most `count` rows, newest first. */
export async function ancestorRows(tx: Transaction, hash: Uint8Array, count: number): Promise<HeaderRow[]> {
  const rows = await tx<(Omit<HeaderRow, 'chainwork'> & { chainwork: string })[]>`
    WITH RECURSIVE line AS (
      SELECT hash, prev_hash, 1 AS n FROM block WHERE hash = ${hash}
      UNION ALL
      SELECT b.hash, b.prev_hash, line.n + 1 FROM line JOIN block b ON b.hash = line.prev_hash WHERE line.n < ${count}
    )
    SELECT substring(b.raw FROM 1 FOR 84) AS header, b.height, b.chainwork, b.cumulative_tx_count, b.is_active, b.refused
    FROM line JOIN block b ON b.hash = line.hash ORDER BY line.n`
  return rows.map((row) => ({ ...row, chainwork: BigInt(row.chainwork) }))
}

/** The line from its last active block (first row) up to `hash`. */
export async function branchRows(tx: Transaction, hash: Uint8Array): Promise<(TipRow & { refused: string | null })[]> {
  const rows = await tx<(Omit<TipRow, 'chainwork'> & { chainwork: string; refused: string | null })[]>`
    WITH RECURSIVE line AS (
      SELECT hash, prev_hash, is_active FROM block WHERE hash = ${hash}
      UNION ALL
      SELECT b.hash, b.prev_hash, b.is_active FROM line JOIN block b ON b.hash = line.prev_hash WHERE NOT line.is_active
    )
    SELECT b.hash, b.height, b.time, b.chainwork, b.cumulative_tx_count, b.refused
    FROM line JOIN block b ON b.hash = line.hash ORDER BY b.height`
  return rows.map((row) => ({ ...row, chainwork: BigInt(row.chainwork) }))
}

export async function rawBlocks(tx: Transaction, hashes: readonly Uint8Array[]): Promise<Uint8Array[]> {
  const rows = await tx<{ raw: Uint8Array }[]>`
    SELECT raw FROM block WHERE hash = ANY(${columnOf(tx, 'bytea', hashes)}::bytea[]) ORDER BY height`
  return rows.map((row) => row.raw)
}

/** Times of the best chain's blocks at some heights. */
export async function blockTimes(tx: Transaction, heights: readonly number[]): Promise<Map<number, number>> {
  const rows = await tx<{ height: number; time: number }[]>`
    SELECT height, time FROM block WHERE is_active AND height = ANY(${columnOf(tx, 'int4', heights)}::int4[])`
  return new Map(rows.map((row) => [row.height, row.time]))
}

export interface PromotedRow {
  height: number
  blockHash: Uint8Array
  username: string
  message: string
  hasSignature: boolean
  time: number
}

const PROMOTED: RowShape<PromotedRow> = {
  height: ['int4', (row) => row.height],
  block_hash: ['bytea', (row) => row.blockHash],
  username: ['text', (row) => row.username],
  message: ['text', (row) => row.message],
  has_signature: ['bool', (row) => row.hasSignature],
  time: ['int8', (row) => row.time],
}

export async function insertPromoted(tx: Transaction, rows: readonly PromotedRow[]): Promise<void> {
  await insertRows(tx, 'promoted', PROMOTED, rows, 'ON CONFLICT (height) DO NOTHING')
}

export async function deletePromotedAbove(tx: Transaction, height: number): Promise<void> {
  await tx`DELETE FROM promoted WHERE height > ${height}`
}

/** Whether the best chain holds the block with this hash. */
export async function isOnBestChain(tx: Transaction, hash: Uint8Array): Promise<boolean> {
  return (await tx`SELECT 1 FROM block WHERE hash = ${hash} AND is_active`).length > 0
}
