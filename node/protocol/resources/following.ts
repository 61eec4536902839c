import type { DhtItem } from '../dht-item.ts'
import { resourceNumber } from '../dht-item.ts'
import { parseUsername, type Username } from '../username.ts'

/** One page of a public following list: "pages from N=1; an empty list terminates" (§3.8). */
export interface Following {
  readonly page: number
  /** Each once, in the list's order; what is not a username is left out. */
  readonly usernames: readonly Username[]
}

/** The writer puts at most 200 names on a page; what bounds a reader is the size of a value. */
export function parseFollowing(item: DhtItem): Following | undefined {
  const page = resourceNumber(item.resource.r, 'following')
  if (page === undefined || item.resource.t !== 's' || item.v.kind !== 'list') return undefined
  const names = item.v.items.flatMap((name) => (name.kind === 'string' ? (parseUsername(name.bytes) ?? []) : []))
  return { page, usernames: [...new Set(names)] }
}
