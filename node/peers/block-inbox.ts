import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Block } from '../protocol/block.ts'
import { BLOCK_BYTES_PER_WRITE, BLOCKS_PER_WRITE, MAX_BLOCK_INBOX, MAX_BLOCK_INBOX_BYTES } from './limits.ts'
import type { Peer } from './peer.ts'

export interface ReceivedBlock {
  readonly peer: Peer
  readonly block: Block
}

/** Blocks that have arrived and wait to be judged, many in one go: a durable write costs the same for one and for many. */
export class BlockInbox {
  readonly #judge: (batch: readonly ReceivedBlock[]) => Promise<void>
  readonly #blocks: ReceivedBlock[] = []
  #sizeBytes = 0
  #draining: Promise<void> | undefined
  #isClosed = false

  constructor(judge: (batch: readonly ReceivedBlock[]) => Promise<void>) {
    this.#judge = judge
  }

  /** Resolves when there is room for the next one. */
  async take(received: ReceivedBlock): Promise<void> {
    if (this.#isClosed) return
    this.#blocks.push(received)
    this.#sizeBytes += received.block.sizeBytes
    this.#draining ??= this.#drain()
    if (this.isFull) await this.#draining
  }

  get isFull(): boolean {
    return this.#blocks.length >= MAX_BLOCK_INBOX || this.#sizeBytes >= MAX_BLOCK_INBOX_BYTES
  }

  /** Waits for the batch under way. */
  async close(): Promise<void> {
    this.#isClosed = true
    await this.#draining
  }

  async #drain(): Promise<void> {
    // What has come in one go is judged in one go.
    await nextTurn()
    while (this.#blocks.length > 0 && !this.#isClosed) {
      await this.#judge(this.#nextBatch())
      await nextTurn()
    }
    this.#draining = undefined
  }

  #nextBatch(): ReceivedBlock[] {
    let count = 0
    let bytes = 0
    for (const { block } of this.#blocks) {
      if (count >= BLOCKS_PER_WRITE || (count > 0 && bytes + block.sizeBytes > BLOCK_BYTES_PER_WRITE)) break
      count++
      bytes += block.sizeBytes
    }
    this.#sizeBytes -= bytes
    return this.#blocks.splice(0, count)
  }
}
