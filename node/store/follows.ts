import type { Username } from '../protocol/username.ts'
import type { Database } from './database.ts'
import { openJsonTable } from './json-table.ts'

/** Why: told by the operator at run time, named by the setting, or found by the crawl. */
export type FollowOrigin = 'operator' | 'setting' | 'crawl'

export interface Follow {
  readonly username: Username
  /** Unix seconds. */
  readonly since: number
  readonly origin: FollowOrigin
}

/** Told by the operator: this user is neither crawled to nor followed because the setting still names it. */
export interface Unfollow {
  readonly username: Username
  /** Unix seconds. */
  readonly at: number
  /** The setting has named this user ever since: naming it is no newer word than this one. */
  readonly isInSetting: boolean
}

/** Users whose swarms this node is in, and those that it was told to leave. */
export interface Follows {
  follows(): Follow[]
  follow(username: Username): Follow | undefined
  putFollow(follow: Follow): void
  removeFollow(username: Username): void
  unfollows(): Unfollow[]
  unfollow(username: Username): Unfollow | undefined
  putUnfollow(unfollow: Unfollow): void
  removeUnfollow(username: Username): void
}

export function openFollows(database: Database): Follows {
  const follows = openJsonTable<Follow>(database, 'follows')
  const unfollows = openJsonTable<Unfollow>(database, 'unfollows')
  return {
    follows: () => follows.all(),
    follow: (username) => follows.get(username),
    putFollow: (follow) => follows.put(follow.username, follow),
    removeFollow: (username) => follows.remove(username),
    unfollows: () => unfollows.all(),
    unfollow: (username) => unfollows.get(username),
    putUnfollow: (unfollow) => unfollows.put(unfollow.username, unfollow),
    removeUnfollow: (username) => unfollows.remove(username),
  }
}
