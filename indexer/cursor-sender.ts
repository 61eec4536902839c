import type { ControlSender } from '../node/outbox/control.ts'
import { CURSOR_RETRY_MS, GAP_MS, NODES } from './limits.ts'

interface Unsent {
  kind: 'cursor' | 'resend'
  cursor: number
}

/** Tells nodes their committed cursors: one message at a time, only the newest of each; tries again until it is sent. */
export class CursorSender {
  readonly #control: ControlSender
  readonly #unsent = new Map<string, Unsent>()
  /** Since when a node's batches have come without those before them. */
  readonly #gapSince = new Map<string, number>()
  #isSending = false
  #isClosed = false
  #timer: NodeJS.Timeout | undefined

  constructor(control: ControlSender) {
    this.#control = control
  }

  note(nodeId: string, cursor: number): void {
    this.#gapSince.delete(nodeId)
    this.#say(nodeId, { kind: 'cursor', cursor })
  }

  /** Something before this batch is missing. A worker that died may still bring it; if not, the node sends it again. */
  noteGap(nodeId: string, cursor: number): void {
    const since = this.#gapSince.get(nodeId) ?? Date.now()
    if (this.#gapSince.size < NODES) this.#gapSince.set(nodeId, since)
    if (Date.now() - since < GAP_MS) return
    this.#gapSince.delete(nodeId)
    this.#say(nodeId, { kind: 'resend', cursor })
  }

  #say(nodeId: string, message: Unsent): void {
    this.#unsent.set(nodeId, message)
    if (!this.#isSending) void this.#send()
  }

  close(): void {
    this.#isClosed = true
    clearTimeout(this.#timer)
  }

  async #send(): Promise<void> {
    this.#isSending = true
    for (const [nodeId, message] of this.#unsent) {
      this.#unsent.delete(nodeId)
      try {
        await this.#control.send({ nodeId, ...message })
      } catch {
        // The queue server is away; QueueServer has said so.
        if (!this.#unsent.has(nodeId)) this.#unsent.set(nodeId, message)
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
