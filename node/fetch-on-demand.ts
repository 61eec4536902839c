import { setMaxListeners } from 'node:events'
import type { Dht } from './dht/dht.ts'
import { type FetchUserParts, type Found, fetchUser } from './fetch-user.ts'
import {
  FETCH_AGAIN_S,
  FETCH_TOLD_MS,
  FETCH_TOTAL_MS,
  FETCHES_AT_ONCE,
  MAX_FETCHES_REMEMBERED,
  MAX_WAITING_FETCHES,
  MAX_WAITING_VISITORS,
} from './limits.ts'
import type { Log } from './log.ts'
import type { FetchRow } from './outbox/status.ts'
import type { Clock } from './protocol/clock.ts'
import type { NameView } from './protocol/name-view.ts'
import type { Username } from './protocol/username.ts'

type Asker = 'operator' | 'visitor'

interface FetchOnDemandOptions extends FetchUserParts {
  dht: Pick<Dht, 'get' | 'keep' | 'stats'>
  nameView: NameView
  isFollowed: (username: Username) => boolean
  clock: Clock
  log: Log
  /** Called when a row has changed. */
  onChange: () => void
}

export interface FetchStats {
  running: number
  waiting: number
  done: number
  refused: number
}

/** Fetches users who are not followed, when somebody asks for them. */
export interface FetchOnDemand {
  ask(username: Username, asker: Asker): void
  /** The user is followed from now on: what is under way is left to that. */
  follow(username: Username): void
  unfollow(username: Username): void
  /** What changed of late. */
  rows(): FetchRow[]
  stats(): FetchStats
  close(): Promise<void>
}

const NOTHING: Found = { profile: false, avatar: false, following: 0, posts: 0, knownK: undefined }

export function openFetchOnDemand(options: FetchOnDemandOptions): FetchOnDemand {
  return new FetchQueue(options)
}

class FetchQueue implements FetchOnDemand {
  readonly #options: FetchOnDemandOptions
  readonly #waiting = new Map<Username, Asker>()
  readonly #running = new Map<Username, { abort: AbortController; ended: Promise<void> }>()
  /** The oldest first. */
  readonly #rows = new Map<string, { row: FetchRow; changedAtMs: number }>()
  readonly #counts = { done: 0, refused: 0 }
  #isClosed = false

  constructor(options: FetchOnDemandOptions) {
    this.#options = options
  }

  ask(username: Username, asker: Asker): void {
    if (this.#isClosed || this.#running.has(username)) return
    const last = this.#rows.get(username)
    // Only the order of who waits can still change.
    if (this.#waiting.has(username)) this.#waiting.set(username, asker === 'operator' ? asker : this.#askerOf(username))
    else if (last !== undefined && this.#isRecent(last.row)) this.#change(last.row)
    else this.#enqueue(username, asker)
  }

  follow(username: Username): void {
    this.#waiting.delete(username)
    this.#running.get(username)?.abort.abort()
    // It is joined anew, for good and with all its history.
    if (this.#running.has(username)) this.#options.swarms.unfollow(username)
  }

  unfollow(): void {}

  rows(): FetchRow[] {
    const tellFromMs = performance.now() - FETCH_TOLD_MS
    return [...this.#rows.values()].filter(({ changedAtMs }) => changedAtMs >= tellFromMs).map(({ row }) => row)
  }

  stats(): FetchStats {
    return { running: this.#running.size, waiting: this.#waiting.size, ...this.#counts }
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#waiting.clear()
    for (const { abort } of this.#running.values()) abort.abort()
    await Promise.all(Array.from(this.#running.values(), ({ ended }) => ended))
  }

  #enqueue(username: Username, asker: Asker): void {
    const code = this.#refusal(username, asker)
    if (code !== undefined) {
      this.#counts.refused++
      this.#set(username, 'refused', NOTHING, code)
      return
    }
    this.#waiting.set(username, asker)
    this.#set(username, 'waiting', NOTHING)
    this.#next()
  }

  #refusal(username: Username, asker: Asker): string | undefined {
    const { nameView, isFollowed, dht } = this.#options
    if (nameView.history(username).length === 0) return 'unknown-username'
    if (isFollowed(username)) return 'is-followed'
    if (dht.stats().isPaused) return 'dht-is-paused'
    const visitors = [...this.#waiting.values()].filter((one) => one === 'visitor').length
    if (asker === 'visitor' && visitors >= MAX_WAITING_VISITORS) return 'too-many-waiting'
    return this.#waiting.size >= MAX_WAITING_FETCHES ? 'too-many-waiting' : undefined
  }

  #isRecent({ state, since }: FetchRow): boolean {
    return state === 'done' && this.#options.clock.now() - since < FETCH_AGAIN_S
  }

  #askerOf(username: Username): Asker {
    return this.#waiting.get(username) ?? 'visitor'
  }

  #next(): void {
    while (!this.#isClosed && this.#running.size < FETCHES_AT_ONCE) {
      const waiting = [...this.#waiting]
      const [username] = waiting.find(([, asker]) => asker === 'operator') ?? waiting[0] ?? []
      if (username === undefined) return
      this.#waiting.delete(username)
      const abort = new AbortController()
      // Every question of a fetch listens; how many there are is bounded by fetchUser.
      setMaxListeners(0, abort.signal)
      this.#running.set(username, { abort, ended: this.#run(username, abort) })
    }
  }

  async #run(username: Username, abort: AbortController): Promise<void> {
    const { swarms, isFollowed, log } = this.#options
    this.#set(username, 'running', NOTHING)
    const late = setTimeout(() => abort.abort(), FETCH_TOTAL_MS)
    const onFound = (found: Found) => this.#set(username, 'running', found)
    const found = await fetchUser(username, this.#options, abort.signal, onFound)
    clearTimeout(late)
    this.#running.delete(username)
    if (!isFollowed(username)) swarms.unfollow(username)
    if (this.#isClosed) return
    this.#counts.done++
    this.#set(username, 'done', found)
    log.info({ username, ...found }, 'fetched on demand')
    this.#next()
  }

  #set(username: Username, state: FetchRow['state'], found: Found, code?: string): void {
    const before = this.#rows.get(username)?.row
    const isSame = before?.state === state && state === 'running'
    const since = isSame ? before.since : this.#options.clock.now()
    this.#change({ username, state, since, ...found, code })
  }

  #change(row: FetchRow): void {
    if (this.#isClosed) return
    this.#rows.delete(row.username)
    this.#rows.set(row.username, { row, changedAtMs: performance.now() })
    for (const oldest of this.#rows.keys()) {
      if (this.#rows.size <= MAX_FETCHES_REMEMBERED) break
      this.#rows.delete(oldest)
    }
    this.#options.onChange()
  }
}
