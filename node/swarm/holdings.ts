import { bytesToHex, utf8Encode } from '../protocol/bytes.ts'
import { sha256 } from '../protocol/hash.ts'
import type { NameRecord, NameView } from '../protocol/name-view.ts'
import type { Verdict } from '../protocol/verdict.ts'
import type { Posts } from '../store/posts.ts'
import type { NumberWindow } from './number-window.ts'
import type { TickBudget } from './tick-budget.ts'

interface HoldingsOptions {
  numbers: NumberWindow
  posts: Pick<Posts, 'heldNumbers' | 'postVersions' | 'judgedUnder' | 'setJudgedUnder'>
  nameView: NameView
  judge: (k: number, piece: Uint8Array) => Verdict
  /** What was refused under the registrations before may be good now. */
  onMoved: () => void
  /** Numbers are free for other posts. */
  onLost: () => void
}

/**
 * Keeps the set of held numbers to those whose post the chain accepts. A reorganisation can move or take away a
 * registration, and with it the posts signed before; the author may then write their numbers anew. Under which
 * registrations the posts were judged is kept on disk: a move while the node was down is seen at its start.
 */
export class Holdings {
  readonly #options: HoldingsOptions
  /** What the posts were judged under last, or are being judged under. */
  #registrations = ''
  #records: readonly NameRecord[] | undefined
  /** Numbers to be judged again; undefined: none. */
  #left: number[] | undefined
  #isSaved: boolean

  constructor(options: HoldingsOptions) {
    const { numbers, posts } = options
    this.#options = options
    this.#registrations = this.#readRegistrations()
    const heldNumbers = posts.heldNumbers(numbers.username)
    for (const k of heldNumbers) numbers.held.add(k)
    this.#isSaved = heldNumbers.length > 0 && posts.judgedUnder(numbers.username) === this.#registrations
    if (!this.#isSaved && heldNumbers.length > 0 && this.#registrations !== '') this.#left = heldNumbers
  }

  tick(budget: TickBudget): void {
    const { numbers, posts, onMoved } = this.#options
    const registrations = this.#readRegistrations()
    if (registrations !== this.#registrations) {
      this.#registrations = registrations
      this.#isSaved = false
      // Between two blocks of a reorganisation a name may be nobody's: that says nothing about its posts.
      this.#left = registrations === '' ? undefined : posts.heldNumbers(numbers.username)
      if (registrations !== '') onMoved()
    }
    if (this.#left !== undefined) this.#judgeSome(this.#left, budget)
  }

  /** Notes on disk under what the posts were judged, if that is not there yet. */
  save(): void {
    if (this.#isSaved || this.#left !== undefined || this.#registrations === '') return
    const { numbers, posts } = this.#options
    posts.setJudgedUnder(numbers.username, this.#registrations)
    this.#isSaved = true
  }

  #judgeSome(left: number[], budget: TickBudget): void {
    const { numbers, onLost } = this.#options
    let lost = 0
    const now = left.splice(0, budget.judgements)
    budget.judgements -= now.length
    for (const k of now) {
      if (this.#isGood(k)) numbers.held.add(k)
      else if (numbers.held.delete(k)) lost++
    }
    if (lost > 0) onLost()
    if (left.length > 0) return
    this.#left = undefined
    this.save()
  }

  #isGood(k: number): boolean {
    const { numbers, posts, judge } = this.#options
    return posts.postVersions(numbers.username, k).some(({ piece }) => {
      const verdict = judge(k, piece)
      // A new key lowers the limit on numbers, but not for what was written before (spec 8.2 #15).
      return verdict.kind === 'accept' || verdict.code === 'too-many-posts'
    })
  }

  /** Empty for a name that nobody has registered. */
  #readRegistrations(): string {
    const { numbers, nameView } = this.#options
    const records = nameView.history(numbers.username)
    // Nothing has moved while it is the same list.
    if (records === this.#records) return this.#registrations
    this.#records = records
    if (records.length === 0) return ''
    const text = records.map(({ height, txid }) => `${height} ${bytesToHex(txid)}`).join()
    return bytesToHex(sha256(utf8Encode(text)).subarray(0, 16))
  }
}
