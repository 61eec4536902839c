import type { Username } from '../protocol/username.ts'
import type { Database } from './database.ts'
import { openJsonTable } from './json-table.ts'

export interface Follow {
  readonly username: Username
  /** Unix seconds. */
  readonly since: number
  /** Why: asked for by the operator, found by the crawl, or fetched for a reader. */
  readonly origin: 'operator' | 'crawl' | 'demand'
}

/** Users whose swarms this node is in. */
export interface Follows {
  follows(): Follow[]
  follow(username: Username): Follow | undefined
  putFollow(follow: Follow): void
  removeFollow(username: Username): void
}

export function openFollows(database: Database): Follows {
  const table = openJsonTable<Follow>(database, 'follows')
  return {
    follows: () => table.all(),
    follow: (username) => table.get(username),
    putFollow: (follow) => table.put(follow.username, follow),
    removeFollow: (username) => table.remove(username),
  }
}
