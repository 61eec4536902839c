import { type ListOrder, type Page, type PageRequest, pageOf } from '../page.ts'
import { isUserShown } from './hidden.ts'
import { type Fragment, hexOf, type Reader } from './reader.ts'
import { rowLimit } from './row-limit.ts'

/** A profile as it was published; `height` and `time` are those that the author signed. */
export interface ProfileVersionView {
  seq: number
  height: number
  time: number
  contentHash: string
  fullname: string
  bio: string
  location: string
  url: string
  tox: string
  bitmessage: string
}

/** A name in a published list: from a time until another, or still. */
export interface FollowingSpanView {
  n: string
  sinceTime: number
  sinceHeight: number
  untilTime?: number
  untilHeight?: number
}

export const PROFILE_HISTORY: ListOrder = { name: 'profile-history', parts: ['number'] }
export const FOLLOWING_HISTORY: ListOrder = { name: 'following-history', parts: ['number', 'string'] }
export const FOLLOWER_HISTORY: ListOrder = { name: 'follower-history', parts: ['number', 'string'] }

/** Every profile of a user that was seen, the newest first. */
export async function profileHistory(
  sql: Reader,
  username: string,
  request: PageRequest,
): Promise<Page<ProfileVersionView>> {
  const isForward = request.cursor?.direction !== 'prev'
  const key = Number(request.cursor?.key[0] ?? 0)
  const after = request.cursor === undefined ? sql`` : sql`and seq ${isForward ? sql`<` : sql`>`} ${key}::bigint`
  const rows = await sql<(Omit<ProfileVersionView, 'contentHash'> & { contentHash: Uint8Array })[]>`
    select seq, height, time, content_hash, fullname, bio, location, url, tox, bitmessage
    from profile_version where username = ${username} and ${isUserShown(sql, sql`profile_version.username`)} ${after}
    order by seq ${isForward ? sql`desc` : sql`asc`} ${rowLimit(sql, request)}`
  return pageOf(
    PROFILE_HISTORY,
    request,
    rows,
    (row) => [row.seq],
    (row) => ({ ...row, contentHash: hexOf(row.contentHash) }),
  )
}

/** Whom a user's published lists held, and until when; who came last first. */
export function followingHistory(
  sql: Reader,
  username: string,
  request: PageRequest,
): Promise<Page<FollowingSpanView>> {
  return spans(sql, FOLLOWING_HISTORY, request, sql`username`, sql`followed`, username)
}

/** Whose published lists held a user, and until when; who came last first. */
export function followerHistory(sql: Reader, username: string, request: PageRequest): Promise<Page<FollowingSpanView>> {
  return spans(sql, FOLLOWER_HISTORY, request, sql`followed`, sql`username`, username)
}

interface SpanRow {
  n: string
  sinceTime: number
  sinceHeight: number
  untilTime: number | null
  untilHeight: number | null
}

async function spans(
  sql: Reader,
  order: ListOrder,
  request: PageRequest,
  own: Fragment,
  other: Fragment,
  username: string,
): Promise<Page<FollowingSpanView>> {
  const isForward = request.cursor?.direction !== 'prev'
  const [time, n] = [Number(request.cursor?.key[0] ?? 0), String(request.cursor?.key[1] ?? '')]
  const comparison = isForward ? sql`<` : sql`>`
  const after =
    request.cursor === undefined ? sql`` : sql`and (since_time, ${other}) ${comparison} (${time}::bigint, ${n}::text)`
  const direction = isForward ? sql`desc` : sql`asc`
  const rows = await sql<SpanRow[]>`
    select ${other} as n, since_time, since_height, until_time, until_height
    from following_span where ${own} = ${username} and ${isUserShown(sql, sql`following_span.username`)}
      and ${isUserShown(sql, sql`following_span.followed`)} ${after}
    order by since_time ${direction}, ${other} ${direction} ${rowLimit(sql, request)}`
  return pageOf(
    order,
    request,
    rows,
    (row) => [row.sinceTime, row.n],
    (row) => ({
      n: row.n,
      sinceTime: row.sinceTime,
      sinceHeight: row.sinceHeight,
      untilTime: row.untilTime ?? undefined,
      untilHeight: row.untilHeight ?? undefined,
    }),
  )
}
