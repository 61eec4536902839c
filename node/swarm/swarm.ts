import { encodeBencode, rawBencode } from '../protocol/bencode.ts'
import { swarmInfohash, type Target } from '../protocol/dht-target.ts'
import { MAX_SWARM_PIECES } from '../protocol/limits.ts'
import type { NameView } from '../protocol/name-view.ts'
import type { Username } from '../protocol/username.ts'
import type { InnerUserpost, SignedUserpost } from '../protocol/userpost.ts'
import type { Verdict } from '../protocol/verdict.ts'
import type { Posts } from '../store/posts.ts'
import type { Source } from '../store/provenance.ts'
import { Arrivals } from './arrivals.ts'
import { Company } from './company.ts'
import type { Connection } from './connection.ts'
import { EarlyPieces } from './early-pieces.ts'
import { Gaps } from './gaps.ts'
import { Holdings } from './holdings.ts'
import { ENOUGH_CONNECTIONS, MAX_CONNECTIONS_PER_SWARM, MAX_KNOWN_PEERS } from './limits.ts'
import { NumberWindow } from './number-window.ts'
import { type Endpoint, endpointKey, PeerBook } from './peer-book.ts'
import { prune } from './prune.ts'
import { Seeder } from './seeder.ts'
import { SwarmRecord } from './swarm-record.ts'
import type { TickBudget } from './tick-budget.ts'

/** What all swarms of a node share. */
export interface SwarmContext {
  readonly posts: Posts
  readonly nameView: NameView
  /** Of all users the same; a swarm may fetch less. */
  readonly maxHistory: number
  /** Quicker, as nobody else is bothered. */
  readonly isLoopback: boolean
  /** One transaction, on disk on return. */
  write<T>(change: () => T): T
  /** Unix seconds. */
  now(): number
  /** Requests are on hold: the store or the queue is behind. */
  isHeld(): boolean
  /** Puts a verified piece in line for the store; Swarm.stored follows. */
  accept(swarm: Swarm, k: number, piece: Uint8Array, source: Source): void
  refuse(code: string, piece: Uint8Array, from: Endpoint, score: number): void
  /** Somebody's post was seen inside another one. */
  retwisted(post: InnerUserpost): void
}

export interface SwarmState {
  /** The highest number that anybody has shown. */
  knownK: number | undefined
  /** How many posts are stored. */
  held: number
  /** How many different numbers peers have shown, those held included. */
  seen: number
  /** Of the numbers shown and told, those not held, as far as the history goes. */
  missing: number
  /** Pieces refused for good since the start. */
  invalid: number
  /** Numbers under which more than one valid post is kept. */
  rivals: number
  peers: number
  /** Unix seconds: when somebody was asked for something last. */
  lastAttempt: number | undefined
  lastError: string | undefined
  lastErrorAt: number | undefined
}

/** Of the numbers from `from` to `to` the runs that are held: first and last in turn. */
export interface HeldNumbers {
  readonly from: number
  readonly to: number
  readonly ranges: readonly number[]
}

/** One user's swarm: his posts as we have them, and where others may be who have them too. */
export class Swarm {
  readonly username: Username
  readonly infoHash: Target
  readonly book = new PeerBook()
  readonly record: SwarmRecord
  readonly #context: SwarmContext
  readonly #numbers: NumberWindow
  readonly #holdings: Holdings
  readonly #arrivals: Arrivals
  readonly #early: EarlyPieces
  readonly #gaps = new Gaps()
  #newest: { k: number; atMs: number } | undefined
  /** There while somebody is connected. */
  #company: Company | undefined
  /** Who brought a forgery to this swarm. */
  #forgers: Set<string> | undefined

