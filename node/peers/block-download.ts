import type { MissingBody } from '../chain/block-queries.ts'
import { encodeInv, INV_BLOCK, type InvItem } from '../protocol/messages/inv.ts'
import type { PeersContext } from './context.ts'
import { mayHave, sharedHeight } from './known-blocks.ts'
import {
  BODY_REST_MS,
  BODY_TIMEOUT_MS,
  FIRST_BODY_PATIENCE_MS,
  LATE_BODY_MS,
  MAX_BODIES_IN_FLIGHT,
  MAX_BODY_ASKERS,
  MAX_BODY_REST_MS,
  MAX_BODY_STALLS,
  MIN_BODY_PATIENCE_MS,
  PATIENCE_GAPS,
} from './limits.ts'
import { type Peer, servesBlocks } from './peer.ts'

/**
 * Asks peers for the bodies of the best header chain, lowest first, spread over those that can have them. Each peer is
 * asked for as many at a time as it delivers soon; what one does not deliver soon is asked of another as well, so that
 * nobody who is slow or keeps a body back holds up what comes after it.
 */
export class BlockDownload {
  readonly #context: PeersContext
  /** By header number: whom a body was asked of. */
  readonly #askers = new Map<number, Set<Peer>>()
  /** Header numbers of the bodies that arrived and were not judged yet. */
  readonly #arrived = new Set<number>()
  /** When we last were too busy to hear whether anybody delivers. */
  #deafUntil = 0

  constructor(context: PeersContext) {
    this.#context = context
  }

