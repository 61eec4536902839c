import { setMaxListeners } from 'node:events'
import type { Dht } from '../dht/dht.ts'
import type { Clock } from '../protocol/clock.ts'
import { dhtItemExpiryHeight } from '../protocol/dht-item.ts'
import type { Resource } from '../protocol/dht-target.ts'
import type { NameView } from '../protocol/name-view.ts'
import { parsePost } from '../protocol/resources/post.ts'
import type { Username } from '../protocol/username.ts'
import { isRefusal, readPiece } from '../protocol/userpost.ts'
import type { DhtItems } from '../store/dht-items.ts'
import type { Posts } from '../store/posts.ts'
import type { Refreshes } from '../store/refreshes.ts'
import { Budget } from './budget.ts'
import { type Errand, KINDS, type Kind } from './errand.ts'
import { ErrandBook, type SeqKind } from './errand-book.ts'
import { CLOCK_SET_BACK_S, LOOKUPS_AT_ONCE, MANY_CONTACTS, SAVE_MS, TICK_MS } from './limits.ts'
import { type LookUpParts, lookUp, lookUpOne } from './look-up.ts'
import { type LaneCounts, type Outcome, Schedule } from './schedule.ts'

interface RefreshOptions {
  dht: Pick<Dht, 'search' | 'keep' | 'stats' | 'onFilled'>
  nameView: NameView
  posts: Pick<Posts, 'post' | 'highestHeld' | 'nextHeld'>
  refreshes: Refreshes
  dhtItems: Pick<DhtItems, 'itemsOf'>
  clock: Clock
  /** Quicker, as nobody else is bothered. */
  isLoopback: boolean
  /** From 0 to 1. */
  random?: () => number
  /** A post that was found: the signed piece, as swarms carry it too. */
  onPost: (username: Username, k: number, piece: Uint8Array) => void
  /** Follows users found in the following lists of followed ones, as long as there is room. */
  crawl?: { room: () => number; follow: (username: Username) => void }
}

export interface KindStats extends LaneCounts {
  /** Look-ups that ended, those of them that found something, and those that nobody answered. */
  done: number
  found: number
  failed: number
}

export interface RefreshStats {
  /** Look-ups that may be made: in a minute, and at once. */
  perMinute: number
  atOnce: number
  running: number
  /** `post`: posts that are missing, looked for when a swarm asks. */
  kinds: Readonly<Record<Kind | 'post', KindStats>>
}

/** Looks up in the DHT, politely, what followed users publish there and what others say to them. */
export interface Refresh {
  follow(username: Username): void
  unfollow(username: Username): void
  /** A post of a followed user is on disk. */
  stored(username: Username, k: number, piece: Uint8Array): void
  /** A post that is missing, within the same budget. */
  post(username: Username, k: number): Promise<Uint8Array | undefined>
  /** The seq of what is held of it, -1 for nothing; undefined until it was looked at. */
  seqOf(kind: SeqKind, username: Username): number | undefined
  stats(): RefreshStats
  close(): Promise<void>
}

export function openRefresh(options: RefreshOptions): Refresh {
  return new RefreshLoop(options)
}

class RefreshLoop implements Refresh {
  readonly #options: RefreshOptions
  readonly #schedule: Schedule
  readonly #budget: Budget
  readonly #book: ErrandBook
  readonly #parts: LookUpParts
  readonly #counts = new Map<Kind | 'post', { done: number; found: number; failed: number }>()
  readonly #abort = new AbortController()
  readonly #timer: NodeJS.Timeout
  readonly #saveTimer: NodeJS.Timeout
  readonly #stopListening: () => void
  #running = 0
  #postsRunning = 0
  #tickedAt = 0
  /** How many nodes were known when those that were found nowhere were asked for last. */
  #contacts = 0

