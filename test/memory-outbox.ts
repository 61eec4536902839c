import { randomUUID } from 'node:crypto'
import type { OutboxItem } from '../node/outbox/item.ts'
import type { OutboxSource } from '../node/outbox/publish.ts'

/** An outbox in memory: what node/store implements on disk. */
export class MemoryOutbox implements OutboxSource {
  readonly nodeId: string
  readonly #items: OutboxItem[] = []
  readonly #listeners = new Set<() => void>()

  constructor(nodeId: string = randomUUID()) {
    this.nodeId = nodeId
  }

  append(items: readonly OutboxItem[]): void {
    for (const item of items) this.#items.push({ ...item, seq: this.#items.length + 1 })
    for (const listener of this.#listeners) listener()
  }

  lastSequence(): number {
    return this.#items.length
  }

  read(from: number, max: number): OutboxItem[] {
    return this.#items.slice(from - 1, from - 1 + max)
  }

  onAppend(cb: () => void): () => void {
    this.#listeners.add(cb)
    return () => this.#listeners.delete(cb)
  }
}
