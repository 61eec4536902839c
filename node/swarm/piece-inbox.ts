import type { Clock } from '../protocol/clock.ts'
import type { NameView } from '../protocol/name-view.ts'
import type { Posts } from '../store/posts.ts'
import type { Source } from '../store/provenance.ts'
import { MAX_UNSTORED_PIECES } from './limits.ts'
import type { Swarm } from './swarm.ts'

interface Entry {
  readonly swarm: Swarm
  readonly k: number
  readonly piece: Uint8Array
  readonly source: Source
}

interface PieceInboxOptions {
  posts: Posts
  /** One transaction, on disk on return. */
  write: <T>(change: () => T) => T
  nameView: NameView
  clock: Clock
  /** Resolves when more may be asked for. */
  ready: () => Promise<void>
  onStored: (swarm: Swarm, k: number, piece: Uint8Array) => void
  onReady: () => void
}

/**
 * Verified pieces on their way to the disk: what one turn of the event loop brought goes there in one transaction,
 * together with its outbox entries. Others hear of it before, the queue only then.
 */
export class PieceInbox {
  readonly #options: PieceInboxOptions
  #entries: Entry[] = []
  #flushTimer: NodeJS.Immediate | undefined
  #isWaiting = false
  #hasHeldBack = false
  #isClosed = false

  constructor(options: PieceInboxOptions) {
    this.#options = options
  }

  /** Nothing more should be asked for; whoever hears that is told when it is over. */
  get isHeld(): boolean {
    const isHeld = this.#isWaiting || this.#entries.length >= MAX_UNSTORED_PIECES
    this.#hasHeldBack ||= isHeld
    return isHeld
  }

  add(swarm: Swarm, k: number, piece: Uint8Array, source: Source): void {
    this.#entries.push({ swarm, k, piece, source })
    this.#flushTimer ??= setImmediate(() => this.flush())
  }

  flush(): void {
    clearImmediate(this.#flushTimer)
    this.#flushTimer = undefined
    const entries = this.#entries
    this.#entries = []
    if (entries.length === 0) return
    const { posts, write, nameView, clock, onStored } = this.#options
    const firstSeen = clock.now()
    const stored = write(() =>
      entries.filter(({ swarm, k, piece, source }) => {
        swarm.storing()
        return posts.putPost(swarm.username, k, piece, { source, firstSeen, tipHeight: nameView.tipHeight }) !== 'held'
      }),
    )
    for (const { swarm, k } of entries) swarm.stored(k)
    for (const { swarm, k, piece } of stored) onStored(swarm, k, piece)
    this.#wait()
  }

  /** What is verified is still stored. */
  close(): void {
    this.flush()
    this.#isClosed = true
  }

  #wait(): void {
    if (this.#isWaiting) return
    this.#isWaiting = true
    void this.#options.ready().then(() => {
      this.#isWaiting = false
      if (this.#isClosed || !this.#hasHeldBack) return
      this.#hasHeldBack = false
      this.#options.onReady()
    })
  }
}
