import type { ServerResponse } from 'node:http'
import { CLOSE_TIMEOUT_MS, MAX_UNTAKEN_BYTES, UNTAKEN_TIMEOUT_MS } from './limits.ts'
import { filterKey, type StreamFilter } from './stream-filter.ts'
import { type CloseReason, closedFrame } from './stream-frame.ts'

/** One who reads. What is written to him is the same memory for all; what he does not take in time is not kept for him. */
export class StreamReader {
  readonly filter: StreamFilter
  readonly filterKey: string
  /** Whose he is, for bounds; undefined for one who may be many. */
  readonly client: string | undefined
  readonly #response: ServerResponse
  #isEnded = false
  /** performance.now() since which something written was always left. */
  #untakenSinceMs: number | undefined

  constructor(response: ServerResponse, filter: StreamFilter, client?: string) {
    this.#response = response
    this.filter = filter
    this.client = client
    this.filterKey = filterKey(filter)
    response.on('error', () => response.destroy())
    response.once('close', () => {
      this.#isEnded = true
    })
  }

  /** Nothing more is written: he has gone, or was dropped. */
  get isEnded(): boolean {
    return this.#isEnded
  }

  send(bytes: Buffer): void {
    if (this.#isEnded || bytes.length === 0) return
    const nowMs = performance.now()
    if (this.#response.writableLength === 0) this.#untakenSinceMs = undefined
    else this.#untakenSinceMs ??= nowMs
    const isLate = this.#untakenSinceMs !== undefined && nowMs - this.#untakenSinceMs > UNTAKEN_TIMEOUT_MS
    if (isLate || this.#response.writableLength + bytes.length > MAX_UNTAKEN_BYTES) this.close('slow')
    else this.#response.write(bytes)
  }

  /** Until he has taken all, or has ended. */
  async taken(): Promise<void> {
    if (this.#isEnded || !this.#response.writableNeedDrain) return
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(late)
        this.#response.off('drain', done).off('close', done)
        resolve()
      }
      const late = setTimeout(() => this.close('slow'), UNTAKEN_TIMEOUT_MS)
      this.#response.once('drain', done).once('close', done)
    })
  }

  /** Says why, after what he has yet to take. */
  close(reason: CloseReason): void {
    if (this.#isEnded) return
    this.#isEnded = true
    this.#response.end(closedFrame(reason))
    const late = setTimeout(() => this.#response.destroy(), CLOSE_TIMEOUT_MS)
    this.#response.once('close', () => clearTimeout(late))
  }
}
