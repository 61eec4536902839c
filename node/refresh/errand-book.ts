import { targetHash } from '../protocol/dht-target.ts'
import type { Username } from '../protocol/username.ts'
import type { DhtItems } from '../store/dht-items.ts'
import type { Posts } from '../store/posts.ts'
import type { Refreshes } from '../store/refreshes.ts'
import { type Errand, errandKey, type Kind, resourceOf, USER_KINDS } from './errand.ts'
import { USERS_SWEPT_PER_TICK } from './limits.ts'
import { RecentPosts } from './recent-posts.ts'
import type { Schedule } from './schedule.ts'
import { TagsInUse } from './tags-in-use.ts'

/** Singles that never expire, and whose seq says which is the newest. */
const SEQ_KINDS = ['profile', 'avatar', 'following'] as const
export type SeqKind = (typeof SEQ_KINDS)[number]

interface ErrandBookOptions {
  schedule: Schedule
  posts: Pick<Posts, 'post' | 'highestHeld'>
  refreshes: Refreshes
  dhtItems: Pick<DhtItems, 'itemsOf'>
  tipHeight: () => number
  /** Unix seconds. */
  now: () => number
}

/** Which errands there are: those of each followed user, of his recent posts, and of the tags in them; kept on disk. */
export class ErrandBook {
  readonly #options: ErrandBookOptions
  readonly #recent: RecentPosts
  readonly #tags: TagsInUse
  readonly #followed = new Set<Username>()
  /** Whose recent posts are looked at next, over and over. */
  #toSweep: Username[] = []
  /** Changed since they were last written: undefined means gone. */
  readonly #unsaved = new Map<string, Errand | undefined>()

  constructor(options: ErrandBookOptions) {
    const { posts, tipHeight } = options
    this.#options = options
    this.#recent = new RecentPosts({ posts, tipHeight, userCount: () => this.#followed.size })
    this.#tags = new TagsInUse({
      onUsed: (tag) => this.#add('hashtag', tag),
      onUnused: (tag) => this.#remove('hashtag', tag),
    })
  }

  isFollowed(username: Username): boolean {
    return this.#followed.has(username)
  }

  follow(username: Username): void {
    if (this.#followed.has(username)) return
    this.#followed.add(username)
    this.#toSweep.push(username)
    for (const kind of USER_KINDS) this.#add(kind, username)
  }

  unfollow(username: Username): void {
    if (!this.#followed.delete(username)) return
    for (const kind of USER_KINDS) this.#remove(kind, username)
    this.#change(username, () => this.#recent.remove(username))
  }

  stored(username: Username, k: number, piece: Uint8Array): void {
    if (this.#followed.has(username)) this.#change(username, () => void this.#recent.add(username, k, piece))
  }

  /** Some users' recent posts: read from the disk, or forgotten when the DHT does. */
  sweep(): void {
    for (let swept = 0; swept < USERS_SWEPT_PER_TICK; swept++) {
      const username = this.#toSweep.pop()
      if (username === undefined) break
      if (!this.#followed.has(username)) continue
      this.#change(username, () => this.#recent.sweep(username))
      for (const kind of SEQ_KINDS) this.#readSeq(kind, username)
    }
    if (this.#toSweep.length === 0) this.#toSweep = [...this.#followed].reverse()
  }

  /** It was carried out. */
  done(errand: Errand): void {
    const { kind, owner, k } = errand
    // Whoever was unfollowed meanwhile has none.
    if (this.#options.schedule.get(kind, owner, k) === errand) this.#unsaved.set(errandKey(errand), errand)
  }

  save(): void {
    const changed = [...this.#unsaved]
    this.#unsaved.clear()
    if (changed.length > 0) this.#options.refreshes.putRefreshes(changed)
  }

  /** What is held, wherever it came from. */
  #readSeq(kind: SeqKind, username: Username): void {
    const errand = this.#options.schedule.get(kind, username)
    if (errand === undefined) return
    const [held] = this.#options.dhtItems.itemsOf(targetHash(resourceOf(errand)))
    errand.seq = held?.seq ?? -1
  }

  /** Brings the errands in line with what is recent after a change. */
  #change(username: Username, change: () => void): void {
    const before = this.#recent.of(username)
    change()
    const after = this.#recent.of(username)
    if (after === before) return
    const isIn = (posts: typeof before, k: number) => posts.some((post) => post.k === k)
    // New ones first: a tag that goes with one post and comes with another stays.
    for (const { k, isPublic, tags } of after) {
      if (isIn(before, k)) continue
      for (const tag of tags) this.#tags.use(tag)
      if (isPublic) for (const kind of ['replies', 'rts'] as const) this.#add(kind, username, k)
    }
    for (const { k, tags } of before) {
      if (isIn(after, k)) continue
      for (const tag of tags) this.#tags.release(tag)
      for (const kind of ['replies', 'rts'] as const) this.#remove(kind, username, k)
    }
  }

  #add(kind: Kind, n: string, k?: number): void {
    const { schedule, refreshes, now } = this.#options
    const key = errandKey({ kind, owner: n, k })
    schedule.add(kind, n, k, now(), refreshes.refresh(key))
    this.#unsaved.delete(key)
  }

  #remove(kind: Kind, n: string, k?: number): void {
    if (this.#options.schedule.remove(kind, n, k)) this.#unsaved.set(errandKey({ kind, owner: n, k }), undefined)
  }
}
