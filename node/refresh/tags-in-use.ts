import { MAX_TAGS } from './limits.ts'

interface TagsInUseOptions {
  onUsed: (tag: string) => void
  onUnused: (tag: string) => void
}

/** Tags of recent posts, each as long as one of them has it; of too many the one that was used longest ago goes. */
export class TagsInUse {
  readonly #options: TagsInUseOptions
  /** In how many posts; the one used last is the last. */
  readonly #counts = new Map<string, number>()

  constructor(options: TagsInUseOptions) {
    this.#options = options
  }

  use(tag: string): void {
    const count = this.#counts.get(tag)
    this.#counts.delete(tag)
    this.#counts.set(tag, (count ?? 0) + 1)
    if (count !== undefined) return
    this.#options.onUsed(tag)
    const [oldest] = this.#counts.keys()
    if (this.#counts.size > MAX_TAGS && oldest !== undefined) this.#end(oldest)
  }

  release(tag: string): void {
    const count = this.#counts.get(tag)
    if (count === undefined) return
    if (count > 1) this.#counts.set(tag, count - 1)
    else this.#end(tag)
  }

  #end(tag: string): void {
    this.#counts.delete(tag)
    this.#options.onUnused(tag)
  }
}
