import type { Database, Transaction } from '../client.ts'
import { insertRows, type RowShape } from './rows.ts'
import type { UserpostRow } from './userpost.ts'

/** What must be counted again. `number` is a day where nothing else is said: sort_time / 86400. */
export type RecountMark =
  /** The answers of this post, here or not, and the day of it; number: its k. */
  | { what: 'userpost'; name: string; number: number }
  /** The posts of this user on this day, and so the user's and the network's totals. */
  | { what: 'user-day'; name: string; number: number }
  /** Whom this user follows and who follows the user. */
  | { what: 'user'; name: string; number: 0 }
  /** The tag (name) on this day, and this author's part in it. */
  | { what: 'hashtag'; name: string; number: number; username: string }
  /** Names registered on this day. */
  | { what: 'network-day'; name: ''; number: number }

const RECOUNT: RowShape<RecountMark> = {
  what: ['text', (row) => row.what],
  name: ['text', (row) => row.name],
  number: ['int8', (row) => row.number],
  username: ['text', (row) => (row.what === 'hashtag' ? row.username : undefined)],
}

/** Appends, in the transaction that changes what is counted. One of the same marks is enough. */
export async function markRecounts(tx: Transaction, marks: readonly RecountMark[]): Promise<void> {
  const distinct = new Map(marks.map((mark) => [keyOf(mark), mark]))
  await insertRows(tx, 'recount', RECOUNT, [...distinct.values()], '')
}

const COUNTER_LOCK = 7_763_111

/** One counter at a time: totals have one writer, so nobody waits for them. Held to the end of the transaction. */
export async function tryLockCounter(tx: Transaction): Promise<boolean> {
  const [row] = await tx<{ isMine: boolean }[]>`SELECT pg_try_advisory_xact_lock(${COUNTER_LOCK}) AS is_mine`
  return row?.isMine === true
}

export async function lockCounter(tx: Transaction): Promise<void> {
  await tx`SELECT pg_advisory_xact_lock(${COUNTER_LOCK})`
}

/** What was marked, each once. */
export interface TakenMarks {
  userposts: { name: string; number: number }[]
  userDays: { name: string; number: number }[]
  users: string[]
  hashtags: { name: string; number: number; username: string }[]
  networkDays: number[]
  /** Rows taken, the same ones too. */
  count: number
}

/**
 * Takes up to `limit` rows. A row is there for all to see together with what was changed, so what is counted after this
 * statement, in the same transaction or not, has it; what changes later brings marks of its own.
 */
export async function takeRecounts(tx: Transaction, limit: number): Promise<TakenMarks> {
  const rows = await tx<{ what: RecountMark['what']; name: string; number: number; username: string; count: number }[]>`
    WITH taken AS (
      DELETE FROM recount WHERE ctid = ANY(ARRAY(SELECT ctid FROM recount LIMIT ${limit}))
      RETURNING what, name, number, coalesce(username, '') AS username
    )
    SELECT what, name, number, username, count(*)::int AS count FROM taken GROUP BY what, name, number, username`
  const of = (what: RecountMark['what']) => rows.filter((row) => row.what === what)
  return {
    userposts: of('userpost'),
    userDays: of('user-day'),
    users: of('user').map(({ name }) => name),
    hashtags: of('hashtag'),
    networkDays: of('network-day').map(({ number }) => number),
    count: rows.reduce((sum, row) => sum + row.count, 0),
  }
}

/** Marks come and go by the million, and each search for them walks over those that went. */
export async function sweepRecounts(db: Database): Promise<void> {
  await db`VACUUM recount`
}

/** Marks of posts that come or go; mark the old row and the new one. */
export function userpostMarks(
  rows: Iterable<
    Pick<UserpostRow, 'username' | 'k' | 'sortTime' | 'replyN' | 'replyK' | 'innerN' | 'innerK'> & {
      hashtags: readonly { word: string }[]
    }
  >,
): RecountMark[] {
  const marks: RecountMark[] = []
  for (const { username, k, sortTime, replyN, replyK, innerN, innerK, hashtags } of rows) {
    const day = dayOf(sortTime)
    marks.push({ what: 'user-day', name: username, number: day }, { what: 'userpost', name: username, number: k })
    if (replyN !== undefined && replyK !== undefined) marks.push({ what: 'userpost', name: replyN, number: replyK })
    if (innerN !== undefined && innerK !== undefined) marks.push({ what: 'userpost', name: innerN, number: innerK })
    for (const { word } of hashtags) marks.push({ what: 'hashtag', name: word, number: day, username })
  }
  return marks
}

/** Days are UTC's, counted from 1970-01-01. */
export function dayOf(time: number): number {
  return Math.floor(time / 86_400)
}

function keyOf(mark: RecountMark): string {
  const username = mark.what === 'hashtag' ? mark.username : ''
  return `${mark.what}\0${mark.number}\0${username}\0${mark.name}`
}
