import { type CursorPart, type ListOrder, type Page, type PageRequest, pageOf } from '../page.ts'
import type { UserLineView } from '../views.ts'
import { isUserShown } from './hidden.ts'
import { type PersonRow, personColumns, personJoins, userLineOf } from './person-row.ts'
import type { Fragment, Reader } from './reader.ts'
import { rowLimit } from './row-limit.ts'

export const NAMES_NEWEST: ListOrder = { name: 'names-newest', parts: ['number', 'number'] }
export const NAMES_BY_LETTER: ListOrder = { name: 'names-az', parts: ['string'] }
export const USERS_ACTIVE: ListOrder = { name: 'users-active', parts: ['number', 'string'] }
export const USERS_FOLLOWED: ListOrder = { name: 'users-followed', parts: ['number', 'string'] }
export const USERS_BY_LETTER: ListOrder = { name: 'users-az', parts: ['string'] }
export const FOLLOWING_OF: ListOrder = { name: 'following', parts: ['string'] }
export const FOLLOWERS_OF: ListOrder = { name: 'followers', parts: ['string'] }

/** Behind every character of a username. */
const AFTER_ALL_NAMES = '~'

/** Every registered name, the newest first. */
export function namesNewest(sql: Reader, request: PageRequest): Promise<Page<UserLineView>> {
  const [height, index] = numbers(request)
  const steps = stepsOf(sql, request, 'descending')
  const after =
    request.cursor === undefined
      ? sql``
      : sql`where (first_height, first_tx_index) ${steps.comparison} (${height}::bigint, ${index}::bigint)`
  const picked = sql`
    select username from name ${after}
    order by first_height ${steps.direction}, first_tx_index ${steps.direction} ${rowLimit(sql, request)}`
  const order = sql`n.first_height ${steps.direction}, n.first_tx_index ${steps.direction}`
  return people(sql, NAMES_NEWEST, request, picked, order, (row) => [row.firstHeight ?? 0, row.firstTxIndex ?? 0])
}

/** Every registered name that begins with a prefix (which may be empty), A–Z. */
export function namesByPrefix(sql: Reader, prefix: string, request: PageRequest): Promise<Page<UserLineView>> {
  const steps = stepsOf(sql, request, 'ascending')
  const key = String(request.cursor?.key[0] ?? '')
  const after = request.cursor === undefined ? sql`` : sql`and username ${steps.comparisonOfBytes} ${key}::text`
  // A range and not LIKE, whose pattern is unknown when the plan is made. By bytes, whatever the database's collation.
  const picked = sql`
    select username from name
    where username ~>=~ ${prefix} and username ~<~ ${prefix + AFTER_ALL_NAMES} ${after}
    order by username ${steps.byBytes} ${rowLimit(sql, request)}`
  return people(sql, NAMES_BY_LETTER, request, picked, sql`u.username ${steps.byBytes}`, (row) => [row.username])
}

/** Users of whom posts are here, by the time of their last one. */
export function usersByActivity(sql: Reader, request: PageRequest): Promise<Page<UserLineView>> {
  const steps = stepsOf(sql, request, 'descending')
  const [time, username] = numberAndName(request)
  const after =
    request.cursor === undefined
      ? sql``
      : sql`and (last_time, username) ${steps.comparison} (${time}::bigint, ${username}::text)`
  const picked = sql`
    select username from user_state where last_time is not null and ${isUserShown(sql, sql`user_state.username`)} ${after}
    order by last_time ${steps.direction}, username ${steps.direction} ${rowLimit(sql, request)}`
  const order = sql`s.last_time ${steps.direction}, u.username ${steps.direction}`
  return people(sql, USERS_ACTIVE, request, picked, order, (row) => [row.lastTime ?? 0, row.username])
}

