import type { Transaction } from '../../db/client.ts'
import { blockTimes } from '../../db/writes/block.ts'

/** Times of the best chain's blocks, as far as they were asked for. They hold as long as the tip is the same. */
export class BlockTimes {
  readonly #times = new Map<number, number | undefined>()

  async load(tx: Transaction, heights: Iterable<number>): Promise<void> {
    const missing = [...new Set(heights)].filter((height) => !this.#times.has(height))
    if (missing.length === 0) return
    const found = await blockTimes(tx, missing)
    for (const height of missing) this.#times.set(height, found.get(height))
  }

  get size(): number {
    return this.#times.size
  }

  /** Undefined when the chain does not reach there. */
  timeOf(height: number): number | undefined {
    return this.#times.get(height)
  }
}
