import { MAX_BUFFERED_BYTES } from './limits.ts'

interface Holder {
  close(reason: string): void
}

/**
 * What all connections together may keep of messages unfinished, unread or unsent. Each has its own bounds; a crowd that
 * fills them all must not fill our memory.
 */
export class BufferBudget {
  readonly #bytes = new Map<Holder, number>()
  #total = 0

  /** To be told whenever it changes; the connection that holds the most is closed when all hold too much. */
  update(holder: Holder, bytes: number): void {
    this.#total += bytes - (this.#bytes.get(holder) ?? 0)
    if (bytes === 0) this.#bytes.delete(holder)
    else this.#bytes.set(holder, bytes)
    while (this.#total > MAX_BUFFERED_BYTES) this.#closeLargest()
  }

  #closeLargest(): void {
    let largest: Holder | undefined
    let most = 0
    for (const [holder, bytes] of this.#bytes) {
      if (bytes <= most) continue
      largest = holder
      most = bytes
    }
    if (largest === undefined) throw new Error('bytes that nobody holds')
    this.update(largest, 0)
    largest.close('holds too much memory')
  }
}
