import type { RefusedItemBytes, RefusedItemView } from '../views.ts'
import type { Fragment, Reader } from './reader.ts'

// What was refused, for the operator alone: no page shows it.

/** Which refused items are meant; none of these: all. */
export interface QuarantineFilter {
  code?: string
  username?: string
}

interface RefusedRow {
  id: number
  code: string
  kind: string
  username: string | null
  k: number | null
  sizeBytes: number
  source: string
  detail: string
  receivedAt: number
  canRetry: boolean
}

/** The newest first. */
export async function refusedItems(sql: Reader, filter: QuarantineFilter, limit: number): Promise<RefusedItemView[]> {
  const rows = await sql<RefusedRow[]>`
    select ${refusedColumns(sql)} from quarantine where ${quarantineWhere(sql, filter)} order by id desc limit ${limit}`
  return rows.map(refusedItemOf)
}

/** One of them with its bytes. */
export async function refusedItem(
  sql: Reader,
  id: number,
): Promise<{ item: RefusedItemView; bytes: RefusedItemBytes } | undefined> {
  const rows = await sql<(RefusedRow & { bytes: Uint8Array })[]>`
    select ${refusedColumns(sql)}, bytes from quarantine where id = ${id}::bigint`
  const row = rows[0]
  return row && { item: refusedItemOf(row), bytes: { kind: row.kind, bytes: new Uint8Array(row.bytes) } }
}

/** How many there are by code, the most first. */
export async function refusedByCode(sql: Reader, filter: QuarantineFilter): Promise<{ code: string; count: number }[]> {
  const rows = await sql<{ code: string; count: number }[]>`
    select code, count(*) as count from quarantine where ${quarantineWhere(sql, filter)}
    group by code order by count(*) desc, code`
  return rows.map(({ code, count }) => ({ code, count }))
}

function refusedColumns(sql: Reader): Fragment {
  return sql`id, code, kind, username, k, length(bytes) as size_bytes, source, detail, received_at,
    item is not null as can_retry`
}

function quarantineWhere(sql: Reader, { code, username }: QuarantineFilter): Fragment {
  const byCode = code === undefined ? sql`` : sql`and code = ${code}`
  const byUser = username === undefined ? sql`` : sql`and username = ${username}`
  return sql`true ${byCode} ${byUser}`
}

function refusedItemOf(row: RefusedRow): RefusedItemView {
  return {
    id: row.id,
    code: row.code,
    kind: row.kind,
    n: row.username ?? undefined,
    k: row.k ?? undefined,
    sizeBytes: row.sizeBytes,
    source: row.source,
    detail: row.detail,
    receivedAt: row.receivedAt,
    canRetry: row.canRetry,
  }
}
