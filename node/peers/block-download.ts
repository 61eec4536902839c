import type { MissingBody } from '../chain/block-queries.ts'
import { encodeInv, INV_BLOCK, type InvItem } from '../protocol/messages/inv.ts'
import type { PeersContext } from './context.ts'
import { mayHave, sharedHeight } from './known-blocks.ts'
import { BODY_TIMEOUT_MS, MAX_BODIES_IN_FLIGHT, MAX_BODY_STALLS, SLOW_BODY_TIMEOUT_MS } from './limits.ts'
import { type Peer, servesBlocks } from './peer.ts'

/** Asks peers for the bodies of the best header chain, lowest first, spread over those that can have them. */
export class BlockDownload {
  readonly #context: PeersContext
  /** Header numbers of the bodies that some peer was asked for. */
  readonly #asked = new Map<number, Peer>()
  /** Header numbers of the bodies that arrived and were not judged yet. */
  readonly #arrived = new Set<number>()

  constructor(context: PeersContext) {
    this.#context = context
  }

  /** Fills the peers' windows. */
  ask(): void {
    const free = this.#free()
    const room = free.reduce((sum, peer) => sum + MAX_BODIES_IN_FLIGHT - peer.sync.asked.size, 0)
    if (room === 0) return
    const requests = new Map<Peer, InvItem[]>()
    const now = performance.now()
    const isWanted = (headerId: number): boolean => !this.#asked.has(headerId) && !this.#arrived.has(headerId)
    const { chain } = this.#context
    const missing = chain.missingBodies(room, isWanted)
    const shared = sharedHeight(chain)
    const request = (peer: Peer, { id, hash }: MissingBody): void => {
      peer.sync.asked.set(id, now)
      this.#asked.set(id, peer)
      const items = requests.get(peer) ?? []
      items.push({ type: INV_BLOCK, hash })
      requests.set(peer, items)
    }
    for (const body of missing) {
      const peer = leastBusy(free, (each) => mayHave(chain, each, body, shared))
      if (peer !== undefined) request(peer, body)
    }
    for (const peer of free) {
      const { bestKnown, asked } = peer.sync
      if (bestKnown === undefined) continue
      const left = MAX_BODIES_IN_FLIGHT - asked.size
      for (const body of chain.missingBodiesTowards(bestKnown, left, isWanted)) request(peer, body)
    }
    for (const [peer, items] of requests) peer.connection.send('getdata', encodeInv(items))
  }

  /** To be called for each block that arrives, whoever sent it. */
  delivered(peer: Peer, headerId: number | undefined): void {
    peer.sync.lastDeliveryAt = performance.now()
    peer.sync.stalls = 0
    if (headerId === undefined) return
    this.#forget(headerId)
    this.#arrived.add(headerId)
  }

  /** To be called for each delivered block once the chain has judged it. */
  judged(headerId: number | undefined): void {
    if (headerId !== undefined) this.#arrived.delete(headerId)
  }

  release(peer: Peer): void {
    for (const headerId of [...peer.sync.asked.keys()]) this.#forget(headerId)
  }

  /** Takes requests away from peers that do not deliver, and closes those that keep failing. */
  checkStalls(): void {
    const now = performance.now()
    for (const peer of this.#context.peers) {
      const [oldest] = peer.sync.asked.values()
      if (oldest === undefined) continue
      const isSilent = now - Math.max(oldest, peer.sync.lastDeliveryAt) > BODY_TIMEOUT_MS
      const isSlow = now - oldest > SLOW_BODY_TIMEOUT_MS && this.#others(peer) > 0
      if (!isSilent && !isSlow) continue
      this.release(peer)
      peer.sync.stalls++
      this.#context.log.info({ peer: peer.host, port: peer.port, stalls: peer.sync.stalls }, 'peer delivers no blocks')
      if (peer.sync.stalls >= MAX_BODY_STALLS || this.#others(peer) > 0) peer.connection.close('stalled')
    }
  }

  /** Peers of whose window half is free: asking in large steps costs less than asking for each block. */
  #free(): Peer[] {
    return [...this.#context.peers].filter(
      (peer) => servesBlocks(peer) && 2 * peer.sync.asked.size <= MAX_BODIES_IN_FLIGHT,
    )
  }

  #forget(headerId: number): void {
    this.#asked.get(headerId)?.sync.asked.delete(headerId)
    this.#asked.delete(headerId)
  }

  #others(peer: Peer): number {
    return [...this.#context.peers].filter((other) => other !== peer && servesBlocks(other)).length
  }
}

function leastBusy(peers: readonly Peer[], mayHave: (peer: Peer) => boolean): Peer | undefined {
  let best: Peer | undefined
  for (const peer of peers) {
    const { size } = peer.sync.asked
    if (size >= MAX_BODIES_IN_FLIGHT || (best !== undefined && size >= best.sync.asked.size)) continue
    if (mayHave(peer)) best = peer
  }
  return best
}
