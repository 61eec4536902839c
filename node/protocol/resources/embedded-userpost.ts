import type { DhtItem } from '../dht-item.ts'
import { resourceNumber } from '../dht-item.ts'
import { parseUserpostValue, type SignedUserpost } from '../userpost.ts'

/** Resources whose `v` is a whole post: "post = the dict {userpost, sig_userpost[, sig_wort]}" (§3.8). */
export function carriesUserpost(item: Pick<DhtItem, 'resource'>): boolean {
  const { r, t } = item.resource
  if (t === 's') return r === 'status' || r === 'swarm' || resourceNumber(r, 'post') !== undefined
  if (r === 'hashtag' || r === 'mention') return true
  return resourceNumber(r, 'replies') !== undefined || resourceNumber(r, 'rts') !== undefined
}

/** The post in a value, by the value's own signer: checkDhtItem verifies its signature. */
export function embeddedUserpost(item: DhtItem): SignedUserpost | undefined {
  const post = parseUserpostValue(item.v, item.p)
  return post?.userpost.n === item.sigUser ? post : undefined
}
