import { setTimeout as delay } from 'node:timers/promises'
import type { Reader } from '../../../db/queries/reader.ts'
import {
  hasStreamEvent,
  listenForStream,
  type StreamPosition,
  type StreamWish,
  streamEnd,
  streamRows,
} from '../../../db/queries/stream.ts'
import { type StreamEventView, streamEvents } from '../../../db/queries/stream-events.ts'
import { DATABASE_RETRY_MS, EVENTS_AT_ONCE, LOOK_EVERY_MS, REACH_LOOK_MS } from './limits.ts'
import { matchesFilter } from './stream-filter.ts'
import { BEAT_FRAME, eventFrame, positionFrame, resetFrame } from './stream-frame.ts'
import { StreamPages } from './stream-pages.ts'
import type { StreamReader } from './stream-reader.ts'

interface StreamHubOptions {
  reader: Reader
  heartbeatMs: number
  /** Told when events cannot be read, and when they can again. */
  onAway: (error: unknown) => void
  onBack: () => void
}

/**
 * Follows the stream once for all readers: each event is read and written down once, and the same bytes go to everybody
 * who wants it. While the database is away readers stay and hear heartbeats; when it is back nothing is missing.
 */
export class StreamHub {
  readonly #sql: Reader
  readonly #options: StreamHubOptions
  readonly #readers = new Set<StreamReader>()
  /** Those of the readers who have all events up to the position, as far as they want them. */
  readonly #live = new Set<StreamReader>()
  readonly #pages: StreamPages
  readonly #timers: NodeJS.Timeout[] = []
  #position: StreamPosition | undefined
  #following: Promise<void> | undefined
  #isNoted = false
  /** The database may be another than before. */
  #isDoubtful = false
  #isListening = false
  #isAway = false
  #isClosed = false

  constructor(options: StreamHubOptions) {
    this.#sql = options.reader
    this.#pages = new StreamPages(options.reader)
    this.#options = options
    this.#timers.push(setInterval(() => this.#look(), LOOK_EVERY_MS))
    this.#timers.push(setInterval(() => this.#beat(), options.heartbeatMs))
    this.#look()
  }

  get readerCount(): number {
    return this.#readers.size
  }

  /** Tells him everything after `last`, or from now on; resolves when he hears what happens as it does, or has ended. */
  async join(reader: StreamReader, last: StreamPosition | undefined): Promise<void> {
    this.#readers.add(reader)
    try {
      let at = await this.#start(reader, last)
      while (at !== undefined && !this.#isOver(reader)) {
        const end: StreamPosition = this.#position ?? { id: at, atMs: 0 }
        if (at >= end.id) {
          reader.send(at > end.id ? resetFrame(end) : positionFrame(end))
          this.#live.add(reader)
          return
        }
        at = await this.#replay(reader, at, end.id)
      }
    } finally {
      if (reader.isEnded) this.leave(reader)
    }
  }

  leave(reader: StreamReader): void {
    this.#readers.delete(reader)
    this.#live.delete(reader)
  }

