import { setTimeout as delay } from 'node:timers/promises'
import type { Dht } from './dht/dht.ts'
import {
  MAX_EMPTY_ROUNDS,
  MAX_VISITED_POSTS,
  MAX_WALKED_POSTS,
  VISIT_LONELY_LOOPBACK_MS,
  VISIT_LONELY_MS,
  VISIT_LOOK_MS,
  VISIT_MS,
  VISIT_QUIET_MS,
  WALK_AT_ONCE,
} from './limits.ts'
import type { DhtItem } from './protocol/dht-item.ts'
import { parseAvatar } from './protocol/resources/avatar.ts'
import { parseFollowing } from './protocol/resources/following.ts'
import { parsePost } from './protocol/resources/post.ts'
import { parseProfile } from './protocol/resources/profile.ts'
import { parseStatus } from './protocol/resources/status.ts'
import type { Username } from './protocol/username.ts'
import { isRefusal, readPiece, type SignedUserpost } from './protocol/userpost.ts'
import type { Posts } from './store/posts.ts'
import type { Swarms } from './swarm/swarms.ts'

export interface FetchUserParts {
  dht: Pick<Dht, 'get' | 'keep'>
  swarms: Pick<Swarms, 'follow' | 'unfollow' | 'state' | 'addPiece' | 'tellKnown'>
  posts: Pick<Posts, 'post' | 'heldNumbers'>
  /** Quicker to say that nobody is there. */
  isLoopback: boolean
}

/** What was found of a user. */
export interface Found {
  profile: boolean
  avatar: boolean
  /** Users that the first page of the public following list names. */
  following: number
  /** Posts of the user on this node's disk. */
  posts: number
  /** The highest post number that anybody has shown. */
  knownK: number | undefined
}

/**
 * One user's profile, avatar, following list and newest posts, once: from the DHT, and from the swarm, which is joined
 * for that and left by the caller. `onFound` is told of what is there so far; the answer is what was found in the end.
 */
export async function fetchUser(
  username: Username,
  parts: FetchUserParts,
  signal: AbortSignal,
  onFound: (found: Found) => void,
): Promise<Found> {
  const fetching = new UserFetch(username, parts, signal, onFound)
  parts.swarms.follow(username, MAX_VISITED_POSTS)
  await Promise.all([fetching.resources(), fetching.walk(), fetching.visit()])
  return fetching.found
}

class UserFetch {
  readonly #username: Username
  readonly #parts: FetchUserParts
  readonly #signal: AbortSignal
  readonly #onFound: (found: Found) => void
  #of = { profile: false, avatar: false, following: 0 }

  constructor(username: Username, parts: FetchUserParts, signal: AbortSignal, onFound: (found: Found) => void) {
    this.#username = username
    this.#parts = parts
    this.#signal = signal
    this.#onFound = onFound
  }

  get found(): Found {
    const { posts, swarms } = this.#parts
    const held = posts.heldNumbers(this.#username)
    const known = Math.max(held.at(-1) ?? -1, swarms.state(this.#username)?.knownK ?? -1)
    return { ...this.#of, posts: held.length, knownK: known < 0 ? undefined : known }
  }

  async resources(): Promise<void> {
    await Promise.all([
      this.#get('profile').then((item) =>
        this.#note({ profile: item !== undefined && parseProfile(item) !== undefined }),
      ),
      this.#get('avatar').then((item) => this.#note({ avatar: item !== undefined && parseAvatar(item) !== undefined })),
      this.#get('following1').then((item) =>
        this.#note({ following: (item && parseFollowing(item)?.usernames.length) ?? 0 }),
      ),
    ])
  }

  /** "DHT walk: status → post<lastk> → post<lastk> … (if lastk is absent: k−1)" (dht-swarm-posts.md 7.2). */
  async walk(): Promise<void> {
    const status = await this.#get('status')
    const newest = status && parseStatus(status)
    if (newest === undefined) return
    this.#take(newest)
    let next = previousOf(newest)
    let walked = 1
    // lastk is known only when a post is there; the numbers below are asked for meanwhile.
    for (let empty = 0; next >= 0 && walked < MAX_WALKED_POSTS && empty < MAX_EMPTY_ROUNDS; ) {
      const numbers = Array.from({ length: Math.min(WALK_AT_ONCE, next + 1) }, (_, i) => next - i)
      const found = (await Promise.all(numbers.map((k) => this.#post(k)))).filter((post) => post !== undefined)
      if (this.#signal.aborted) return
      walked += found.length
      empty = found.length === 0 ? empty + 1 : 0
      next = Math.min(next - numbers.length, ...found.map(previousOf))
      this.#note({})
    }
  }

  /** Waits while the swarm, if there is one, brings its newest posts: private ones and favourites are only there. */
  async visit(): Promise<void> {
    const { swarms, isLoopback } = this.#parts
    const lonelyMs = isLoopback ? VISIT_LONELY_LOOPBACK_MS : VISIT_LONELY_MS
    const startMs = performance.now()
    let held = -1
    for (let quietMs = startMs; ; await pause(VISIT_LOOK_MS, this.#signal)) {
      const state = swarms.state(this.#username)
      const nowMs = performance.now()
      if (this.#signal.aborted || state === undefined || nowMs - startMs > VISIT_MS) return
      if (state.held !== held) quietMs = nowMs
      held = state.held
      if (state.peers === 0 ? nowMs - startMs > lonelyMs : nowMs - quietMs > VISIT_QUIET_MS) return
    }
  }

  async #post(k: number): Promise<SignedUserpost | undefined> {
    const piece = this.#parts.posts.post(this.#username, k)
    if (piece !== undefined) {
      const held = readPiece(piece)
      return isRefusal(held) ? undefined : held
    }
    const item = await this.#get(`post${k}`)
    const post = item && parsePost(item)
    if (post !== undefined) this.#take(post)
    return post
  }

  #take({ userpost, piece }: SignedUserpost): void {
    const { swarms } = this.#parts
    swarms.tellKnown(this.#username, userpost.k)
    swarms.addPiece(this.#username, userpost.k, piece, 'dht')
  }

  async #get(r: string): Promise<DhtItem | undefined> {
    if (this.#signal.aborted) return undefined
    const { dht } = this.#parts
    const [item] = await dht.get({ n: this.#username, r, t: 's' }, { signal: this.#signal })
    if (item === undefined || this.#signal.aborted) return undefined
    dht.keep(item)
    return item
  }

  #note(of: Partial<Pick<Found, 'profile' | 'avatar' | 'following'>>): void {
    this.#of = { ...this.#of, ...of }
    this.#onFound(this.found)
  }
}

function previousOf({ userpost: { k, lastk } }: SignedUserpost): number {
  return lastk !== undefined && lastk < k ? lastk : k - 1
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => undefined)
}
