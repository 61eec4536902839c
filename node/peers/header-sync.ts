import type { Chain } from '../chain/chain.ts'
import type { BlockHeader } from '../protocol/block.ts'
import { type Hash256, hashKey, ZERO_HASH } from '../protocol/hash.ts'
import { MAX_HEADERS_ENTRIES } from '../protocol/limits.ts'
import { encodeGetblocks } from '../protocol/messages/getblocks.ts'
import { encodeInv, INV_BLOCK } from '../protocol/messages/inv.ts'
import { PROTOCOL_VERSION } from '../protocol/messages/version.ts'
import type { PeersContext } from './context.ts'
import { noteBlock, noteNothingNew } from './known-blocks.ts'
import {
  BODY_TIMEOUT_MS,
  GETBLOCKS_REPEAT_MS,
  HEADERS_TIMEOUT_MS,
  MAX_BLOCKS_ASKED_BY_INV,
  MAX_HEADERS_MESSAGES,
  MAX_HEADERS_TIMEOUTS,
  MAX_HEADERS_UNDERWAY,
  MAX_HEADERS_WAIT_MS,
} from './limits.ts'
import { type Peer, servesBlocks } from './peer.ts'

type Direction = 'outbound' | 'inbound'

/**
 * Learns of new headers: by getheaders, from one peer at a time that we have chosen, or else from one that has dialled
 * us, and from whoever announces a new block; and by getblocks from those that do not answer getheaders ("getheaders
 * works well … and is unaffected by the known-inventory filter", chain.md 5.6).
 */
export class HeaderSync {
  readonly #context: PeersContext
  /** The peers whose turn it is: their headers are awaited or being checked. */
  readonly #turns: Record<Direction, Peer | undefined> = { outbound: undefined, inbound: undefined }

  readonly #onTaken: () => void
  /** Headers that are being checked. */
  #underway = 0
  /** When we were last too busy to hear an answer. */
  #deafUntil = 0

  constructor(context: PeersContext, onTaken: () => void) {
    this.#context = context
    this.#onTaken = onTaken
  }

