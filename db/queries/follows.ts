import { type ListOrder, type Page, type PageRequest, pageOf } from '../page.ts'
import type { FollowsSummaryView, FollowView } from '../views.ts'
import { isUserShown } from './hidden.ts'
import type { Fragment, Reader } from './reader.ts'
import { rowLimit } from './row-limit.ts'

export const FOLLOWS: ListOrder = { name: 'follows', parts: ['string'] }

interface FollowRow {
  username: string
  origin: string
  since: number
  isRegistered: boolean
  knownK: number | null
  held: number
  seen: number
  missing: number
  invalid: number
  rivals: number
  peers: number
  lastAttempt: number | null
  lastError: string | null
  lastErrorAt: number | null
  at: number
}

/** Whom the node that spoke last follows, A–Z, and how it gets on with each; nobody who is hidden. */
export function followsOfNode(sql: Reader, request: PageRequest): Promise<Page<FollowView>> {
  return follows(sql, request, isUserShown(sql, sql`inventory.username`))
}

/** For the operator alone: also those who are hidden. */
export function followsForOperator(sql: Reader, request: PageRequest): Promise<Page<FollowView>> {
  return follows(sql, request, sql`true`)
}

async function follows(sql: Reader, request: PageRequest, which: Fragment): Promise<Page<FollowView>> {
  const isForward = request.cursor?.direction !== 'prev'
  const comparison = isForward ? sql`>` : sql`<`
  const name = String(request.cursor?.key[0] ?? '')
  const after = request.cursor === undefined ? sql`` : sql`and username ${comparison} ${name}::text`
  const rows = await sql<FollowRow[]>`
    select username, origin, since, is_registered, known_k, held, seen, missing, invalid, rivals, peers, last_attempt,
      last_error, last_error_at, at
    from inventory where node_id = ${newestNode(sql)} and ${which} ${after}
    order by username ${isForward ? sql`asc` : sql`desc`} ${rowLimit(sql, request)}`
  return pageOf(FOLLOWS, request, rows, (row) => [row.username], followViewOf)
}

/** Which of these users the node that spoke last follows. */
export async function followsAmong(
  sql: Reader,
  usernames: readonly string[],
): Promise<{ username: string; isRegistered: boolean }[]> {
  return sql<{ username: string; isRegistered: boolean }[]>`
    select username, is_registered from inventory
    where node_id = ${newestNode(sql)} and username = any(${[...usernames]}::text[])`
}

export async function followCount(sql: Reader): Promise<number> {
  const rows = await sql<{ count: number }[]>`
    select count(*) as count from inventory where node_id = ${newestNode(sql)}`
  return rows[0]?.count ?? 0
}

/** How the node that spoke last gets on with all whom it follows. */
export async function followsSummary(sql: Reader): Promise<FollowsSummaryView> {
  const rows = await sql<FollowsSummaryView[]>`
    select coalesce(sum(missing), 0)::bigint as missing, count(*) filter (where missing > 0) as lacking,
      count(*) filter (where is_registered and last_error is not null) as failing,
      count(*) filter (where not is_registered) as unregistered
    from inventory where node_id = ${newestNode(sql)}`
  const { missing = 0, lacking = 0, failing = 0, unregistered = 0 } = rows[0] ?? {}
  return { missing, lacking, failing, unregistered }
}

function newestNode(sql: Reader) {
  return sql`(select node_id from node_status order by at desc limit 1)`
}

function followViewOf(row: FollowRow): FollowView {
  return {
    n: row.username,
    origin: row.origin,
    since: row.since,
    isRegistered: row.isRegistered,
    knownK: row.knownK ?? undefined,
    held: row.held,
    seen: row.seen,
    missing: row.missing,
    invalid: row.invalid,
    rivals: row.rivals,
    peers: row.peers,
    lastAttempt: row.lastAttempt ?? undefined,
    lastError: row.lastError ?? undefined,
    lastErrorAt: row.lastErrorAt ?? undefined,
    reportedAt: row.at,
  }
}
