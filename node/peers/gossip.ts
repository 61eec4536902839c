import { MAX_ADDR_ENTRIES } from '../protocol/limits.ts'
import { type AddrEntry, encodeAddr } from '../protocol/messages/addr.ts'
import { NODE_NETWORK } from '../protocol/messages/version.ts'
import type { AddressBook } from './address-book.ts'
import type { PeersContext } from './context.ts'
import { isRoutable, parseIp } from './ip.ts'
import { MAX_GETADDR_REPLY } from './limits.ts'
import type { Peer } from './peer.ts'

const FORWARD_MAX_ENTRIES = 10
const FORWARD_MAX_AGE_S = 600
const FORWARD_PEERS = 2
const UNKNOWN_AGE_S = 5 * 24 * 3600

/** Takes addresses of other nodes, and hands some on (chain.md 5.8). */
export function takeAddr(context: PeersContext, book: AddressBook, peer: Peer, entries: readonly AddrEntry[]): void {
  // "An addr arriving before verack would be parsed without times" (chain.md 5.3): those are left out.
  if (!peer.hasVerack) return
  const now = context.adjustedTime()
  const fresh: AddrEntry[] = []
  for (const entry of entries) {
    // "incoming addr entries with time <= 100000000 or > now+600 get time = now − 5 days"
    const time = entry.time <= 100_000_000 || entry.time > now + 600 ? Math.floor(now) - UNKNOWN_AGE_S : entry.time
    const host = parseIp(entry.host)
    if (host === undefined) continue
    book.add({ host, port: entry.port, lastSeen: time })
    if (isRoutable(host) && now - time < FORWARD_MAX_AGE_S) fresh.push({ ...entry, host, time })
  }
  // "Entries newer than 10 min, in messages of <=10 entries, routable, and not answers to our getaddr are forwarded to 2
  // peers"
  const isAnswer = peer.hasAskedGetaddr
  if (entries.length < MAX_ADDR_ENTRIES) peer.hasAskedGetaddr = false
  if (isAnswer || fresh.length === 0 || entries.length > FORWARD_MAX_ENTRIES) return
  const others = [...context.peers].filter((other) => other !== peer && other.hasVerack)
  const start = Math.floor(Math.random() * others.length)
  for (const other of [...others.slice(start), ...others.slice(0, start)].slice(0, FORWARD_PEERS)) {
    other.connection.send('addr', encodeAddr(fresh))
  }
}

/** Answers getaddr once a connection: the reference sets no limit, and nobody asks twice. */
export function serveGetaddr(book: AddressBook, peer: Peer): void {
  if (peer.hasAnsweredGetaddr) return
  peer.hasAnsweredGetaddr = true
  const entries = book
    .sample(MAX_GETADDR_REPLY)
    .filter(({ host }) => isRoutable(host))
    .map(({ host, port, lastSeen }) => ({ host, port, time: Math.floor(lastSeen), services: NODE_NETWORK }))
  for (let start = 0; start < entries.length; start += MAX_ADDR_ENTRIES) {
    peer.connection.send('addr', encodeAddr(entries.slice(start, start + MAX_ADDR_ENTRIES)))
  }
}
