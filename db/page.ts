/** A part of a list, with the cursors of its neighbours. */
export interface Page<T> {
  items: T[]
  next?: string
  prev?: string
}

export interface PageRequest {
  limit: number
  cursor?: Cursor
}

/** A place in a list: strictly after or before the row with this key. Opaque outside, but checked when it comes back. */
export interface Cursor {
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

export function encodeCursor(order: ListOrder, cursor: Cursor): string {
  const value = [order.name, cursor.direction === 'next' ? 1 : 0, ...cursor.key]
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

export function parseCursor(order: ListOrder, text: string): Cursor | undefined {
  if (text.length > MAX_CURSOR_LENGTH || !/^[A-Za-z0-9_-]+$/.test(text)) return undefined
  const value = parseJson(Buffer.from(text, 'base64url').toString('utf8'))
  if (!Array.isArray(value)) return undefined
  const [name, direction, ...key]: unknown[] = value
  if (name !== order.name || (direction !== 0 && direction !== 1)) return undefined
  if (key.length !== order.parts.length) return undefined
  const parts: CursorPart[] = []
  for (const [at, part] of key.entries()) {
    if (order.parts[at] === 'number') {
      if (typeof part !== 'number' || !Number.isSafeInteger(part)) return undefined
      parts.push(part)
    } else {
      if (typeof part !== 'string' || part.length > MAX_STRING_PART || part.includes('\0')) return undefined
      parts.push(part)
    }
  }
  return { direction: direction === 1 ? 'next' : 'prev', key: parts }
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
    next: hasNext && last ? encodeCursor(order, { direction: 'next', key: keyOf(last) }) : undefined,
    prev: hasPrev && first ? encodeCursor(order, { direction: 'prev', key: keyOf(first) }) : undefined,
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
