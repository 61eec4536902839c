import { MAX_SWARM_PIECES } from '../protocol/limits.ts'
import { type NameView, postNumberLimit } from '../protocol/name-view.ts'
import type { Username } from '../protocol/username.ts'
import { PieceSet } from './piece-set.ts'

/** The post numbers of one user: which are held, which peers have shown, and which are wanted. */
export class NumberWindow {
  readonly username: Username
  /** Stored, or about to be. */
  readonly held = new PieceSet()
  /** All numbers that peers have shown, as far as the chain allows them. */
  readonly seen = new PieceSet()
  readonly #nameView: NameView
  /** Posts to fetch, newest first. */
  readonly #maxHistory: number

  constructor(username: Username, nameView: NameView, maxHistory: number) {
    this.username = username
    this.#nameView = nameView
    this.#maxHistory = maxHistory
  }

  /** "k <= 2·(best − h) + 20" (spec 1.5); -1 while the name is not registered. */
  get limit(): number {
    return Math.min(MAX_SWARM_PIECES - 1, postNumberLimit(this.#nameView, this.username) ?? -1)
  }

  /**
   * Numbers below are not fetched: above it is as much history as is wanted, with what is asked for already. Held posts
   * count, not claims: who claims numbers that nobody has written must not push the others out.
   */
  floor(asked = 0): number {
    if (this.held.size + asked < this.#maxHistory) return 0
    const oldest = this.held.nthHighest(this.#maxHistory - asked)
    return oldest === undefined ? Number.POSITIVE_INFINITY : oldest + 1
  }
}
