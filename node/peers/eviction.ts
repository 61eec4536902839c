import { groupOf } from './ip.ts'
import type { Peer } from './peer.ts'

export type EvictionCandidate = Pick<Peer, 'id' | 'host' | 'version' | 'lastTransactionAt'> & {
  readonly ping: Pick<Peer['ping'], 'bestMs'>
  readonly sync: Pick<Peer['sync'], 'lastDeliveryAt'>
  readonly connection: Pick<Peer['connection'], 'openedAt'>
}

/** How many are kept for each thing that is hard to fake in numbers. */
const KEPT_BY_PING = 8
const KEPT_BY_DELIVERY = 8
const KEPT_OLDEST_SHARE = 0.5

/**
 * Who has to go when a newcomer finds all inbound places taken. Kept are those that answer fastest, those that brought
 * blocks or registrations last, and the half that is here longest: an attacker cannot be the best at all of them. Of the
 * rest the youngest of the largest group goes, so that no neighbourhood crowds out the others; undefined if nobody can.
 */
export function chooseEviction<T extends EvictionCandidate>(inbound: readonly T[]): T | undefined {
  const strangers = inbound.filter((peer) => peer.version === undefined)
  if (strangers.length > 0) return youngest(strangers)
  const byPing = without(
    inbound,
    lowest(inbound, (peer) => peer.ping.bestMs, KEPT_BY_PING),
  )
  const byDelivery = without(
    byPing,
    lowest(byPing, (peer) => -lastDelivery(peer), KEPT_BY_DELIVERY),
  )
  const oldest = lowest(byDelivery, (peer) => peer.connection.openedAt, byDelivery.length * KEPT_OLDEST_SHARE)
  return youngest(largestGroup(without(byDelivery, oldest)))
}

function lastDelivery({ sync, lastTransactionAt }: EvictionCandidate): number {
  return Math.max(sync.lastDeliveryAt, lastTransactionAt)
}

function lowest<T extends EvictionCandidate>(
  peers: readonly T[],
  value: (peer: T) => number,
  count: number,
): ReadonlySet<T> {
  const sorted = [...peers].sort((a, b) => value(a) - value(b) || a.id - b.id)
  return new Set(sorted.slice(0, count))
}

function without<T>(peers: readonly T[], kept: ReadonlySet<T>): T[] {
  return peers.filter((peer) => !kept.has(peer))
}

function largestGroup<T extends EvictionCandidate>(peers: readonly T[]): T[] {
  const groups = new Map<string, T[]>()
  for (const peer of peers) {
    const group = groupOf(peer.host)
    groups.set(group, [...(groups.get(group) ?? []), peer])
  }
  return [...groups.values()].sort((a, b) => b.length - a.length)[0] ?? []
}

function youngest<T extends EvictionCandidate>(peers: readonly T[]): T | undefined {
  return peers.reduce<T | undefined>(
    (found, peer) => (found === undefined || peer.connection.openedAt > found.connection.openedAt ? peer : found),
    undefined,
  )
}
