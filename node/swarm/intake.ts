import type { Socket } from 'node:net'
import { MESSAGE_BURST, MESSAGE_TIMEOUT_MS, MESSAGES_PER_S } from './limits.ts'

/** How fast one peer is listened to: who says more is read later, and who never ends a message is no peer. */
export class Intake {
  readonly #socket: Pick<Socket, 'pause' | 'resume'>
  #left = MESSAGE_BURST
  #filledAtMs = performance.now()
  #resumeTimer: NodeJS.Timeout | undefined
  /** Since when a message has begun and is not complete. */
  #begunAtMs: number | undefined

  constructor(socket: Pick<Socket, 'pause' | 'resume'>) {
    this.#socket = socket
  }

  /** What came last, and how much of the next message is there. What was asked for may come as fast as it likes. */
  took(messages: readonly { readonly kind: string }[], unfinishedBytes: number, nowMs: number): void {
    const filled = ((nowMs - this.#filledAtMs) * MESSAGES_PER_S) / 1000
    const count = messages.filter(({ kind }) => kind !== 'piece').length
    this.#left = Math.min(MESSAGE_BURST, this.#left + filled) - count
    this.#filledAtMs = nowMs
    if (unfinishedBytes === 0) this.#begunAtMs = undefined
    else if (messages.length > 0 || this.#begunAtMs === undefined) this.#begunAtMs = nowMs
    if (this.#left < 0) this.#pause((-this.#left * 1000) / MESSAGES_PER_S)
  }

  isDripping(nowMs: number): boolean {
    return this.#begunAtMs !== undefined && nowMs - this.#begunAtMs > MESSAGE_TIMEOUT_MS
  }

  close(): void {
    clearTimeout(this.#resumeTimer)
  }

  #pause(waitMs: number): void {
    this.#socket.pause()
    clearTimeout(this.#resumeTimer)
    this.#resumeTimer = setTimeout(() => this.#socket.resume(), waitMs)
  }
}
