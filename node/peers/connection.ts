import { once } from 'node:events'
import type { Socket } from 'node:net'
import { type ChainMessage, encodeMessage, type FrameError, FrameReader } from '../protocol/messages/envelope.ts'
import { MAX_SEND_QUEUE_BYTES, RECEIVE_PAUSE_BYTES, SEND_PAUSE_BYTES } from './limits.ts'

export interface ConnectionEvents {
  /** Called for one message after the other; the next waits for the promise. */
  onMessage(message: ChainMessage): Promise<void> | void
  /** The stream cannot be read on; onClose follows. */
  onFault(code: FrameError): void
  /** Called once. */
  onClose(reason: string): void
}

/** Chain messages over one socket, in order, with bounded queues in both directions. */
export class Connection {
  bytesReceived = 0
  bytesSent = 0
  /** Both by performance.now(). */
  readonly openedAt = performance.now()
  lastReceivedAt = performance.now()
  /** Messages with a bad command or checksum, left out without a score. */
  skipped = 0
  isClosed = false
  readonly #socket: Socket
  readonly #magic: Uint8Array
  readonly #events: ConnectionEvents
  readonly #frames: FrameReader
  readonly #queue: ChainMessage[] = []
  #queuedBytes = 0
  #isProcessing = false
  #fault: FrameError | undefined

  constructor(socket: Socket, magic: Uint8Array, events: ConnectionEvents) {
    this.#socket = socket
    this.#magic = magic
    this.#events = events
    this.#frames = new FrameReader(magic)
    socket.setNoDelay(true)
    socket.on('data', (chunk) => this.#onData(chunk))
    socket.on('error', (error) => this.close(error.message))
    socket.on('close', () => this.close('closed by the peer'))
  }

  send(command: string, payload?: Uint8Array): void {
    if (this.isClosed) return
    const bytes = encodeMessage(this.#magic, command, payload)
    this.bytesSent += bytes.length
    this.#socket.write(bytes)
    if (this.#socket.writableLength > MAX_SEND_QUEUE_BYTES) this.close('does not read')
  }

  /** Waits while too much of ours is on its way. */
  async drained(): Promise<void> {
    if (this.isClosed || this.#socket.writableLength < SEND_PAUSE_BYTES) return
    const waiting = new AbortController()
    const { signal } = waiting
    try {
      await Promise.race([once(this.#socket, 'drain', { signal }), once(this.#socket, 'close', { signal })])
    } catch {
      // An error of the socket closes it; there is nothing more to wait for.
    } finally {
      waiting.abort()
    }
  }

  close(reason: string): void {
    if (this.isClosed) return
    this.isClosed = true
    this.#queue.length = 0
    this.#socket.destroy()
    this.#events.onClose(reason)
  }

  #onData(chunk: Uint8Array): void {
    if (this.isClosed) return
    this.bytesReceived += chunk.length
    this.lastReceivedAt = performance.now()
    const { messages, skipped, error } = this.#frames.push(chunk)
    this.skipped += skipped
    for (const message of messages) {
      this.#queue.push(message)
      this.#queuedBytes += message.payload.length
    }
    if (this.#queuedBytes > RECEIVE_PAUSE_BYTES) this.#socket.pause()
    // What came before the fault is still looked at.
    this.#fault = error
    // A rejection is a broken invariant of our own: it is left unhandled, which ends the process.
    void this.#process()
  }

  async #process(): Promise<void> {
    if (this.#isProcessing) return
    this.#isProcessing = true
    for (let message = this.#queue.shift(); message !== undefined; message = this.#queue.shift()) {
      this.#queuedBytes -= message.payload.length
      await this.#events.onMessage(message)
      await this.drained()
      if (this.#queuedBytes <= RECEIVE_PAUSE_BYTES) this.#socket.resume()
    }
    this.#isProcessing = false
    if (this.#fault === undefined || this.isClosed) return
    this.#events.onFault(this.#fault)
    this.close(this.#fault)
  }
}
