import type { Transaction } from '../client.ts'
import { insertRows, type RowShape } from './rows.ts'
import type { UserpostRow } from './userpost.ts'

/** What must be counted again. `number` is a day where nothing else is said: sort_time / 86400. */
export type RecountMark =
  /** The answers of this post, here or not; number: its k. */
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

/** Marks of posts that come or go; mark the old row and the new one. */
export function userpostMarks(
  rows: Iterable<
    Pick<UserpostRow, 'username' | 'sortTime' | 'replyN' | 'replyK' | 'innerN' | 'innerK'> & {
      hashtags: readonly string[]
    }
  >,
): RecountMark[] {
  const marks: RecountMark[] = []
  for (const { username, sortTime, replyN, replyK, innerN, innerK, hashtags } of rows) {
    const day = dayOf(sortTime)
    marks.push({ what: 'user-day', name: username, number: day })
    if (replyN !== undefined && replyK !== undefined) marks.push({ what: 'userpost', name: replyN, number: replyK })
    if (innerN !== undefined && innerK !== undefined) marks.push({ what: 'userpost', name: innerN, number: innerK })
    for (const tag of hashtags) marks.push({ what: 'hashtag', name: tag, number: day, username })
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
