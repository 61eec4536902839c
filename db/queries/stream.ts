import { STREAM_CHANNEL } from '../schema/channels.ts'
import type { Backlog, StreamKind } from '../schema/stream-kind.ts'
import type { Reader } from './reader.ts'

/** A place in the stream. Both numbers: an id is given again where a database was made anew or put back. */
export interface StreamPosition {
  id: number
  atMs: number
}

/** An event, by reference: the columns of stream_event. */
export interface StreamRow extends StreamPosition {
  kind: StreamKind
  username: string | null
  number: number | null
  until: number | null
  other: Backlog | string | null
  hash: Uint8Array | null
}

/** What a reader wants: events of one of these users, and of one of these kinds, if any are named. */
export interface StreamWish {
  users: readonly string[]
  kinds: readonly StreamKind[]
}

/** Where the stream ends; at zero while nothing has happened. */
export async function streamEnd(sql: Reader): Promise<StreamPosition> {
  const [row] = await sql<StreamPosition[]>`select id, at_ms from stream_event order by id desc limit 1`
  return row ?? { id: 0, atMs: 0 }
}

/** The event is there, and so is everything after it. The beginning is, as long as nothing has been forgotten. */
export async function hasStreamEvent(sql: Reader, { id, atMs }: StreamPosition): Promise<boolean> {
  if (id === 0) {
    const [first] = await sql<{ id: number }[]>`select id from stream_event order by id limit 1`
    return atMs === 0 && (first === undefined || first.id === 1)
  }
  const rows = await sql`select from stream_event where id = ${id}::bigint and at_ms = ${atMs}::bigint`
  return rows.length > 0
}

/** The next events in order, up to and with `upTo`, that somebody may want. */
export async function streamRows(
  sql: Reader,
  range: { after: number; upTo: number; limit: number },
  { users, kinds }: StreamWish,
): Promise<StreamRow[]> {
  const ofUsers =
    users.length === 0
      ? sql``
      : sql`and (username = any(${[...users]}::text[]) or (kind in ('follow', 'unfollow') and other = any(${[...users]}::text[])))`
  const ofKinds = kinds.length === 0 ? sql`` : sql`and kind = any(${[...kinds]}::text[])`
  return sql<StreamRow[]>`
    select id, at_ms, kind, username, number, until, other, hash from stream_event
    where id > ${range.after}::bigint and id <= ${range.upTo}::bigint ${ofUsers} ${ofKinds}
    order by id limit ${range.limit}::bigint`
}

/**
 * Hears that there are new events, until the reader is ended. `onListening`: from now on, after the first time and
 * after each time that the connection was lost; what happened before was not heard.
 */
export async function listenForStream(sql: Reader, onNews: () => void, onListening: () => void): Promise<void> {
  await sql.listen(STREAM_CHANNEL, onNews, onListening)
}
