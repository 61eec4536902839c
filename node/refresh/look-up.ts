import type { Dht } from '../dht/dht.ts'
import type { DhtItem } from '../protocol/dht-item.ts'
import type { Resource } from '../protocol/dht-target.ts'
import { embeddedUserpost } from '../protocol/resources/embedded-userpost.ts'
import { parseFollowing } from '../protocol/resources/following.ts'
import type { Username } from '../protocol/username.ts'
import { type Errand, resourceOf } from './errand.ts'
import { MAX_FOLLOWING_PAGES } from './limits.ts'
import type { Outcome } from './schedule.ts'

export interface LookUpParts {
  dht: Pick<Dht, 'search' | 'keep'>
  /** A post in a value: the signed piece, as swarms carry it too. */
  onPost: (username: Username, k: number, piece: Uint8Array) => void
  onFollowing: (usernames: readonly Username[]) => void
  /** Resolves when one more look-up may be made; false: none. */
  mayAsk: () => Promise<boolean>
  signal: AbortSignal
}

/** Carries an errand out: asks, keeps what is found and hands it on. The caller has paid for the first look-up. */
export async function lookUp(errand: Errand, parts: LookUpParts): Promise<Outcome> {
  const resource = resourceOf(errand)
  const found = await lookUpOne(resource, parts)
  const [item] = found.items
  if (resource.t === 's') errand.seq = item?.seq ?? errand.seq
  if (errand.kind !== 'following' || item === undefined) return found.outcome
  return following(errand.owner, item, found.outcome, parts)
}

/** "pages from N=1; <= 50 pages, stops at first missing/empty page" (dht-swarm-posts.md 3.8). */
async function following(n: string, first: DhtItem, firstOutcome: Outcome, parts: LookUpParts): Promise<Outcome> {
  let outcome = firstOutcome
  let item: DhtItem | undefined = first
  for (let page = 2; item !== undefined; page++) {
    const usernames: readonly Username[] = parseFollowing(item)?.usernames ?? []
    if (usernames.length === 0) break
    parts.onFollowing(usernames)
    if (page > MAX_FOLLOWING_PAGES || parts.signal.aborted || !(await parts.mayAsk())) break
    const found = await lookUpOne({ n, r: `following${page}`, t: 's' }, parts)
    if (found.outcome === 'new') outcome = 'new'
    item = found.items[0]
  }
  return outcome
}

export async function lookUpOne(
  resource: Resource,
  { dht, onPost, signal }: LookUpParts,
): Promise<{ items: DhtItem[]; outcome: Outcome }> {
  const { items, answers } = await dht.search(resource, { signal })
  if (signal.aborted) return { items: [], outcome: 'failed' }
  let fresh = 0
  for (const item of items) {
    if (dht.keep(item)) fresh++
    const post = embeddedUserpost(item)
    if (post !== undefined) onPost(post.userpost.n, post.userpost.k, post.piece)
  }
  if (items.length === 0) return { items, outcome: answers === 0 ? 'failed' : 'nothing' }
  return { items, outcome: fresh > 0 ? 'new' : 'same' }
}
