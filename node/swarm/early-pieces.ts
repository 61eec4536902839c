import type { Username } from '../protocol/username.ts'
import type { Posts } from '../store/posts.ts'
import { MAX_EARLY_PIECES } from './limits.ts'

/**
 * Pieces that their author has signed, but whose height or number our chain does not admit yet: kept on disk, and judged
 * again whenever the tip moves and after a restart.
 */
export class EarlyPieces {
  readonly #username: Username
  readonly #posts: Pick<Posts, 'putEarly' | 'earlyPieces' | 'removeEarly'>
  #pieces: Map<number, Uint8Array> | undefined
  #judgedAtHeight: number | undefined

  constructor(username: Username, posts: Pick<Posts, 'putEarly' | 'earlyPieces' | 'removeEarly'>) {
    this.#username = username
    this.#posts = posts
    const stored = posts.earlyPieces(username)
    if (stored.length > 0) this.#pieces = new Map(stored.map(({ k, piece }) => [k, piece]))
  }

  get size(): number {
    return this.#pieces?.size ?? 0
  }

  has(k: number): boolean {
    return this.#pieces?.has(k) === true
  }

  keep(k: number, piece: Uint8Array): void {
    this.#pieces ??= new Map()
    if (this.#pieces.has(k) || this.#pieces.size >= MAX_EARLY_PIECES) return
    this.#pieces.set(k, piece)
    this.#posts.putEarly(this.#username, k, piece)
  }

  /** The post is on disk as what it is, or will never be. */
  drop(k: number): void {
    if (!this.#pieces?.delete(k)) return
    this.#posts.removeEarly(this.#username, k)
    if (this.#pieces.size === 0) this.#pieces = undefined
  }

  /** What there is, if the tip has moved since. */
  due(tipHeight: number): [number, Uint8Array][] {
    if (this.#pieces === undefined || this.#judgedAtHeight === tipHeight) return []
    this.#judgedAtHeight = tipHeight
    return [...this.#pieces]
  }
}
