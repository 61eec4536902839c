import { setMaxListeners } from 'node:events'
import type { DhtItem } from '../protocol/dht-item.ts'
import type { Resource } from '../protocol/dht-target.ts'
import type { NameView } from '../protocol/name-view.ts'
import { parseFollowing } from '../protocol/resources/following.ts'
import { parseStatus } from '../protocol/resources/status.ts'
import type { Username } from '../protocol/username.ts'
import type { Dht } from './dht.ts'
import {
  MAX_FOLLOWING_PAGES,
  MAX_REFRESHES_AT_ONCE,
  REFRESH_LOOPBACK_MS,
  REFRESH_MS,
  REFRESH_TICK_MS,
  STATUS_LOOPBACK_MS,
  STATUS_MS,
} from './limits.ts'

interface ResourceRefreshOptions {
  dht: Pick<Dht, 'get' | 'keep' | 'stats' | 'onFilled'>
  nameView: NameView
  /** Quicker, as nobody else is bothered. */
  isLoopback: boolean
  /** A user's newest public post: the signed piece, as swarms carry it too. */
  onStatus: (username: Username, k: number, piece: Uint8Array) => void
  /** Follows users found in the following lists of followed ones, as long as there is room. */
  crawl?: { room: () => number; follow: (username: Username) => void }
}

export interface ResourceRefresh {
  follow(username: Username): void
  unfollow(username: Username): void
  /** Fetches all of a user's resources now; resolves when that is done. */
  fetch(username: Username): Promise<void>
  close(): Promise<void>
}

interface Schedule {
  /** Milliseconds at which each is due next. */
  profileAtMs: number
  statusAtMs: number
  isRunning: boolean
}

/** Fetches profile, avatar, status and following list of each followed user: at once, and then every now and then. */
export function openResourceRefresh(options: ResourceRefreshOptions): ResourceRefresh {
  return new RefreshLoop(options)
}

class RefreshLoop implements ResourceRefresh {
  readonly #options: ResourceRefreshOptions
  readonly #schedules = new Map<Username, Schedule>()
  readonly #timer: NodeJS.Timeout
  readonly #stopListening: () => void
  readonly #abort = new AbortController()
  #running = 0

  constructor(options: ResourceRefreshOptions) {
    this.#options = options
    // Each get under way listens; how many there are is bounded by MAX_REFRESHES_AT_ONCE.
    setMaxListeners(0, this.#abort.signal)
    this.#timer = setInterval(() => this.#tick(), REFRESH_TICK_MS)
    // What was asked while nobody could answer is asked again.
    this.#stopListening = options.dht.onFilled(() => {
      for (const schedule of this.#schedules.values()) Object.assign(schedule, { profileAtMs: 0, statusAtMs: 0 })
      this.#tick()
    })
  }

  follow(username: Username): void {
    if (this.#schedules.has(username)) return
    this.#schedules.set(username, { profileAtMs: 0, statusAtMs: 0, isRunning: false })
    setImmediate(() => this.#tick())
  }

  unfollow(username: Username): void {
    this.#schedules.delete(username)
  }

  async fetch(username: Username): Promise<void> {
    await Promise.all([this.#fetchStatus(username), this.#fetchProfile(username)])
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    this.#stopListening()
    this.#schedules.clear()
    this.#abort.abort()
  }

  #tick(): void {
    const { contacts, isPaused } = this.#options.dht.stats()
    if (isPaused || contacts === 0) return
    const nowMs = performance.now()
    for (const [username, schedule] of this.#schedules) {
      if (this.#running >= MAX_REFRESHES_AT_ONCE) return
      const isDue = Math.min(schedule.statusAtMs, schedule.profileAtMs) <= nowMs
      if (isDue && !schedule.isRunning && this.#isRegistered(username)) void this.#run(username, schedule, nowMs)
    }
  }

  async #run(username: Username, schedule: Schedule, nowMs: number): Promise<void> {
    const { isLoopback } = this.#options
    const isProfileDue = schedule.profileAtMs <= nowMs
    schedule.isRunning = true
    schedule.statusAtMs = nowMs + jittered(isLoopback ? STATUS_LOOPBACK_MS : STATUS_MS)
    if (isProfileDue) schedule.profileAtMs = nowMs + jittered(isLoopback ? REFRESH_LOOPBACK_MS : REFRESH_MS)
    this.#running++
    await (isProfileDue ? this.fetch(username) : this.#fetchStatus(username))
    this.#running--
    schedule.isRunning = false
    if (!this.#abort.signal.aborted) this.#tick()
  }

  async #fetchStatus(username: Username): Promise<void> {
    const item = await this.#fetch({ n: username, r: 'status', t: 's' })
    const post = item && parseStatus(item)
    if (post !== undefined) this.#options.onStatus(username, post.userpost.k, post.piece)
  }

  async #fetchProfile(username: Username): Promise<void> {
    await Promise.all([
      this.#fetch({ n: username, r: 'profile', t: 's' }),
      this.#fetch({ n: username, r: 'avatar', t: 's' }),
      this.#fetchFollowing(username),
    ])
  }

  /** "pages from N=1; <= 50 pages, stops at first missing/empty page" (spec 3.8). */
  async #fetchFollowing(username: Username): Promise<void> {
    for (let page = 1; page <= MAX_FOLLOWING_PAGES; page++) {
      const item = await this.#fetch({ n: username, r: `following${page}`, t: 's' })
      const usernames = (item && parseFollowing(item)?.usernames) ?? []
      if (usernames.length === 0) return
      this.#crawl(usernames)
    }
  }

  async #fetch(resource: Resource): Promise<DhtItem | undefined> {
    if (this.#abort.signal.aborted) return undefined
    const { dht } = this.#options
    const [item] = await dht.get(resource, { signal: this.#abort.signal })
    if (item === undefined || this.#abort.signal.aborted) return undefined
    dht.keep(item)
    return item
  }

  #crawl(usernames: readonly Username[]): void {
    const { crawl } = this.#options
    for (const username of usernames) {
      if (crawl === undefined || crawl.room() <= 0) return
      if (!this.#schedules.has(username) && this.#isRegistered(username)) crawl.follow(username)
    }
  }

  #isRegistered(username: Username): boolean {
    return this.#options.nameView.history(username).length > 0
  }
}

function jittered(ms: number): number {
  return ms * (0.8 + Math.random() * 0.4)
}
