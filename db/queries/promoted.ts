import { type ListOrder, type Page, type PageRequest, pageOf } from '../page.ts'
import type { PromotedView } from '../views.ts'
import { isPromotedShown } from './hidden.ts'
import { hashOf, type Reader } from './reader.ts'
import { rowLimit } from './row-limit.ts'

export const PROMOTED: ListOrder = { name: 'promoted', parts: ['number'] }

export interface PromotedRow {
  height: number
  blockHash: Uint8Array
  username: string
  message: string
  hasSignature: boolean
  time: number
}

/** The messages that miners put into blocks, the newest first. */
export async function promotedMessages(sql: Reader, request: PageRequest): Promise<Page<PromotedView>> {
  const isDescending = request.cursor?.direction !== 'prev'
  const height = Number(request.cursor?.key[0] ?? 0)
  const comparison = isDescending ? sql`<` : sql`>`
  const after = request.cursor === undefined ? sql`` : sql`and height ${comparison} ${height}::bigint`
  const rows = await sql<PromotedRow[]>`
    select height, block_hash, username, message, has_signature, time from promoted p where ${isMessageShown(sql)} ${after}
    order by height ${isDescending ? sql`desc` : sql`asc`} ${rowLimit(sql, request)}`
  return pageOf(PROMOTED, request, rows, (row) => [row.height], promotedViewOf)
}

export async function promotedAt(sql: Reader, height: number): Promise<PromotedView | undefined> {
  const rows = await sql<PromotedRow[]>`
    select height, block_hash, username, message, has_signature, time from promoted p
    where height = ${height} and ${isMessageShown(sql)}`
  return rows[0] === undefined ? undefined : promotedViewOf(rows[0])
}

function isMessageShown(sql: Reader) {
  return isPromotedShown(sql, sql`p.username`, sql`p.height`)
}

export function promotedViewOf(row: PromotedRow): PromotedView {
  return {
    height: row.height,
    blockHash: hashOf(row.blockHash),
    time: row.time,
    n: row.username,
    msg: row.message,
    isSigned: row.hasSignature,
  }
}