  async close(): Promise<void> {
    this.#isClosed = true
    for (const timer of this.#timers) clearInterval(timer)
    for (const reader of this.#readers) reader.close('stopping')
    this.#readers.clear()
    this.#live.clear()
    await this.#following
  }

  /** The number after which he goes on; undefined when he has ended. */
  async #start(reader: StreamReader, last: StreamPosition | undefined): Promise<number | undefined> {
    const isKept = last !== undefined && (await this.#patiently(reader, () => hasStreamEvent(this.#sql, last)))
    // What he has read is not told again.
    const end = await this.#patiently(reader, () => this.#reach(reader, isKept === true ? last.id : 0))
    if (isKept === true) return last.id
    if (end !== undefined && last !== undefined) reader.send(resetFrame(end))
    return end?.id
  }

  /** Waits until the stream is followed up to this number. */
  async #reach(reader: StreamReader, id: number): Promise<StreamPosition | undefined> {
    if (this.#live.size === 0) await this.#moveToEnd()
    for (this.#note(); !this.#isOver(reader); await delay(REACH_LOOK_MS)) {
      if (this.#position !== undefined && this.#position.id >= id) return this.#position
      if (this.#isAway) return undefined
    }
    return undefined
  }

  /** Tells him some events up to `end`; answers the last number that they tell of. */
  async #replay(reader: StreamReader, at: number, end: number): Promise<number | undefined> {
    const page = await this.#patiently(reader, () => this.#pages.after(reader, at, end))
    if (page === undefined) return undefined
    reader.send(page.bytes)
    await reader.taken()
    return page.last
  }

  /** Tries until it can be done; undefined when he has ended. Its own pauses: he hears heartbeats meanwhile. */
  async #patiently<Result>(reader: StreamReader, work: () => Promise<Result>): Promise<Result | undefined> {
    while (!this.#isOver(reader)) {
      try {
        const result = await work()
        if (result !== undefined) return result
      } catch (error) {
        this.#noteAway(error)
      }
      await delay(DATABASE_RETRY_MS)
    }
    return undefined
  }

  #isOver(reader: StreamReader): boolean {
    return this.#isClosed || reader.isEnded
  }

  #look(): void {
    if (!this.#isListening) this.#listen()
    this.#note()
  }

  /** Once: after that the connection is made again by itself whenever it is lost. */
  #listen(): void {
    this.#isListening = true
    const onListening = () => {
      this.#isDoubtful = true
      this.#note()
    }
    listenForStream(this.#sql, () => this.#note(), onListening).catch((error: unknown) => {
      this.#isListening = false
      this.#noteAway(error)
    })
  }

  #note(): void {
    this.#isNoted = true
    if (this.#isClosed) return
    this.#following ??= this.#follow().finally(() => {
      this.#following = undefined
    })
  }

  async #follow(): Promise<void> {
    try {
      while (this.#isNoted && !this.#isClosed) {
        this.#isNoted = false
        await this.#step()
        if (this.#isAway) this.#options.onBack()
        this.#isAway = false
      }
    } catch (error) {
      this.#noteAway(error)
    }
  }

  async #step(): Promise<void> {
    if (this.#isDoubtful) await this.#checkPosition()
    const at = this.#position
    if (at === undefined || this.#live.size === 0) return this.#moveToEnd()
    const rows = await streamRows(
      this.#sql,
      { after: at.id, upTo: Number.MAX_SAFE_INTEGER, limit: EVENTS_AT_ONCE },
      NO_WISH,
    )
    const last = rows.at(-1)
    if (last === undefined) return
    const events = await streamEvents(this.#sql, rows)
    const startedMs = performance.now()
    this.#tell(events, { id: last.id, atMs: last.atMs })
    if (rows.length === EVENTS_AT_ONCE) this.#isNoted = true
    // Half of the time at most: what comes meanwhile is told together, and other requests have their turn.
    await delay(performance.now() - startedMs)
  }

  /** While nobody hears what happens nothing of it is read. */
  async #moveToEnd(): Promise<void> {
    const end = await streamEnd(this.#sql)
    // Whoever came to live meanwhile has read up to the old position.
    if (this.#position === undefined || (this.#live.size === 0 && end.id > this.#position.id)) this.#position = end
    else if (this.#live.size > 0) this.#isNoted = true
  }

  /** In one go, so that the position and what everybody has read are never apart. */
  #tell(events: readonly StreamEventView[], position: StreamPosition): void {
    this.#position = position
    const frames = new Map(events.map((event) => [event, eventFrame(event)]))
    const bytesByFilter = new Map<string, Buffer>()
    for (const reader of this.#live) {
      const known = bytesByFilter.get(reader.filterKey)
      const bytes = known ?? Buffer.concat(wantedBy(reader, events).map((event) => frames.get(event) ?? BEAT_FRAME))
      bytesByFilter.set(reader.filterKey, bytes)
      reader.send(bytes)
      if (reader.isEnded) this.leave(reader)
    }
  }

  /** A database that was made anew, or put back, has other events under these numbers. */
  async #checkPosition(): Promise<void> {
    const at = this.#position
    const isSame = at === undefined || (await hasStreamEvent(this.#sql, at))
    if (!isSame) {
      const end = await streamEnd(this.#sql)
      this.#position = end
      for (const reader of this.#live) reader.send(resetFrame(end))
    }
    this.#isDoubtful = false
  }

  #beat(): void {
    const live = this.#position === undefined ? BEAT_FRAME : positionFrame(this.#position)
    for (const reader of this.#readers) {
      reader.send(this.#live.has(reader) ? live : BEAT_FRAME)
      if (reader.isEnded) this.leave(reader)
    }
  }

  #noteAway(error: unknown): void {
    if (this.#isAway || this.#isClosed) return
    this.#isAway = true
    this.#options.onAway(error)
  }
}

const NO_WISH: StreamWish = { users: [], kinds: [] }

function wantedBy({ filter }: StreamReader, events: readonly StreamEventView[]): StreamEventView[] {
  return events.filter((event) => matchesFilter(filter, event))
}
