import { once } from 'node:events'
import type { Socket } from 'node:net'
import { type ChainMessage, encodeMessage, type FrameError, FrameReader } from '../protocol/messages/envelope.ts'
import type { BufferBudget } from './buffer-budget.ts'
import {
  MAX_SEND_QUEUE_BYTES,
  MIN_MESSAGE_BYTES_PER_S,
  RECEIVE_PAUSE_BYTES,
  SEND_PAUSE_BYTES,
  SEND_STUCK_TIMEOUT_MS,
  SLOW_MESSAGE_TIMEOUT_MS,
} from './limits.ts'
import type { Turns } from './turns.ts'

export interface ConnectionEvents {
  /** Called for one message after the other; the next waits for the promise. */
  onMessage(message: ChainMessage): Promise<void> | void
  /** The stream cannot be read on; onClose follows. */
  onFault(code: FrameError): void
  /** Called once. */
  onClose(reason: string): void
}

/** What all connections have in common. */
export interface SharedBounds {
  readonly budget: BufferBudget
  readonly turns: Turns
}

/** Chain messages over one socket, in order, with bounded queues in both directions. Times by performance.now(). */
export class Connection {
  bytesReceived = 0
  bytesSent = 0
  readonly openedAt = performance.now()
  lastReceivedAt = performance.now()
  /** Messages with a bad command or checksum, left out without a score. */
  skipped = 0
  isClosed = false
  readonly #socket: Socket
  readonly #magic: Uint8Array
  readonly #events: ConnectionEvents
  readonly #shared: SharedBounds
  readonly #frames: FrameReader
  readonly #queue: ChainMessage[] = []
  #queuedBytes = 0
  #isProcessing = false
  #fault: FrameError | undefined
  /** When the unfinished message began, and how much of it has come. */
  #unfinished: { readonly since: number; bytes: number } | undefined
  /** How much had left when something last left, and when that was. */
  #sent = { bytes: 0, at: performance.now() }

  constructor(socket: Socket, magic: Uint8Array, shared: SharedBounds, events: ConnectionEvents) {
    this.#socket = socket
    this.#magic = magic
    this.#shared = shared
    this.#events = events
    this.#frames = new FrameReader(magic)
    socket.setNoDelay(true)
    socket.on('data', (chunk) => this.#onData(chunk))
    socket.on('drain', () => this.#tellBudget())
    socket.on('error', (error) => this.close(error.message))
    socket.on('close', () => this.close('closed by the peer'))
  }

  send(command: string, payload?: Uint8Array): void {
    if (this.isClosed) return
    const bytes = encodeMessage(this.#magic, command, payload)
    this.bytesSent += bytes.length
    this.#socket.write(bytes)
    if (this.#socket.writableLength > MAX_SEND_QUEUE_BYTES) this.close('does not read')
    else this.#tellBudget()
  }

  /** Waits while too much of ours is on its way, and lets others have their turn. */
  async drained(): Promise<void> {
    await this.#shared.turns.take()
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

  /** To be called now and then: why the connection is not worth its place any more. */
  stuckFor(now: number): string | undefined {
    const unsent = this.#socket.writableLength
    const sent = this.#socket.bytesWritten - unsent
    if (unsent === 0 || sent !== this.#sent.bytes) this.#sent = { bytes: sent, at: now }
    // "send queue stuck 90 min → close" (chain.md 5.11); ours is shorter, for our queue costs memory.
    if (now - this.#sent.at > SEND_STUCK_TIMEOUT_MS) return 'does not read'
    if (this.#unfinished === undefined || this.#socket.isPaused()) return undefined
    const elapsedMs = now - this.#unfinished.since
    const isSlow = (1000 * this.#unfinished.bytes) / elapsedMs < MIN_MESSAGE_BYTES_PER_S
    return elapsedMs > SLOW_MESSAGE_TIMEOUT_MS && isSlow ? 'drips' : undefined
  }

  close(reason: string): void {
    if (this.isClosed) return
    this.isClosed = true
    this.#queue.length = 0
    this.#shared.budget.update(this, 0)
    this.#socket.destroy()
    this.#events.onClose(reason)
  }

  #onData(chunk: Uint8Array): void {
    if (this.isClosed) return
    this.bytesReceived += chunk.length
    this.lastReceivedAt = performance.now()
    const { messages, skipped, error } = this.#frames.push(chunk)
    this.skipped += skipped
    this.#noteUnfinished(chunk.length, messages.length + skipped > 0)
    for (const message of messages) {
      this.#queue.push(message)
      this.#queuedBytes += costOf(message)
    }
    if (this.#queuedBytes > RECEIVE_PAUSE_BYTES) this.#socket.pause()
    // What came before the fault is still looked at.
    this.#fault = error
    this.#tellBudget()
    // A rejection is a broken invariant of our own: it is left unhandled, which ends the process.
    void this.#process()
  }

  #noteUnfinished(bytes: number, isFresh: boolean): void {
    if (!this.#frames.isUnfinished) this.#unfinished = undefined
    else if (isFresh || this.#unfinished === undefined) this.#unfinished = { since: this.lastReceivedAt, bytes }
    else this.#unfinished.bytes += bytes
  }

  #tellBudget(): void {
    if (this.isClosed) return
    this.#shared.budget.update(this, this.#frames.bufferedBytes + this.#queuedBytes + this.#socket.writableLength)
  }

  async #process(): Promise<void> {
    if (this.#isProcessing) return
    this.#isProcessing = true
    for (let message = this.#queue.shift(); message !== undefined; message = this.#queue.shift()) {
      await this.#events.onMessage(message)
      await this.drained()
      // What is being answered is held, too.
      this.#queuedBytes -= costOf(message)
      this.#tellBudget()
      if (this.#queuedBytes <= RECEIVE_PAUSE_BYTES && this.#socket.isPaused()) this.#resume()
    }
    this.#isProcessing = false
    if (this.#fault === undefined || this.isClosed) return
    this.#events.onFault(this.#fault)
    this.close(this.#fault)
  }

  #resume(): void {
    // While we did not read, it could not send.
    if (this.#unfinished !== undefined) this.#unfinished = { since: performance.now(), bytes: 0 }
    this.#socket.resume()
  }
}

/** A message without payload takes memory too. */
function costOf({ payload }: ChainMessage): number {
  return payload.length + 100
}
