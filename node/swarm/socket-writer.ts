import type { Socket } from 'node:net'
import { MAX_UNSENT_BYTES, UNREAD_TIMEOUT_MS } from './limits.ts'

/** Writes to a socket so that what one turn of the event loop has to say leaves together. */
export class SocketWriter {
  readonly #socket: Socket
  /** How often something was written. */
  written = 0
  #isCorked = false
  #behindSinceMs: number | undefined

  constructor(socket: Socket) {
    this.#socket = socket
    socket.setNoDelay(true)
  }

  /** Written, and not taken by the other side. */
  get unsentBytes(): number {
    return this.#socket.writableLength
  }

  /** More waits than anybody asks for who keeps to the protocol: its requests are refused. */
  get isBehind(): boolean {
    return this.unsentBytes > MAX_UNSENT_BYTES
  }

  /** The other side does not read. To be asked every second. */
  isStuck(nowMs: number): boolean {
    if (!this.isBehind) this.#behindSinceMs = undefined
    else this.#behindSinceMs ??= nowMs
    return this.#behindSinceMs !== undefined && nowMs - this.#behindSinceMs >= UNREAD_TIMEOUT_MS
  }

  /** False if there is no more room for anything. */
  write(bytes: Uint8Array): boolean {
    this.written++
    if (!this.#isCorked) {
      this.#isCorked = true
      setImmediate(() => {
        this.#isCorked = false
        this.#socket.uncork()
      })
      this.#socket.cork()
    }
    this.#socket.write(bytes)
    return this.unsentBytes <= 2 * MAX_UNSENT_BYTES
  }
}
