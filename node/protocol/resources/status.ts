import type { DhtItem } from '../dht-item.ts'
import type { SignedUserpost } from '../userpost.ts'
import { embeddedUserpost } from './embedded-userpost.ts'

/** The user's last public post; seq is its k (§3.8). */
export function parseStatus(item: DhtItem): SignedUserpost | undefined {
  return item.resource.r === 'status' && item.resource.t === 's' ? embeddedUserpost(item) : undefined
}
