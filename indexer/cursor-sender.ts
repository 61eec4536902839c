import type { ControlSender } from '../node/outbox/control.ts'
import { CURSOR_RETRY_MS } from './limits.ts'

/** Tells nodes their committed cursors: one message at a time, only the newest of each; tries again until it is sent. */
export class CursorSender {
  readonly #control: ControlSender
  readonly #unsent = new Map<string, number>()
  #isSending = false
  #isClosed = false
  #timer: NodeJS.Timeout | undefined

  constructor(control: ControlSender) {
    this.#control = control
  }

  note(nodeId: string, cursor: number): void {
    this.#unsent.set(nodeId, cursor)
    if (!this.#isSending) void this.#send()
  }

  close(): void {
    this.#isClosed = true
    clearTimeout(this.#timer)
  }

  async #send(): Promise<void> {
    this.#isSending = true
    for (const [nodeId, cursor] of this.#unsent) {
      this.#unsent.delete(nodeId)
      try {
        await this.#control.send({ kind: 'cursor', nodeId, cursor })
      } catch {
        // The queue server is away; QueueServer has said so.
        if (!this.#unsent.has(nodeId)) this.#unsent.set(nodeId, cursor)
        break
      }
    }
    this.#isSending = false
    if (this.#unsent.size > 0 && !this.#isClosed) {
      clearTimeout(this.#timer)
      this.#timer = setTimeout(() => void this.#send(), CURSOR_RETRY_MS)
    }
  }
}