  constructor(options: RefreshOptions) {
    const { nameView, isLoopback, random = Math.random, dht, onPost } = options
    this.#options = options
    this.#schedule = new Schedule({ isLoopback, random })
    this.#budget = new Budget(isLoopback)
    const [tipHeight, now] = [() => nameView.tipHeight, () => this.#now()]
    this.#book = new ErrandBook({ ...options, schedule: this.#schedule, tipHeight, now })
    const { signal } = this.#abort
    // Each look-up under way listens; how many there are is bounded by LOOKUPS_AT_ONCE.
    setMaxListeners(0, signal)
    this.#parts = {
      dht,
      onPost,
      onFollowing: (usernames) => this.#crawl(usernames),
      mayAsk: () => this.#budget.wait(this.#nowMs()),
      signal,
    }
    this.#timer = setInterval(() => this.#tick(), TICK_MS)
    this.#saveTimer = setInterval(() => this.#book.save(), SAVE_MS)
    this.#stopListening = dht.onFilled(() => {
      this.#schedule.hurry(this.#now())
      this.#tick()
    })
  }

  follow(username: Username): void {
    this.#book.follow(username)
    setImmediate(() => this.#start())
  }

  unfollow(username: Username): void {
    this.#book.unfollow(username)
  }

  stored(username: Username, k: number, piece: Uint8Array): void {
    this.#book.stored(username, k, piece)
  }

  async post(username: Username, k: number): Promise<Uint8Array | undefined> {
    const { isPaused, contacts } = this.#options.dht.stats()
    if (isPaused || contacts === 0 || this.#isExpired(username, k)) return undefined
    if (!(await this.#budget.wait(this.#nowMs())) || this.#abort.signal.aborted) return undefined
    this.#postsRunning++
    const { items, outcome } = await lookUpOne({ n: username, r: `post${k}`, t: 's' }, this.#parts)
    this.#postsRunning--
    this.#count('post', outcome)
    const [item] = items
    return item && parsePost(item)?.piece
  }

  seqOf(kind: SeqKind, username: Username): number | undefined {
    return this.#schedule.get(kind, username)?.seq
  }

  stats(): RefreshStats {
    const now = this.#now()
    const none = { done: 0, found: 0, failed: 0 }
    const kindStats = (kind: Kind) =>
      [kind, { ...this.#schedule.counts(kind, now), ...(this.#counts.get(kind) ?? none) }] as const
    const posts = { errands: 0, due: 0, running: this.#postsRunning, next: undefined }
    const kinds = [...KINDS.map(kindStats), ['post', { ...posts, ...(this.#counts.get('post') ?? none) }] as const]
    return {
      perMinute: this.#budget.perMinute,
      atOnce: LOOKUPS_AT_ONCE,
      running: this.#running + this.#postsRunning,
      kinds: Object.fromEntries(kinds) as Record<Kind | 'post', KindStats>,
    }
  }

  async close(): Promise<void> {
    if (this.#abort.signal.aborted) return
    clearInterval(this.#timer)
    clearInterval(this.#saveTimer)
    this.#stopListening()
    this.#abort.abort()
    this.#budget.close()
    this.#book.save()
  }

  #tick(): void {
    const now = this.#now()
    if (now < this.#tickedAt - CLOCK_SET_BACK_S) this.#schedule.restart(now)
    this.#tickedAt = now
    this.#book.sweep()
    this.#budget.serve(this.#nowMs())
    this.#hurry(now)
    this.#start()
  }

  #hurry(now: number): void {
    const { contacts } = this.#options.dht.stats()
    if (this.#contacts === 0 || contacts < 2 * this.#contacts || this.#contacts >= MANY_CONTACTS) return
    this.#contacts = contacts
    this.#schedule.hurry(now)
  }

  /** Begins what is due, as far as the budget goes. */
  #start(): void {
    const { contacts, isPaused } = this.#options.dht.stats()
    if (isPaused || contacts === 0 || this.#abort.signal.aborted) return
    if (this.#contacts === 0) this.#contacts = contacts
    const now = this.#now()
    while (this.#budget.hasRoom(this.#running, now * 1000)) {
      const errand = this.#schedule.take(now)
      if (errand === undefined) return
      this.#budget.spend(now * 1000)
      void this.#run(errand)
    }
  }

  async #run(errand: Errand): Promise<void> {
    this.#running++
    const outcome = await lookUp(errand, this.#parts)
    this.#running--
    if (this.#abort.signal.aborted) return
    this.#count(errand.kind, outcome)
    this.#schedule.done(errand, outcome, this.#now())
    this.#book.done(errand)
    this.#start()
  }

  #count(kind: Kind | 'post', outcome: Outcome): void {
    const counts = this.#counts.get(kind) ?? { done: 0, found: 0, failed: 0 }
    counts.done++
    if (outcome === 'new' || outcome === 'same') counts.found++
    if (outcome === 'failed') counts.failed++
    this.#counts.set(kind, counts)
  }

  #crawl(usernames: readonly Username[]): void {
    const { crawl, nameView } = this.#options
    for (const username of usernames) {
      if (crawl === undefined || crawl.room() <= 0) return
      if (!this.#book.isFollowed(username) && nameView.history(username).length > 0) crawl.follow(username)
    }
  }

  /** "post<N> expires when best > height + 8640" (dht-swarm-posts.md 3.7), and no post is younger than the one after it. */
  #isExpired(username: Username, k: number): boolean {
    const { posts, nameView } = this.#options
    const next = posts.nextHeld(username, k)
    const piece = next === undefined ? undefined : posts.post(username, next)
    const post = piece && readPiece(piece)
    if (post === undefined || isRefusal(post)) return false
    const resource: Resource = { n: username, r: `post${k}`, t: 's' }
    return nameView.tipHeight > (dhtItemExpiryHeight(resource, post.userpost.height) ?? Number.POSITIVE_INFINITY)
  }

  #now(): number {
    return this.#options.clock.now()
  }

  #nowMs(): number {
    return this.#now() * 1000
  }
}