  /**
   * Asks whoever may have more; of those that answer getheaders each in its turn, to learn which branch each is on. Who
   * has dialled us waits for those that we dialled, and never holds them up: silence can be had for nothing.
   */
  ask(): void {
    const next: Record<Direction, Peer | undefined> = { outbound: undefined, inbound: undefined }
    for (const peer of this.#context.peers) {
      if (!servesBlocks(peer) || !peer.sync.wantsHeaders) continue
      const first = next[directionOf(peer)]
      if (peer.sync.answersHeaders === false) this.askBlocks(peer)
      else if (peer.sync.headersAskedAt !== undefined) continue
      else if (first === undefined || peer.sync.headersTurnAt < first.sync.headersTurnAt) next[directionOf(peer)] = peer
    }
    if (this.#turns.outbound !== undefined) return
    const peer = next.outbound ?? (this.#turns.inbound === undefined ? next.inbound : undefined)
    if (peer === undefined) return
    this.#turns[directionOf(peer)] = peer
    this.#askHeaders(peer)
  }

  /**
   * Takes the answer to getheaders. Checking it takes long, and the peer's other messages do not wait for it; they do for
   * the second after it.
   */
  async take(peer: Peer, headers: readonly BlockHeader[]): Promise<void> {
    const { sync } = peer
    const isAnswer = sync.headersAskedAt !== undefined
    if (!isAnswer && this.#underway + headers.length > MAX_HEADERS_UNDERWAY) return
    sync.answersHeaders = true
    sync.headersAskedAt = undefined
    sync.headersTimeouts = 0
    sync.wantsHeaders = false
    this.#underway += headers.length
    const { headerChecks } = sync
    const previous = headerChecks.at(-1) ?? Promise.resolve()
    const check = previous.then(() => this.#check(peer, headers, isAnswer))
    headerChecks.push(check)
    // A rejection is a broken invariant of our own: it is left unhandled, which ends the process.
    void check.then(() => {
      void headerChecks.shift()
      this.#underway -= headers.length
      this.#onTaken()
    })
    if (headerChecks.length > MAX_HEADERS_MESSAGES) await headerChecks[0]
  }

  async #check(peer: Peer, headers: readonly BlockHeader[], isAnswer: boolean): Promise<void> {
    const { chain } = this.#context
    const { sync } = peer
    const isFull = headers.length >= MAX_HEADERS_ENTRIES
    // While the work of these is checked, the next ones can come.
    if (isAnswer && isFull) this.#askAhead(peer, headers)
    const { accepted, verdict } = await chain.acceptHeaders(headers, this.#context.adjustedTime())
    const last = headers[accepted - 1]
    const height = last === undefined ? undefined : chain.heightOf(last.hash)
    if (last !== undefined) noteBlock(chain, peer, last.hash)
    else if (headers.length === 0) noteNothingNew(chain, peer)
    this.#context.judge(peer, verdict)
    const isTaken = verdict.kind === 'accept' && last !== undefined && height !== undefined
    // A full answer means more; a run has to climb, or else the same headers could be sent for ever.
    const isMore = isTaken && isFull && height > sync.runHeight
    sync.runHeight = isMore ? height : -1
    sync.runHash = isMore ? last.hash : undefined
    const isAskedAhead = sync.headersAskedAt !== undefined || sync.headerChecks.length > 1
    // It may have announced another block while these were checked.
    if (isMore && !isAskedAhead) sync.wantsHeaders = true
    if (!isMore || !isAskedAhead) this.gone(peer)
  }

  /** Takes hashes of blocks that the peer announced. */
  announced(peer: Peer, hashes: readonly Hash256[]): void {
    const { chain } = this.#context
    for (const hash of hashes) noteBlock(chain, peer, hash)
    if (hashes.every((hash) => chain.hasBlock(hash))) return
    if (peer.sync.answersHeaders === false) this.#askAnnounced(peer, hashes)
    else if (hashes.some((hash) => !chain.hasHeader(hash))) {
      peer.sync.wantsHeaders = true
      // A new block waits for nobody's turn, unless we are far behind: then all would send the same.
      if (peer.sync.headersAskedAt === undefined && !this.#isCatchingUp()) this.#askHeaders(peer)
    }
    this.ask()
  }

  /** A block of this peer does not connect to what we know. */
  lacksParent(peer: Peer): void {
    peer.sync.wantsHeaders = true
  }

  /** A block arrived. */
  delivered(peer: Peer, hash: Hash256): void {
    if (peer.sync.askedByInv.has(hashKey(hash))) peer.sync.lastDeliveryAt = performance.now()
  }

  /** A block arrived and was checked; in getblocks mode the next run is asked for when all of this one are here. */
  taken(peer: Peer, hash: Hash256): void {
    const { askedByInv } = peer.sync
    if (askedByInv.delete(hashKey(hash)) && askedByInv.size === 0) peer.sync.wantsHeaders = true
  }

  /** The peer's turn is over. */
  gone(peer: Peer): void {
    if (this.#turns[directionOf(peer)] === peer) this.#turns[directionOf(peer)] = undefined
  }

  /** `isBusy`: what they send cannot be looked at at the moment. */
  checkTimeouts(isBusy: boolean): void {
    const now = performance.now()
    if (isBusy) this.#deafUntil = now
    for (const peer of this.#context.peers) {
      const { sync } = peer
      const [oldest] = sync.askedByInv.values()
      if (oldest !== undefined && now - Math.max(oldest, sync.lastDeliveryAt) > BODY_TIMEOUT_MS) {
        sync.askedByInv.clear()
        sync.wantsHeaders = true
      }
      if (sync.headersAskedAt === undefined) continue
      // The answer may be on its way behind many blocks.
      const since = Math.max(sync.headersAskedAt, this.#deafUntil)
      const heard = Math.max(since, peer.connection.lastReceivedAt)
      if (now - heard < HEADERS_TIMEOUT_MS && now - since < MAX_HEADERS_WAIT_MS) continue
      this.gone(peer)
      sync.headersAskedAt = undefined
      sync.wantsHeaders = true
      if (sync.answersHeaders === undefined) sync.answersHeaders = false
      else if (++sync.headersTimeouts >= MAX_HEADERS_TIMEOUTS) peer.connection.close('does not answer getheaders')
    }
  }

  askBlocks(peer: Peer): void {
    const { sync } = peer
    const locator = this.#context.chain.locator()
    const top = locator[0] === undefined ? '' : hashKey(locator[0])
    const now = performance.now()
    if (sync.askedByInv.size > 0) return
    if (sync.getblocksTop === top && now - sync.getblocksAt < GETBLOCKS_REPEAT_MS) return
    sync.getblocksTop = top
    sync.getblocksAt = now
    sync.wantsHeaders = false
    this.#send(peer, 'getblocks', locator)
  }

  /** Is somebody sending a run of headers that fills more than one answer? */
  #isCatchingUp(): boolean {
    return [this.#turns.outbound, this.#turns.inbound].some((peer) => peer?.sync.runHash !== undefined)
  }

  #askHeaders(peer: Peer): void {
    const { chain } = this.#context
    const { sync } = peer
    sync.headersAskedAt = performance.now()
    sync.headersTurnAt = sync.headersAskedAt
    // A run on another branch than the best goes on where it stopped.
    const from = sync.runHash === undefined || isOnBestBranch(chain, sync.runHash) ? [] : [sync.runHash]
    this.#send(peer, 'getheaders', [...from, ...chain.headerLocator()])
  }

  /** Asks for what follows headers that are not checked yet. */
  #askAhead(peer: Peer, headers: readonly BlockHeader[]): void {
    const last = headers.at(-1)
    // A run that does not climb is not gone on with.
    if (last === undefined || last.height <= peer.sync.runHeight || peer.connection.isClosed) return
    peer.sync.headersAskedAt = performance.now()
    peer.sync.headersTurnAt = peer.sync.headersAskedAt
    this.#send(peer, 'getheaders', [last.hash, ...this.#context.chain.headerLocator()])
  }

  #askAnnounced(peer: Peer, hashes: readonly Hash256[]): void {
    const { chain } = this.#context
    const { askedByInv } = peer.sync
    const room = MAX_BLOCKS_ASKED_BY_INV - askedByInv.size
    const wanted = hashes.filter((hash) => !chain.hasBlock(hash) && !askedByInv.has(hashKey(hash))).slice(0, room)
    const now = performance.now()
    for (const hash of wanted) askedByInv.set(hashKey(hash), now)
    if (wanted.length > 0) peer.connection.send('getdata', encodeInv(wanted.map((hash) => ({ type: INV_BLOCK, hash }))))
  }

  #send(peer: Peer, command: 'getheaders' | 'getblocks', locator: readonly Hash256[]): void {
    peer.connection.send(command, encodeGetblocks({ version: PROTOCOL_VERSION, locator, stop: ZERO_HASH }))
  }
}

function directionOf(peer: Peer): Direction {
  return peer.isOutbound ? 'outbound' : 'inbound'
}

function isOnBestBranch(chain: Chain, hash: Hash256): boolean {
  const id = chain.headerId(hash)
  const best = chain.headerId(chain.bestHeader.hash)
  return id !== undefined && best !== undefined && chain.isAncestor(id, best)
}
