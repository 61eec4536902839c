import { type DhtItem, resourceNumber } from '../dht-item.ts'
import type { SignedUserpost } from '../userpost.ts'
import { embeddedUserpost } from './embedded-userpost.ts'

/** `rts<k>`: a post that retwists post k of `n`; one that retwists another is refused. */
export function parseRts(item: DhtItem): SignedUserpost | undefined {
  const k = resourceNumber(item.resource.r, 'rts')
  if (k === undefined || item.resource.t !== 'm') return undefined
  const post = embeddedUserpost(item)
  const inner = post?.userpost.rt?.userpost
  return inner?.n === item.resource.n && inner.k === k ? post : undefined
}
