import { randomUUID } from 'node:crypto'
import { utf8Encode } from '../protocol/bytes.ts'
import { hashKey, sha256d } from '../protocol/hash.ts'
import { MAX_ADDR_ENTRIES } from '../protocol/limits.ts'
import { type AddrEntry, encodeAddr } from '../protocol/messages/addr.ts'
import { ADDR_TIME_VERSION, NODE_NETWORK } from '../protocol/messages/version.ts'
import type { PeersContext } from './context.ts'
import { groupOf, parseIp } from './ip.ts'
import { GOSSIP_INTERVAL_MS, MAX_ADDRESSES_TO_TELL, MAX_GETADDR_REPLY, OWN_ADDRESS_INTERVAL_S } from './limits.ts'
import type { Peer } from './peer.ts'
import type { Places } from './places.ts'
import { isSynced } from './relay.ts'

const FORWARD_MAX_ENTRIES = 10
const FORWARD_MAX_AGE_S = 600
const FORWARD_PEERS = 2
const UNKNOWN_AGE_S = 5 * 24 * 3600
const DAY_S = 24 * 3600

/** What nodes tell each other of where nodes are (chain.md 5.8). */
export interface Gossip {
  takeAddr(peer: Peer, entries: readonly AddrEntry[]): void
  answerGetaddr(peer: Peer): void
  close(): void
}

export function openGossip(context: PeersContext, places: Places, listenPort: () => number): Gossip {
  const { book, own } = places
  const salt = randomUUID()
  let ownToldAt = context.clock.now()

  function takeAddr(peer: Peer, entries: readonly AddrEntry[]): void {
    // "An addr arriving before verack would be parsed without times" (chain.md 5.3): those are left out.
    if (!peer.hasVerack || (peer.version?.version ?? 0) < ADDR_TIME_VERSION) return
    const now = context.adjustedTime()
    const fresh: AddrEntry[] = []
    const isAnswer = peer.hasAskedGetaddr
    if (entries.length < MAX_ADDR_ENTRIES) peer.hasAskedGetaddr = false
    for (const entry of entries.slice(0, peer.addressAllowance.take(entries.length))) {
      const host = parseIp(entry.host)
      if (host === undefined || own.isOwn(host)) continue
      // "incoming addr entries with time <= 100000000 or > now+600 get time = now − 5 days"
      const isTimeOdd = entry.time <= 100_000_000 || entry.time > now + 600
      const time = isTimeOdd ? Math.floor(now) - UNKNOWN_AGE_S : entry.time
      peer.knownAddresses.set(keyOf(host, entry.port), true)
      // "Only routable addresses are stored"; what we must not talk to is none of our business (invariant 12).
      if (!context.isPublic(host) || !places.isAllowed(host)) continue
      book.add({ host, port: entry.port, lastSeen: time }, groupOf(peer.host))
      if (now - time < FORWARD_MAX_AGE_S) fresh.push({ ...entry, host, time })
    }
    // "Entries newer than 10 min, in messages of <=10 entries, routable, and not answers to our getaddr are forwarded"
    if (!isAnswer && entries.length <= FORWARD_MAX_ENTRIES) for (const entry of fresh) forward(peer, entry, now)
  }

  // "forwarded to 2 peers (1 if not reachable by us), chosen by a daily-salted hash"
  function forward(from: Peer, entry: AddrEntry, now: number): void {
    const place = `${keyOf(entry.host, entry.port)} ${Math.floor(now / DAY_S)}`
    const others = listeners().filter((peer) => peer !== from)
    const ranked = others.map((peer) => ({ peer, rank: hashKey(sha256d(utf8Encode(`${salt} ${place} ${peer.id}`))) }))
    ranked.sort((a, b) => (a.rank < b.rank ? -1 : 1))
    for (const { peer } of ranked.slice(0, FORWARD_PEERS)) tell(peer, entry)
  }

  /** "CADDR_TIME_VERSION: addr relay only to such peers" (chain.md 5.2). */
  function listeners(): Peer[] {
    return [...context.peers].filter((peer) => peer.hasVerack && (peer.version?.version ?? 0) >= ADDR_TIME_VERSION)
  }

  function tell(peer: Peer, entry: AddrEntry): void {
    if (peer.knownAddresses.has(keyOf(entry.host, entry.port))) return
    if (peer.addressesToTell.size < MAX_ADDRESSES_TO_TELL) peer.addressesToTell.set(entry.host, entry)
  }

  // "Own address: sent to outbound peers after handshake and rebroadcast every 24 h" (main.cpp:3471-3493), to all.
  function tellOwn(): void {
    const host = own.host()
    const now = context.clock.now()
    const isDaily = now - ownToldAt >= OWN_ADDRESS_INTERVAL_S
    if (host === undefined || !isCaughtUp(context)) return
    if (isDaily) ownToldAt = now
    const entry = { host, port: listenPort(), services: NODE_NETWORK, time: Math.floor(context.adjustedTime()) }
    for (const peer of listeners()) {
      if (isDaily) peer.knownAddresses.clear()
      if (!isDaily && (!peer.isOutbound || peer.toldOwnAddress === host)) continue
      peer.toldOwnAddress = host
      tell(peer, entry)
    }
  }

  function tellAll(): void {
    tellOwn()
    for (const peer of context.peers) {
      if (peer.addressesToTell.size === 0) continue
      const entries = [...peer.addressesToTell.values()]
      peer.addressesToTell.clear()
      send(peer, entries)
    }
  }

  function send(peer: Peer, entries: readonly AddrEntry[]): void {
    for (const { host, port } of entries) peer.knownAddresses.set(keyOf(host, port), true)
    for (let start = 0; start < entries.length; start += MAX_ADDR_ENTRIES) {
      peer.connection.send('addr', encodeAddr(entries.slice(start, start + MAX_ADDR_ENTRIES)))
    }
  }

  /** Answers getaddr once a connection: the reference sets no limit, and nobody asks twice. */
  function answerGetaddr(peer: Peer): void {
    if (peer.hasAnsweredGetaddr) return
    peer.hasAnsweredGetaddr = true
    // "previous queued addresses dropped" (chain.md 5.4)
    peer.addressesToTell.clear()
    const known = book.sample(MAX_GETADDR_REPLY).filter(({ host }) => context.isPublic(host))
    send(
      peer,
      known.map(({ host, port, lastSeen }) => ({ host, port, time: Math.floor(lastSeen), services: NODE_NETWORK })),
    )
  }

  const timer = setInterval(tellAll, GOSSIP_INTERVAL_MS)
  return { takeAddr, answerGetaddr, close: () => clearInterval(timer) }
}

/** "own address not advertised" in the initial block download, which lasts up to the last checkpoint (chain.md 4.5). */
function isCaughtUp({ chain, params }: PeersContext): boolean {
  return isSynced(chain) && chain.tip.height >= Math.max(0, ...params.checkpoints.keys())
}

function keyOf(host: string, port: number): string {
  return `${host} ${port}`
}
