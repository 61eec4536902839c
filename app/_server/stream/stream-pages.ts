import type { Reader } from '../../../db/queries/reader.ts'
import { streamRows } from '../../../db/queries/stream.ts'
import { streamEvents } from '../../../db/queries/stream-events.ts'
import { createTurns } from '../turns.ts'
import { EVENTS_AT_ONCE, MAX_STREAM_READERS, REPLAYED_AT_ONCE, REPLAYS_AT_ONCE } from './limits.ts'
import { matchesFilter } from './stream-filter.ts'
import { eventFrame } from './stream-frame.ts'
import type { StreamReader } from './stream-reader.ts'

/** A part of the past, as a reader wants it: its bytes, and the last number that it tells of. */
interface StreamPage {
  bytes: Buffer
  last: number
}

/**
 * The past of the stream, for those who come back. Who ask for the same at the same time share it, as all do when a site
 * has started again; and one address gets one page at a time, so that others have their turn.
 */
export class StreamPages {
  readonly #sql: Reader
  readonly #turns = createTurns({ atOnce: REPLAYS_AT_ONCE, maxWaiting: MAX_STREAM_READERS, maxPerReader: 1 })
  readonly #asked = new Map<string, Promise<StreamPage | undefined>>()

  constructor(sql: Reader) {
    this.#sql = sql
  }

  /** What comes after this number, up to `end` at most; undefined when it is not this reader's turn. */
  async after(reader: StreamReader, after: number, end: number): Promise<StreamPage | undefined> {
    const key = `${after} ${end} ${reader.filterKey}`
    const asked = this.#asked.get(key)
    if (asked !== undefined) return asked
    const page = this.#turns.take(reader.client, () => this.#read(reader, after, end))
    this.#asked.set(key, page)
    return page.finally(() => this.#asked.delete(key))
  }

  async #read({ filter }: StreamReader, after: number, end: number): Promise<StreamPage> {
    const upTo = Math.min(after + REPLAYED_AT_ONCE, end)
    const rows = await streamRows(this.#sql, { after, upTo, limit: EVENTS_AT_ONCE }, filter)
    const wanted = (await streamEvents(this.#sql, rows)).filter((event) => matchesFilter(filter, event))
    const last = rows.length === EVENTS_AT_ONCE ? rows.at(-1)?.id : undefined
    return { bytes: Buffer.concat(wanted.map(eventFrame)), last: last ?? upTo }
  }
}
