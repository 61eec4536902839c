import type { DhtItem } from '../dht-item.ts'
import type { SignedUserpost } from '../userpost.ts'
import { embeddedUserpost } from './embedded-userpost.ts'

/** A post that its author filed under a name that it mentions (`item.resource.n`, lower case, without @). */
export function parseMention(item: DhtItem): SignedUserpost | undefined {
  return item.resource.r === 'mention' && item.resource.t === 'm' ? embeddedUserpost(item) : undefined
}
