import type { DhtItem } from '../dht-item.ts'
import type { SignedUserpost } from '../userpost.ts'
import { embeddedUserpost } from './embedded-userpost.ts'

/** A post that its author filed under a word (`item.resource.n`, in lower case and without #). */
export function parseHashtag(item: DhtItem): SignedUserpost | undefined {
  return item.resource.r === 'hashtag' && item.resource.t === 'm' ? embeddedUserpost(item) : undefined
}
