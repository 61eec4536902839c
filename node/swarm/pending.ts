import { MAX_ASKED_AT_ONCE } from './limits.ts'

/** Numbers that are asked for somewhere: of one peer, and of a second one if the first lets us wait. */
export class Pending {
  /** Post number → how many peers are asked for it. */
  readonly #asked = new Map<number, number>()
  /** Numbers whose first peer lets us wait. */
  readonly #slow = new Set<number>()

  get size(): number {
    return this.#asked.size
  }

  has(k: number): boolean {
    return this.#asked.has(k)
  }

  /** One more peer may be asked. */
  isFree(k: number): boolean {
    const asked = this.#asked.get(k) ?? 0
    return asked === 0 || (asked < MAX_ASKED_AT_ONCE && this.#slow.has(k))
  }

  ask(k: number): void {
    this.#asked.set(k, (this.#asked.get(k) ?? 0) + 1)
  }

  /** One peer less is asked. */
  release(k: number): void {
    const asked = this.#asked.get(k) ?? 0
    if (asked > 1) this.#asked.set(k, asked - 1)
    else this.#end(k)
  }

  /** True if that is news. */
  isSlow(k: number): boolean {
    if (!this.#asked.has(k) || this.#slow.has(k)) return false
    this.#slow.add(k)
    return true
  }

  #end(k: number): void {
    this.#asked.delete(k)
    this.#slow.delete(k)
  }
}
