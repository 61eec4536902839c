import { type ListOrder, type Page, type PageRequest, pageOf } from '../page.ts'
import { isUserShown } from './hidden.ts'
import type { Fragment, Reader } from './reader.ts'
import { rowLimit } from './row-limit.ts'

/** Days are UTC's, counted from 1970-01-01; those without anything are left out. */
export interface UserDayView {
  day: number
  posts: number
  replies: number
  retwists: number
  favourites: number
  custom: number
  privateFavourites: number
  directMessages: number
}

export interface UserYearView extends Omit<UserDayView, 'day'> {
  year: number
}

export interface HashtagUseView {
  day: number
  posts: number
  people: number
}

export interface NetworkDayView {
  day: number
  posts: number
  /** Who wrote any of them. */
  authors: number
  /** Names registered for the first time. */
  names: number
  /** Hashtags used for the first time. */
  hashtags: number
}

export interface NetworkYearView extends Omit<NetworkDayView, 'day'> {
  year: number
}

/** How many people have posts here, and how many of them wrote something of late. */
export interface AuthorCountsView {
  all: number
  week: number
  month: number
  year: number
}

export const DAYS_OF_USER: ListOrder = { name: 'days-of-user', parts: ['number'] }
export const DAYS_OF_HASHTAG: ListOrder = { name: 'days-of-tag', parts: ['number'] }
export const DAYS_OF_NETWORK: ListOrder = { name: 'days', parts: ['number'] }

/** Time is 31 bits wide, so there are no more. */
const MAX_YEARS = 100

/** What a user wrote, day by day, the newest first. */
export function daysOfUser(sql: Reader, username: string, request: PageRequest): Promise<Page<UserDayView>> {
  const source = sql`
    select day, ${countsByKind(sql)}
    from user_day where username = ${username} and ${isUserShown(sql, sql`user_day.username`)} and ${hasWritten(sql)}`
  return days<UserDayView>(sql, DAYS_OF_USER, source, request)
}

/** What a user wrote, year by year, the newest first. */
export async function yearsOfUser(sql: Reader, username: string): Promise<UserYearView[]> {
  const rows = await sql<UserYearView[]>`
    select year, ${countsByKind(sql)}
    from user_year where username = ${username} and ${isUserShown(sql, sql`user_year.username`)} and ${hasWritten(sql)}
    order by year desc limit ${MAX_YEARS}`
  return [...rows]
}

function countsByKind(sql: Reader): Fragment {
  return sql`plain_count as posts, reply_count as replies, retwist_count as retwists, favourite_count as favourites,
    custom_count as custom, private_favourite_count as private_favourites, direct_count as direct_messages`
}

function hasWritten(sql: Reader): Fragment {
  return sql`plain_count + reply_count + retwist_count + favourite_count + custom_count
    + private_favourite_count + direct_count > 0`
}

/** How much a hashtag was used, day by day, the newest first. */
export function daysOfHashtag(sql: Reader, tag: string, request: PageRequest): Promise<Page<HashtagUseView>> {
  const source = sql`select day, post_count as posts, people_count as people from hashtag_day where tag = ${tag}`
  return days<HashtagUseView>(sql, DAYS_OF_HASHTAG, source, request)
}

/** The whole network, day by day, the newest first. */
export function daysOfNetwork(sql: Reader, request: PageRequest): Promise<Page<NetworkDayView>> {
  const source = sql`
    select day, post_count as posts, author_count as authors, name_count as names,
      ${hashtagsFirstUsed(sql, sql`day::int8 * 86400`, sql`(day::int8 + 1) * 86400`)} as hashtags
    from network_day where true`
  return days<NetworkDayView>(sql, DAYS_OF_NETWORK, source, request)
}

/** The whole network, year by year, the newest first. */
export async function yearsOfNetwork(sql: Reader): Promise<NetworkYearView[]> {
  const rows = await sql<NetworkYearView[]>`
    select year, post_count as posts, author_count as authors, name_count as names,
      ${hashtagsFirstUsed(sql, startOfYear(sql, sql`year`), startOfYear(sql, sql`year + 1`))} as hashtags
    from network_year order by year desc limit ${MAX_YEARS}`
  return [...rows]
}

/** `now`: unix seconds. A week has 7 days, a month 30, a year 365. */
export async function authorCounts(sql: Reader, now: number): Promise<AuthorCountsView> {
  const daysAgo = (days: number) => sql`last_time >= ${Math.floor(now) - days * 86_400}::int8`
  const rows = await sql<AuthorCountsView[]>`
    select count(*) as all, count(*) filter (where ${daysAgo(7)}) as week,
      count(*) filter (where ${daysAgo(30)}) as month, count(*) filter (where ${daysAgo(365)}) as year
    from user_state where last_time is not null`
  return rows[0] ?? { all: 0, week: 0, month: 0, year: 0 }
}

function hashtagsFirstUsed(sql: Reader, from: Fragment, until: Fragment): Fragment {
  return sql`(select count(*) from hashtag_state where first_time >= ${from} and first_time < ${until})`
}

/** In unix seconds. */
function startOfYear(sql: Reader, year: Fragment): Fragment {
  return sql`extract(epoch from make_timestamptz(${year}, 1, 1, 0, 0, 0, 'UTC'))::int8`
}

async function days<View extends { day: number }>(
  sql: Reader,
  order: ListOrder,
  source: Fragment,
  request: PageRequest,
): Promise<Page<View>> {
  const isForward = request.cursor?.direction !== 'prev'
  const key = Number(request.cursor?.key[0] ?? 0)
  const after = request.cursor === undefined ? sql`` : sql`and day ${isForward ? sql`<` : sql`>`} ${key}::bigint`
  const rows = await sql<View[]>`
    ${source} ${after} order by day ${isForward ? sql`desc` : sql`asc`} ${rowLimit(sql, request)}`
  return pageOf(
    order,
    request,
    rows,
    (row) => [row.day],
    (row) => row,
  )
}