  /** Fills the peers' windows. */
  ask(): void {
    const now = performance.now()
    // Of whose window half is free: asking in large steps costs less than asking for each block.
    const free = this.#servers().filter((peer) => 2 * peer.sync.asked.size <= peer.sync.window)
    if (free.length === 0) return
    const { chain } = this.#context
    const shared = sharedHeight(chain)
    const requests = new Map<Peer, InvItem[]>()
    const request = (peer: Peer, { id, hash }: MissingBody): void => {
      const askers = this.#askers.get(id) ?? new Set()
      this.#askers.set(id, askers.add(peer))
      peer.sync.asked.set(id, now)
      const items = requests.get(peer) ?? []
      items.push({ type: INV_BLOCK, hash })
      requests.set(peer, items)
    }
    const share = (isWanted: (headerId: number) => boolean): void => {
      const room = free.reduce((sum, peer) => sum + roomOf(peer), 0)
      for (const body of room > 0 ? chain.missingBodies(room, isWanted) : []) {
        const canGive = (each: Peer) => !each.sync.asked.has(body.id) && mayHave(chain, each, body, shared)
        const peer = leastBusy(free, now, canGive)
        if (peer !== undefined) request(peer, body)
      }
    }
    const isNew = (headerId: number): boolean => !this.#askers.has(headerId) && !this.#arrived.has(headerId)
    share(isNew)
    for (const peer of free) {
      const { bestKnown } = peer.sync
      const room = bestKnown === undefined ? 0 : roomOf(peer)
      if (bestKnown === undefined || room === 0) continue
      for (const body of chain.missingBodiesTowards(bestKnown, room, isNew)) request(peer, body)
    }
    share((headerId) => this.#isLate(headerId, now))
    for (const [peer, items] of requests) peer.connection.send('getdata', encodeInv(items))
  }

  /** To be called for each block that arrives, whoever sent it; of a body that nobody was asked for it says nothing. */
  delivered(peer: Peer, headerId: number | undefined): void {
    if (headerId === undefined) return
    const { sync } = peer
    const askedAt = sync.asked.get(headerId)
    if (askedAt !== undefined) {
      const now = performance.now()
      const gapMs = now - Math.max(askedAt, sync.lastDeliveryAt)
      sync.deliveryGapMs = sync.deliveryGapMs === undefined ? gapMs : (7 * sync.deliveryGapMs + gapMs) / 8
      sync.lastDeliveryAt = now
      sync.stalls = 0
      sync.restsUntil = 0
      if (now - Math.max(askedAt, this.#deafUntil) < LATE_BODY_MS)
        sync.window = Math.min(sync.window + 1, MAX_BODIES_IN_FLIGHT)
    }
    // Late, but not silent.
    else if (sync.stalls > 0 && !this.#arrived.has(headerId) && this.#askers.has(headerId)) sync.stalls = 0
    for (const asker of this.#askers.get(headerId) ?? []) asker.sync.asked.delete(headerId)
    this.#askers.delete(headerId)
    this.#arrived.add(headerId)
  }

  /** To be called for each delivered block once the chain has judged it. */
  judged(headerId: number | undefined): void {
    if (headerId !== undefined) this.#arrived.delete(headerId)
  }

  /** Takes all requests away from a peer. */
  release(peer: Peer): void {
    for (const headerId of peer.sync.asked.keys()) {
      const askers = this.#askers.get(headerId)
      askers?.delete(peer)
      if (askers?.size === 0) this.#askers.delete(headerId)
    }
    peer.sync.asked.clear()
  }

  /**
   * Asks less of peers that are slow, takes requests away from those that are silent, and closes those that stay so.
   * `isBusy`: what they deliver cannot be taken at the moment.
   */
  checkStalls(isBusy: boolean): void {
    const now = performance.now()
    if (isBusy) this.#deafUntil = now
    for (const peer of this.#servers()) {
      const { sync } = peer
      const [oldest] = sync.asked
      if (oldest === undefined) continue
      const [headerId, askedAt] = oldest
      const since = Math.max(askedAt, this.#deafUntil)
      if (now - since > LATE_BODY_MS) sync.window = Math.max(1, sync.window >> 1)
      const hasOthers = this.#others(peer, headerId) > 0
      const patienceMs = hasOthers ? patienceWith(peer) : BODY_TIMEOUT_MS
      if (now - Math.max(since, sync.lastDeliveryAt) > patienceMs) this.#stalled(peer, now)
    }
  }

  #stalled(peer: Peer, now: number): void {
    const { sync } = peer
    this.release(peer)
    sync.window = 1
    sync.stalls++
    sync.restsUntil = now + Math.min(MAX_BODY_REST_MS, BODY_REST_MS * 2 ** (sync.stalls - 1))
    this.#context.log.info({ peer: peer.host, port: peer.port, stalls: sync.stalls }, 'peer delivers no blocks')
    if (sync.stalls >= MAX_BODY_STALLS) peer.connection.close('stalled')
  }

  /** Whether a body was asked for so long ago that somebody else should be asked too. */
  #isLate(headerId: number, now: number): boolean {
    const askers = this.#askers.get(headerId)
    if (askers === undefined || askers.size >= MAX_BODY_ASKERS) return false
    for (const { sync } of askers) {
      if (now - Math.max(sync.asked.get(headerId) ?? now, this.#deafUntil) < LATE_BODY_MS) return false
    }
    return true
  }

  #servers(): Peer[] {
    return [...this.#context.peers].filter(servesBlocks)
  }

  /** How many other peers may have a body. */
  #others(peer: Peer, headerId: number): number {
    const { chain } = this.#context
    const body = { id: headerId, height: chain.heightOfId(headerId) }
    const shared = sharedHeight(chain)
    return this.#servers().filter((other) => other !== peer && mayHave(chain, other, body, shared)).length
  }
}

function roomOf({ sync }: Peer): number {
  return Math.max(0, sync.window - sync.asked.size)
}

/** How long a peer may deliver nothing while others could: some times what it usually takes. */
function patienceWith({ sync }: Peer): number {
  if (sync.deliveryGapMs === undefined) return FIRST_BODY_PATIENCE_MS
  return Math.min(BODY_TIMEOUT_MS, Math.max(MIN_BODY_PATIENCE_MS, PATIENCE_GAPS * sync.deliveryGapMs))
}

/** Of those with room; one that rests only if there is no other. */
function leastBusy(peers: readonly Peer[], now: number, canGive: (peer: Peer) => boolean): Peer | undefined {
  let best: Peer | undefined
  let bestRests = false
  for (const peer of peers) {
    const rests = peer.sync.restsUntil > now
    if (roomOf(peer) === 0 || (best !== undefined && rests && !bestRests)) continue
    const isBetter = best === undefined || (bestRests && !rests) || peer.sync.asked.size < best.sync.asked.size
    if (!isBetter || !canGive(peer)) continue
    best = peer
    bestRests = rests
  }
  return best
}