/** Users by how many published lists follow them. */
export function usersByFollowers(sql: Reader, request: PageRequest): Promise<Page<UserLineView>> {
  const steps = stepsOf(sql, request, 'descending')
  const [count, username] = numberAndName(request)
  const after =
    request.cursor === undefined
      ? sql``
      : sql`and (follower_count, username) ${steps.comparison} (${count}::bigint, ${username}::text)`
  const picked = sql`
    select username from user_state where follower_count > 0 and ${isUserShown(sql, sql`user_state.username`)} ${after}
    order by follower_count ${steps.direction}, username ${steps.direction} ${rowLimit(sql, request)}`
  const order = sql`s.follower_count ${steps.direction}, u.username ${steps.direction}`
  return people(sql, USERS_FOLLOWED, request, picked, order, (row) => [row.followerCount ?? 0, row.username])
}

/** Users of whom posts are here, and whose names begin with a prefix (which may be empty), A–Z. */
export function usersByPrefix(sql: Reader, prefix: string, request: PageRequest): Promise<Page<UserLineView>> {
  const steps = stepsOf(sql, request, 'ascending')
  const key = String(request.cursor?.key[0] ?? '')
  const after = request.cursor === undefined ? sql`` : sql`and username ${steps.comparisonOfBytes} ${key}::text`
  const picked = sql`
    select username from user_state
    where last_time is not null and username ~>=~ ${prefix} and username ~<~ ${prefix + AFTER_ALL_NAMES}
      and ${isUserShown(sql, sql`user_state.username`)} ${after}
    order by username ${steps.byBytes} ${rowLimit(sql, request)}`
  return people(sql, USERS_BY_LETTER, request, picked, sql`u.username ${steps.byBytes}`, (row) => [row.username])
}

/** Whom a user publicly follows, A–Z. */
export function followingOf(sql: Reader, username: string, request: PageRequest): Promise<Page<UserLineView>> {
  return edges(sql, FOLLOWING_OF, request, sql`followed`, sql`username = ${username}`)
}

/** Whose published lists hold a user, A–Z. */
export function followersOf(sql: Reader, username: string, request: PageRequest): Promise<Page<UserLineView>> {
  return edges(sql, FOLLOWERS_OF, request, sql`username`, sql`followed = ${username}`)
}

function edges(sql: Reader, list: ListOrder, request: PageRequest, column: Fragment, where: Fragment) {
  const steps = stepsOf(sql, request, 'ascending')
  const key = String(request.cursor?.key[0] ?? '')
  const after = request.cursor === undefined ? sql`` : sql`and ${column} ${steps.comparison} ${key}::text`
  const picked = sql`
    select ${column} as username from following where ${where} and ${isUserShown(sql, sql`following.${column}`)} ${after}
    order by ${column} ${steps.direction} ${rowLimit(sql, request)}`
  return people(sql, list, request, picked, sql`u.username ${steps.direction}`, (row) => [row.username])
}

async function people(
  sql: Reader,
  list: ListOrder,
  request: PageRequest,
  picked: Fragment,
  order: Fragment,
  keyOf: (row: PersonRow) => CursorPart[],
): Promise<Page<UserLineView>> {
  const rows = await sql<PersonRow[]>`
    select ${personColumns(sql)} from (${picked}) u ${personJoins(sql)}
    order by ${order}`
  return pageOf(list, request, rows, keyOf, userLineOf)
}

function stepsOf(sql: Reader, request: PageRequest, sequence: 'ascending' | 'descending') {
  const isForward = request.cursor?.direction !== 'prev'
  const isDescending = (sequence === 'descending') === isForward
  return isDescending
    ? { direction: sql`desc`, comparison: sql`<`, byBytes: sql`using ~>~`, comparisonOfBytes: sql`~<~` }
    : { direction: sql`asc`, comparison: sql`>`, byBytes: sql`using ~<~`, comparisonOfBytes: sql`~>~` }
}

function numbers(request: PageRequest): [number, number] {
  return [Number(request.cursor?.key[0] ?? 0), Number(request.cursor?.key[1] ?? 0)]
}

function numberAndName(request: PageRequest): [number, string] {
  return [Number(request.cursor?.key[0] ?? 0), String(request.cursor?.key[1] ?? '')]
}
