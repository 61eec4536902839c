import { randomUUID } from 'node:crypto'
import type { OutboxItem } from '../node/outbox/item.ts'
import type { OutboxSource } from '../node/outbox/publish.ts'

/** A node's outbox in memory: what is appended is there to be sent. */
export class ListOutbox implements OutboxSource {
  readonly nodeId = randomUUID()
  readonly #items: OutboxItem[] = []
  readonly #listeners = new Set<() => void>()

  append(items: readonly OutboxItem[]): void {
    for (const item of items) this.#items.push({ ...item, seq: this.#items.length + 1 })
    for (const listener of this.#listeners) listener()
  }

  lastSequence(): number {
    return this.#items.length
  }

  read(from: number, max: number, maxBytes: number): OutboxItem[] {
    const items: OutboxItem[] = []
    let bytes = 0
    for (const item of this.#items.slice(from - 1, from - 1 + max)) {
      bytes += sizeOf(item)
      if (items.length > 0 && bytes > maxBytes) break
      items.push(item)
    }
    return items
  }

  onAppend(cb: () => void): () => void {
    this.#listeners.add(cb)
    return () => this.#listeners.delete(cb)
  }
}

function sizeOf(item: OutboxItem): number {
  switch (item.kind) {
    case 'block-connected':
      return item.raw.length
    case 'block-disconnected':
      return item.hash.length
    case 'userpost':
      return item.piece.length
    case 'dht-item':
      return item.p.length + item.sigP.length
  }
}
