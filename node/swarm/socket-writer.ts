import type { Socket } from 'node:net'
import { MAX_UNSENT_BYTES } from './limits.ts'

/** Writes to a socket so that what one turn of the event loop has to say leaves together. */
export class SocketWriter {
  readonly #socket: Socket
  /** How often something was written. */
  written = 0
  #isCorked = false

  constructor(socket: Socket) {
    this.#socket = socket
    socket.setNoDelay(true)
  }

  /** The other side takes less than we have for it. */
  get isBehind(): boolean {
    return this.#socket.writableLength > MAX_UNSENT_BYTES
  }

  /** False if the other side takes nothing at all. */
  write(bytes: Uint8Array): boolean {
    this.written++
    if (!this.#isCorked) {
      this.#isCorked = true
      this.#socket.cork()
      setImmediate(() => {
        this.#isCorked = false
        this.#socket.uncork()
      })
    }
    this.#socket.write(bytes)
    return this.#socket.writableLength <= 2 * MAX_UNSENT_BYTES
  }
}
