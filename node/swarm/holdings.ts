import { bytesToHex } from '../protocol/bytes.ts'
import type { NameView } from '../protocol/name-view.ts'
import type { Username } from '../protocol/username.ts'
import type { Verdict } from '../protocol/verdict.ts'
import type { Posts } from '../store/posts.ts'
import { MAX_JUDGED_PER_TICK } from './limits.ts'
import type { PieceSet } from './piece-set.ts'

interface HoldingsOptions {
  username: Username
  posts: Pick<Posts, 'heldNumbers' | 'postVersions'>
  nameView: NameView
  held: PieceSet
  judge: (k: number, piece: Uint8Array) => Verdict
  /** What was refused under the registrations before may be good now. */
  onMoved: () => void
  /** These numbers are free for other posts. */
  onLost: (numbers: readonly number[]) => void
}

/**
 * Keeps the set of held numbers to those whose post the chain accepts. A reorganisation can move or take away a
 * registration, and with it the posts signed before; the author may then write their numbers anew.
 */
export class Holdings {
  readonly #options: HoldingsOptions
  #registrations: string
  /** Numbers to be judged again. */
  #left: number[] = []

  constructor(options: HoldingsOptions) {
    this.#options = options
    this.#registrations = this.#readRegistrations()
    for (const k of options.posts.heldNumbers(options.username)) options.held.add(k)
  }

  tick(): void {
    const { username, posts, held, onMoved, onLost } = this.#options
    const registrations = this.#readRegistrations()
    if (registrations !== this.#registrations) {
      this.#registrations = registrations
      // Between two blocks of a reorganisation a name may be nobody's: that says nothing about its posts.
      this.#left = registrations === '' ? [] : posts.heldNumbers(username)
      if (registrations !== '') onMoved()
    }
    const lost: number[] = []
    for (const k of this.#left.splice(0, MAX_JUDGED_PER_TICK)) {
      if (this.#isGood(k)) held.add(k)
      else if (held.delete(k)) lost.push(k)
    }
    if (lost.length > 0) onLost(lost)
  }

  #isGood(k: number): boolean {
    const { username, posts, judge } = this.#options
    return posts.postVersions(username, k).some(({ piece }) => {
      const verdict = judge(k, piece)
      // A new key lowers the limit on numbers, but not for what was written before (spec 8.2 #15).
      return verdict.kind === 'accept' || verdict.code === 'too-many-posts'
    })
  }

  #readRegistrations(): string {
    const { username, nameView } = this.#options
    return nameView
      .history(username)
      .map(({ height, txid }) => `${height} ${bytesToHex(txid)}`)
      .join()
  }
}
