import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'
import { type HostPort, isLoopbackOnly } from './config.ts'

/** Ranges of private networks: allowed only where the operator named a peer in one of them. */
const PRIVATE_RANGES = ['private', 'uniqueLocal', 'linkLocal', 'carrierGradeNat']

/**
 * Whether the node may send to an address at all. "When every --connect is loopback, no packet to anything but loopback,
 * and learned contacts elsewhere are dropped" (docs/invariants.md 12).
 */
export function allowAddress(connect: readonly HostPort[]): (ip: string) => boolean {
  if (isLoopbackOnly(connect)) return (ip) => rangeOf(ip) === 'loopback'
  const named = new Set(connect.map((peer) => peer.host))
  const isPrivateNamed = connect.some((peer) => PRIVATE_RANGES.includes(rangeOf(peer.host)))
  return (ip) => {
    const range = rangeOf(ip)
    return range === 'unicast' || named.has(ip) || (isPrivateNamed && PRIVATE_RANGES.includes(range))
  }
}

function rangeOf(ip: string): string {
  return isIP(ip) === 0 ? 'none' : ipaddr.process(ip).range()
}
