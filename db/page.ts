import { createHmac, timingSafeEqual } from 'node:crypto'

/** A part of a list, with the cursors of its neighbours. */
export interface Page<T> {
  items: T[]
  next?: Cursor
  prev?: Cursor
}

export interface PageRequest {
  limit: number
  cursor?: Cursor
}

/** A place in a list: strictly after or before the row with this key. Sealed outside, and checked when it comes back. */
export interface Cursor {
  /** The name of the list's order. */
  list: string
  direction: 'next' | 'prev'
  key: readonly CursorPart[]
}

export type CursorPart = string | number

/** What a list is ordered by: its name, so that no other list's cursor fits, and the kinds of its key's parts. */
export interface ListOrder {
  name: string
  parts: readonly ('number' | 'string')[]
}

export const DEFAULT_LIMIT = 20
export const MAX_LIMIT = 100
const MAX_CURSOR_LENGTH = 512
const MAX_STRING_PART = 300
/** Enough that nobody guesses one: a guess is a request. */
const TAG_BYTES = 12

/** No text of the database holds it. Without escapes, so that no hashtag makes a cursor longer than one may be. */
const BETWEEN = '\0'

/** As readers carry it: who does not know the secret cannot make one or change one. */
export function sealCursor(secret: Uint8Array, cursor: Cursor): string {
  const parts = cursor.key.map((part) => (typeof part === 'number' ? `n${part}` : `s${part}`))
  const place = Buffer.from([cursor.list, cursor.direction, ...parts].join(BETWEEN))
  return Buffer.concat([tagOf(secret, place), place]).toString('base64url')
}

/** Undefined for what this list, of whoever knows the secret, did not give out. */
export function openCursor(secret: Uint8Array, order: ListOrder, text: string): Cursor | undefined {
  if (text.length > MAX_CURSOR_LENGTH) return undefined
  const bytes = Buffer.from(text, 'base64url')
  // One spelling: neither other alphabets nor stray bits at the end.
  if (bytes.length <= TAG_BYTES || bytes.toString('base64url') !== text) return undefined
  const place = bytes.subarray(TAG_BYTES)
  if (!timingSafeEqual(bytes.subarray(0, TAG_BYTES), tagOf(secret, place))) return undefined
  return parsePlace(order, place.toString('utf8'))
}

function tagOf(secret: Uint8Array, place: Uint8Array): Uint8Array {
  return createHmac('sha256', secret).update(place).digest().subarray(0, TAG_BYTES)
}

/** Checked all the same: an earlier version of this program may have sealed it. */
function parsePlace(order: ListOrder, text: string): Cursor | undefined {
  const [name, direction, ...key] = text.split(BETWEEN)
  if (name !== order.name || (direction !== 'next' && direction !== 'prev')) return undefined
  if (key.length !== order.parts.length) return undefined
  const parts: CursorPart[] = []
  for (const [at, part] of key.entries()) {
    const value = part.slice(1)
    if (order.parts[at] === 'number') {
      if (!/^n-?\d+$/.test(part) || !Number.isSafeInteger(Number(value))) return undefined
      parts.push(Number(value))
    } else {
      if (!part.startsWith('s') || value.length > MAX_STRING_PART) return undefined
      parts.push(value)
    }
  }
  return { list: order.name, direction, key: parts }
}

/**
 * Makes a page of the rows that a query found: `rows` are in the direction of the cursor (so reversed for `prev`), one
 * more than the limit if there are more.
 */
export function pageOf<Row, Item>(
  order: ListOrder,
  request: PageRequest,
  rows: readonly Row[],
  keyOf: (row: Row) => readonly CursorPart[],
  itemOf: (row: Row) => Item,
): Page<Item> {
  const hasMore = rows.length > request.limit
  const isBackward = request.cursor?.direction === 'prev'
  const kept = rows.slice(0, request.limit)
  if (isBackward) kept.reverse()
  const first = kept[0]
  const last = kept.at(-1)
  const hasNext = isBackward ? kept.length > 0 : hasMore
  const hasPrev = isBackward ? hasMore : request.cursor !== undefined && kept.length > 0
  return {
    items: kept.map(itemOf),
    next: hasNext && last ? { list: order.name, direction: 'next', key: keyOf(last) } : undefined,
    prev: hasPrev && first ? { list: order.name, direction: 'prev', key: keyOf(first) } : undefined,
  }
}
