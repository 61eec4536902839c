import { type ListOrder, type Page, type PageRequest, pageOf } from '../page.ts'
import type { BlockLineView, BlockRegistrationView, BlockView, ChainView, RegistrationKind, TipView } from '../views.ts'
import { promotedAt } from './promoted.ts'
import { hashOf, type Reader } from './reader.ts'
import { rowLimit } from './row-limit.ts'

export const BLOCKS: ListOrder = { name: 'blocks', parts: ['number'] }

interface BlockLineRow {
  height: number
  hash: Uint8Array
  time: number
  txCount: number
  sizeBytes: number
}

interface BlockRow extends BlockLineRow {
  prevHash: Uint8Array
  bits: number
  isActive: boolean
  nextHash: Uint8Array | null
}

const MAX_REGISTRATIONS_SHOWN = 2000

export async function tip(sql: Reader): Promise<TipView | undefined> {
  const rows = await sql<{ height: number; hash: Uint8Array; time: number }[]>`
    select height, hash, time from block where is_active order by height desc limit 1`
  const row = rows[0]
  return row === undefined ? undefined : { height: row.height, hash: hashOf(row.hash), time: row.time }
}

interface ChainRow extends Omit<ChainView, 'hash'> {
  hash: Uint8Array
}

/** The best chain as a whole; nothing before its first block is here. */
export async function bestChain(sql: Reader): Promise<ChainView | undefined> {
  const rows = await sql<ChainRow[]>`
    select meta.value as network, height, hash, time, bits, chainwork::text, cumulative_tx_count as tx_count,
      (select coalesce(sum(name_count), 0)::bigint from network_day) as name_count
    from block join meta on meta.key = 'network' where is_active order by height desc limit 1`
  const row = rows[0]
  return (
    row && {
      network: row.network,
      height: row.height,
      hash: hashOf(row.hash),
      time: row.time,
      bits: row.bits,
      chainwork: BigInt(row.chainwork).toString(16).padStart(64, '0'),
      txCount: row.txCount,
      nameCount: row.nameCount,
    }
  )
}

/** Blocks of the best chain, the newest first. */
export async function newestBlocks(sql: Reader, request: PageRequest): Promise<Page<BlockLineView>> {
  const isDescending = request.cursor?.direction !== 'prev'
  const height = Number(request.cursor?.key[0] ?? 0)
  const comparison = isDescending ? sql`<` : sql`>`
  const after = request.cursor === undefined ? sql`` : sql`and height ${comparison} ${height}::bigint`
  const rows = await sql<BlockLineRow[]>`
    select height, hash, time, tx_count, length(raw) as size_bytes from block where is_active ${after}
    order by height ${isDescending ? sql`desc` : sql`asc`} ${rowLimit(sql, request)}`
  return pageOf(BLOCKS, request, rows, (row) => [row.height], blockLineOf)
}

export async function blockByHeight(sql: Reader, height: number): Promise<BlockView | undefined> {
  return blockWhere(sql, sql`b.height = ${height} and b.is_active`)
}

/** By the displayed hash: any block whose header holds, of a losing branch too. */
export async function blockByHash(sql: Reader, hash: string): Promise<BlockView | undefined> {
  return blockWhere(sql, sql`b.hash = ${Buffer.from(hash, 'hex').reverse()}`)
}

async function blockWhere(sql: Reader, where: ReturnType<Reader>): Promise<BlockView | undefined> {
  const rows = await sql<BlockRow[]>`
    select b.height, b.hash, b.time, b.tx_count, length(b.raw) as size_bytes, b.prev_hash, b.bits, b.is_active,
      (select n.hash from block n where n.height = b.height + 1 and n.is_active and n.prev_hash = b.hash) as next_hash
    from block b where ${where} limit 1`
  const row = rows[0]
  if (row === undefined) return undefined
  const [promoted, registrations] = row.isActive
    ? await Promise.all([promotedAt(sql, row.height), registrationsIn(sql, row.height)])
    : [undefined, []]
  return {
    ...blockLineOf(row),
    prevHash: hashOf(row.prevHash),
    nextHash: row.nextHash === null ? undefined : hashOf(row.nextHash),
    bits: row.bits,
    isActive: row.isActive,
    promoted,
    registrations,
  }
}

async function registrationsIn(sql: Reader, height: number): Promise<BlockRegistrationView[]> {
  const rows = await sql<{ username: string; kind: RegistrationKind; txid: Uint8Array }[]>`
    select username, kind, txid from registration where height = ${height}
    order by tx_index limit ${MAX_REGISTRATIONS_SHOWN}`
  return rows.map((row) => ({ n: row.username, kind: row.kind, txid: hashOf(row.txid) }))
}

export function blockLineOf(row: BlockLineRow): BlockLineView {
  return {
    height: row.height,
    hash: hashOf(row.hash),
    time: row.time,
    txCount: row.txCount,
    sizeBytes: row.sizeBytes,
  }
}
