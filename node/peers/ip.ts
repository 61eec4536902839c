import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

/** Canonical text of an IP address, IPv4 within IPv6 as IPv4; undefined for anything else. */
export function parseIp(text: string | undefined): string | undefined {
  return text !== undefined && isIP(text) !== 0 ? ipaddr.process(text).toString() : undefined
}

export function isLoopback(host: string): boolean {
  return isIP(host) !== 0 && ipaddr.process(host).range() === 'loopback'
}

/** Whether it makes sense to tell others of it: "Only routable addresses are stored" (chain.md 5.8). */
export function isRoutable(host: string): boolean {
  return isIP(host) !== 0 && ipaddr.process(host).range() === 'unicast'
}

/** "At most one automatic outbound per /16 (IPv4)" (chain.md 5.11); IPv6 by /32. */
export function groupOf(host: string): string {
  return prefixOf(host, 2, 4)
}

/** What one machine may have: an IPv4 address, or an IPv6 /64. */
export function siteOf(host: string): string {
  return prefixOf(host, 4, 8)
}

function prefixOf(host: string, ipv4Bytes: number, ipv6Bytes: number): string {
  const address = ipaddr.process(host)
  return address
    .toByteArray()
    .slice(0, address.kind() === 'ipv4' ? ipv4Bytes : ipv6Bytes)
    .join('.')
}
