import { MAX_FOLLOWED, MAX_UNFOLLOWED, REGISTERED_LOOK_MS } from './limits.ts'
import type { Clock } from './protocol/clock.ts'
import type { NameView } from './protocol/name-view.ts'
import type { Username } from './protocol/username.ts'
import type { Follow, FollowOrigin, Follows } from './store/follows.ts'
import type { Store } from './store/store.ts'

/** Somebody who does something for each followed user: the swarms, the fetching of DHT resources. */
interface Fetching {
  follow(username: Username): void
  unfollow(username: Username): void
}

interface FollowingOptions {
  store: Pick<Store, 'follows' | 'write'>
  nameView: NameView
  clock: Clock
  /** How many users the crawl may have added at a time. */
  crawlLimit: number
}

export interface Following {
  /** Goes on with the users of the store, brought in line with the setting and the crawl's bound. */
  start(setting: readonly Username[], fetching: readonly Fetching[]): void
  /** 'full': there is no room for another one. */
  follow(usernames: readonly Username[]): { followed: Username[]; full: Username[] }
  /** What is stored stays; the user is not crawled to again. */
  unfollow(usernames: readonly Username[]): void
  isFollowed(username: Username): boolean
  list(): Follow[]
  /** Followed users by reason. */
  counts(): Readonly<Record<FollowOrigin, number>>
  crawl: { room(): number; follow(username: Username): void }
  close(): Promise<void>
}

const STRENGTH: Readonly<Record<FollowOrigin, number>> = { crawl: 0, setting: 1, operator: 2 }

/** Who is followed and why. Nothing is fetched before `start`, nor of a user before the chain holds the name. */
export function openFollowing({ store, nameView, clock, crawlLimit }: FollowingOptions): Following {
  const { follows } = store
  const followed = new Map<Username, Follow>()
  const counts = { operator: 0, setting: 0, crawl: 0 }
  let setting: ReadonlySet<Username> = new Set()
  let fetching: readonly Fetching[] = []
  /** Nobody can have anything of a name that the chain does not hold. */
  const unregistered = new Set<Username>()
  let lookedAt = -1
  const looking = setInterval(look, REGISTERED_LOOK_MS)

  function start(names: readonly Username[], parts: readonly Fetching[]): void {
    setting = new Set(names)
    fetching = parts
    store.write(() => {
      for (const follow of keptFollows(follows, setting, crawlLimit)) count(follow)
      for (const { username } of follows.follows()) if (!followed.has(username)) follows.removeFollow(username)
      for (const username of setting) if (isNewWord(username)) put(username, 'setting')
      for (const unfollow of follows.unfollows()) {
        if (!setting.has(unfollow.username)) follows.putUnfollow({ ...unfollow, isInSetting: false })
      }
    })
    for (const username of followed.keys()) begin(username)
  }

  function begin(username: Username): void {
    if (nameView.history(username).length === 0) unregistered.add(username)
    else for (const part of fetching) part.follow(username)
  }

  function look(): void {
    if (nameView.tipHeight === lookedAt) return
    lookedAt = nameView.tipHeight
    for (const username of [...unregistered]) {
      unregistered.delete(username)
      begin(username)
    }
  }

  /** The newest word counts: a setting that was there when the user was unfollowed says nothing new. */
  function isNewWord(username: Username): boolean {
    return follows.unfollow(username)?.isInSetting !== true
  }

  /** False when there is no room. */
  function put(username: Username, origin: FollowOrigin): boolean {
    const before = followed.get(username)
    if (before !== undefined && STRENGTH[before.origin] >= STRENGTH[origin]) return true
    if (before === undefined && followed.size >= MAX_FOLLOWED) return false
    const follow: Follow = { username, since: before?.since ?? clock.now(), origin }
    discount(username)
    count(follow)
    follows.putFollow(follow)
    follows.removeUnfollow(username)
    return true
  }

  function follow(usernames: readonly Username[]): { followed: Username[]; full: Username[] } {
    return add(usernames, 'operator')
  }

  function add(usernames: readonly Username[], origin: FollowOrigin): { followed: Username[]; full: Username[] } {
    const isNew = (username: Username) => !followed.has(username)
    const fresh = [...new Set(usernames)].filter(isNew)
    store.write(() => {
      for (const username of usernames) put(username, origin)
    })
    const begun = fresh.filter((username) => followed.has(username))
    for (const username of begun) begin(username)
    return { followed: begun, full: fresh.filter(isNew) }
  }

  function unfollow(usernames: readonly Username[]): void {
    store.write(() => {
      for (const username of usernames) {
        discount(username)
        follows.removeFollow(username)
        follows.putUnfollow({ username, at: clock.now(), isInSetting: setting.has(username) })
      }
      forgetOldest(follows)
    })
    for (const username of usernames) {
      unregistered.delete(username)
      for (const part of fetching) part.unfollow(username)
    }
  }

  function count(follow: Follow): void {
    followed.set(follow.username, follow)
    counts[follow.origin]++
  }

  function discount(username: Username): void {
    const follow = followed.get(username)
    if (follow === undefined) return
    followed.delete(username)
    counts[follow.origin]--
  }

  function crawlTo(username: Username): void {
    if (counts.crawl < crawlLimit && follows.unfollow(username) === undefined) add([username], 'crawl')
  }

  return {
    start,
    follow,
    unfollow,
    isFollowed: (username) => followed.has(username),
    list: () => [...followed.values()],
    counts: () => ({ ...counts }),
    crawl: { room: () => crawlLimit - counts.crawl, follow: crawlTo },
    close: async () => clearInterval(looking),
  }
}

/** What the setting does not name any more goes, and what the crawl found last, when its bound was lowered. */
function keptFollows(follows: Follows, setting: ReadonlySet<Username>, crawlLimit: number): Follow[] {
  const stored = follows.follows().filter(({ origin, username }) => origin !== 'setting' || setting.has(username))
  const byAge = stored.sort((a, b) => a.since - b.since)
  const crawled = byAge.filter(({ origin }) => origin === 'crawl').slice(crawlLimit)
  const dropped = new Set(crawled.filter(({ username }) => !setting.has(username)))
  return byAge.filter((follow) => !dropped.has(follow))
}

function forgetOldest(follows: Follows): void {
  const unfollows = follows.unfollows().sort((a, b) => a.at - b.at)
  for (const { username } of unfollows.slice(0, Math.max(0, unfollows.length - MAX_UNFOLLOWED))) {
    follows.removeUnfollow(username)
  }
}
