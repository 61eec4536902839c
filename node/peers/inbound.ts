import { chooseEviction } from './eviction.ts'
import { groupOf, siteOf } from './ip.ts'
import { MAX_INBOUND, MAX_INBOUND_PER_GROUP, MAX_INBOUND_PER_SITE } from './limits.ts'
import type { Peer } from './peer.ts'

/**
 * Makes room for a newcomer that dialled us; false if there is none for it. "A listener accepts any number from one IP"
 * (chain.md 5.11): ours does not, or one machine could take all places.
 */
export function makeRoom(host: string, peers: Iterable<Peer>, isExempt: (host: string) => boolean): boolean {
  const inbound = [...peers].filter((peer) => !peer.isOutbound)
  if (!isExempt(host)) {
    const group = inbound.filter((peer) => groupOf(peer.host) === groupOf(host))
    if (group.length >= MAX_INBOUND_PER_GROUP) return false
    if (group.filter((peer) => siteOf(peer.host) === siteOf(host)).length >= MAX_INBOUND_PER_SITE) return false
  }
  if (inbound.length < MAX_INBOUND) return true
  const evicted = chooseEviction(inbound)
  evicted?.connection.close('its place is needed')
  return evicted !== undefined
}