  constructor(username: Username, context: SwarmContext, maxHistory: number) {
    const { posts, nameView } = context
    this.username = username
    this.infoHash = swarmInfohash(username)
    this.record = new SwarmRecord(context)
    this.#context = context
    this.#numbers = new NumberWindow(username, nameView, maxHistory)
    this.#early = new EarlyPieces(username, posts)
    this.#arrivals = new Arrivals({
      numbers: this.#numbers,
      posts,
      nameView,
      early: this.#early,
      onNew: (post, source) => this.#onNew(post, source),
      onRival: (post, source) => this.#onRival(post, source),
    })
    this.#holdings = new Holdings({
      numbers: this.#numbers,
      posts,
      nameView,
      judge: (k, piece) => this.#arrivals.judge(k, piece),
      onMoved: () => this.#forgive(),
      onLost: () => this.#company?.revise(),
    })
  }

  get connections(): Connection[] {
    return this.#company?.connections ?? []
  }

  get size(): number {
    return this.#company?.size ?? 0
  }

  /** Nothing is expected of the connection. */
  isIdle(connection: Connection): boolean {
    return this.#company?.isIdle(connection) !== false
  }

  /** Who comes in takes no place from those we dial: they may all be of one mind. */
  isFull(isOutgoing: boolean): boolean {
    return this.size >= MAX_CONNECTIONS_PER_SWARM - (isOutgoing ? 0 : ENOUGH_CONNECTIONS)
  }

  get state(): SwarmState {
    const { seen, held } = this.#numbers
    const { lastAttempt, lastError, lastErrorAt, invalid } = this.record
    const knownK = Math.max(this.#gaps.highest, seen.highest, held.highest)
    const floor = this.#numbers.floor()
    return {
      knownK: knownK < 0 ? undefined : knownK,
      held: held.size,
      seen: held.size + seen.countWithout(0, held),
      missing: seen.countWithout(floor, held) + this.#gaps.countWithout(floor, held, seen),
      invalid,
      rivals: this.#arrivals.rivals,
      peers: this.size,
      lastAttempt,
      lastError,
      lastErrorAt,
    }
  }

  /** Which posts are held of the numbers from `from` on, as far as so many runs say it, within the history that is kept. */
  heldNumbers(from: number, runs: number): HeldNumbers {
    const { held } = this.#numbers
    const first = Math.max(from, this.#numbers.floor())
    const ranges = held.ranges(first, runs)
    const isAll = ranges.length < 2 * runs || ranges.at(-1) === held.highest
    return { from: first, to: isAll ? MAX_SWARM_PIECES - 1 : (ranges.at(-1) ?? first), ranges }
  }

  /** What a connection of this swarm talks to. */
  get handler(): Company {
    this.#company ??= this.#newCompany()
    return this.#company
  }

  /** When the newest post came that we have, in milliseconds; of whom we know nothing, any moment. */
  get lastPostAtMs(): number {
    const { held, username } = this.#numbers
    if (held.highest < 0) return Number.POSITIVE_INFINITY
    if (this.#newest?.k !== held.highest) {
      const [first] = this.#context.posts.postVersions(username, held.highest)
      this.#newest = { k: held.highest, atMs: (first?.firstSeen ?? 0) * 1000 }
    }
    return this.#newest.atMs
  }

  /** With nobody else to ask, also somebody banned for what he brought to other swarms is asked. */
  isLastResort(endpoint: Endpoint): boolean {
    return this.size === 0 && this.#forgers?.has(endpointKey(endpoint)) !== true
  }

  /** The author says that he has written post k: in the DHT, or by a later post. */
  told(k: number): void {
    if (k <= this.#numbers.limit) this.#gaps.tell(k)
  }

  /** A post of the user was seen, valid, inside another one. */
  quoted({ userpost: { k }, raw, signature }: InnerUserpost): void {
    if (this.#numbers.held.has(k))
      this.take(k, encodeBencode({ userpost: rawBencode(raw), sig_userpost: signature }), 'swarm')
    else this.told(k)
  }

  /** The newest post that is known to exist and that no peer shows: to be looked for in the DHT. */
  gap(nowMs: number): number | undefined {
    const { held } = this.#numbers
    const isMissing = (k: number) => !held.has(k) && !this.#early.has(k) && this.#company?.isShown(k) !== true
    return this.#gaps.next(nowMs, this.#numbers.floor(), isMissing)
  }

  /** A piece from elsewhere than from a peer of the swarm. */
  take(k: number, piece: Uint8Array, source: Source): Verdict {
    return this.#arrivals.take(k, piece, source)
  }

  /** The piece is on disk. */
  stored(k: number): void {
    this.#arrivals.stored(k)
  }

  /** Asks every peer for what it has and we lack; after a pause of requests. */
  resume(): void {
    this.#company?.resume()
  }

  tick(nowMs: number, budget: TickBudget): void {
    this.#holdings.tick(budget)
    for (const [k, piece] of this.#early.due(this.#context.nameView.tipHeight)) {
      if (this.#arrivals.take(k, piece, 'swarm').kind === 'reject') this.#early.drop(k)
    }
    this.#company?.tick(nowMs)
    if (budget.probes > 0 && this.#company?.probe(nowMs) === true) budget.probes--
    prune(this.#numbers, this.#context)
  }

  /** Part of the transaction that stores the first posts. */
  storing(): void {
    this.#holdings.save()
  }

  close(): void {
    this.#company?.close()
  }

  #newCompany(): Company {
    const { posts, nameView, isLoopback } = this.#context
    const judge = (k: number, piece: Uint8Array) => this.#arrivals.judge(k, piece)
    return new Company({
      infoHash: this.infoHash,
      numbers: this.#numbers,
      seeder: new Seeder({ numbers: this.#numbers, posts, nameView, judge }),
      isLoopback,
      isHeld: () => this.#context.isHeld(),
      isEarly: (k) => this.#early.has(k),
      highestTold: () => this.#gaps.highest,
      take: (k, piece) => this.#arrivals.take(k, piece, 'swarm'),
      onAsked: () => this.record.tried(),
      onJoined: () => this.record.succeeded(),
      onRefused: (code, piece, from, score) => this.#onRefused(code, piece, from, score),
      onPeers: (endpoints) => {
        for (const endpoint of endpoints) this.book.add(endpoint, 'pex')
      },
      onEmpty: () => {
        this.#company?.close()
        this.#company = undefined
      },
    })
  }

  /** Others are told before it is on disk, and get it when it is: a `have` that a crash makes untrue costs them nothing. */
  #onNew({ userpost, piece }: SignedUserpost, source: Source): void {
    const { k, lastk, rt } = userpost
    this.#numbers.held.add(k)
    this.#company?.have(k)
    this.#context.accept(this, k, piece, source)
    if (lastk !== undefined && lastk < k) this.told(lastk)
    if (rt !== undefined) this.#context.retwisted(rt)
  }

  #onRival({ userpost: { k }, piece }: SignedUserpost, source: Source): void {
    this.#company?.isSplit(k)
    this.#context.accept(this, k, piece, source)
  }

  #onRefused(code: string, piece: Uint8Array, from: Endpoint, score: number): void {
    this.record.refused(code)
    this.#forgers ??= new Set()
    if (this.#forgers.size < MAX_KNOWN_PEERS) this.#forgers.add(endpointKey(from))
    this.#context.refuse(code, piece, from, score)
  }

  /** Another key counts: what was a forgery under the one before may be none. */
  #forgive(): void {
    this.#forgers = undefined
    this.book.forgive()
    this.#company?.forgive()
  }
}
