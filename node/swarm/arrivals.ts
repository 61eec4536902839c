import { bytesEqual } from '../protocol/bytes.ts'
import type { NameView } from '../protocol/name-view.ts'
import { checkUserpost, checkUserpostSignatures } from '../protocol/rules/check-userpost.ts'
import { isCommentOf, isRefusal, parseSignedUserpost, readPiece, type SignedUserpost } from '../protocol/userpost.ts'
import { accept, ignore, type Verdict } from '../protocol/verdict.ts'
import type { Posts } from '../store/posts.ts'
import type { Source } from '../store/provenance.ts'
import type { EarlyPieces } from './early-pieces.ts'
import { MAX_RIVALS_PER_USER } from './limits.ts'
import type { NumberWindow } from './number-window.ts'

interface ArrivalsOptions {
  numbers: NumberWindow
  posts: Posts
  nameView: NameView
  early: EarlyPieces
  /** A valid post that is new: it goes to the store. */
  onNew: (post: SignedUserpost, source: Source) => void
  /** A valid post with other bytes than the one that is held: it goes to the store too. */
  onRival: (post: SignedUserpost, source: Source) => void
}

/** Judges pieces, wherever they come from, and keeps what is valid. */
export class Arrivals {
  readonly #options: ArrivalsOptions
  /** Numbers under which more than one post is kept. */
  #rivals: Set<number> | undefined
  /** Verified, and on their way to the store. */
  #unstored: Map<number, Uint8Array> | undefined

  constructor(options: ArrivalsOptions) {
    this.#options = options
    const rivals = options.posts.rivalNumbers(options.numbers.username)
    if (rivals.length > 0) this.#rivals = new Set(rivals)
  }

  get rivals(): number {
    return this.#rivals?.size ?? 0
  }

  /** The piece is on disk. */
  stored(k: number): void {
    this.#unstored?.delete(k)
    if (this.#unstored?.size === 0) this.#unstored = undefined
    this.#options.early.drop(k)
  }

  judge(k: number, piece: Uint8Array): Verdict {
    const reading = readPiece(piece)
    return isRefusal(reading) ? reading : this.#check(reading, k)
  }

  /** 'held': these bytes are there; also when they are one more rival than is kept. */
  take(k: number, piece: Uint8Array, source: Source): Verdict {
    const { numbers, early, onNew, onRival } = this.#options
    const { held } = numbers
    const versions = held.has(k) ? this.#versions(k) : []
    if (versions.some((version) => bytesEqual(version, piece))) return ignore('held')
    const reading = readPiece(piece)
    if (isRefusal(reading)) return reading
    const verdict = this.#check(reading, k)
    if (verdict.kind === 'ignore' && this.#isSigned(reading, k)) early.keep(k, piece)
    if (verdict.kind !== 'accept') return verdict
    if (!held.has(k)) {
      this.#unstored ??= new Map()
      this.#unstored.set(k, piece)
      onNew(reading, source)
    } else if (this.#isRival(reading, versions)) {
      this.#rivals ??= new Set()
      this.#rivals.add(k)
      onRival(reading, source)
    } else return ignore('held')
    return accept
  }

  #check(post: SignedUserpost, k: number): Verdict {
    const { numbers, nameView } = this.#options
    return checkUserpost(post, { username: numbers.username, k }, nameView)
  }

  /** Only the author can make us keep what may not be judged yet. */
  #isSigned(post: SignedUserpost, k: number): boolean {
    const { n, k: number } = post.userpost
    const isExpected = n === this.#options.numbers.username && number === k
    return isExpected && checkUserpostSignatures(post, this.#options.nameView).kind === 'accept'
  }

  #versions(k: number): Uint8Array[] {
    const unstored = this.#unstored?.get(k)
    const { posts, numbers } = this.#options
    const stored = posts.postVersions(numbers.username, k).map(({ piece }) => piece)
    return unstored === undefined ? stored : [...stored, unstored]
  }

  #isRival(post: SignedUserpost, versions: readonly Uint8Array[]): boolean {
    const { k } = post.userpost
    if (this.rivals >= MAX_RIVALS_PER_USER && !this.#rivals?.has(k)) return false
    // The same post in other bytes (its signature can be written in two ways) is none, and neither is a retwist's comment
    // taken out of it.
    return !versions.some((version) => {
      const held = parseSignedUserpost(version)
      return held !== undefined && (bytesEqual(held.raw, post.raw) || isCommentOf(post, held))
    })
  }
}
