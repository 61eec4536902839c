import { LRUCache } from 'lru-cache'
import type { Hash256 } from '../protocol/hash.ts'
import type { AddrEntry } from '../protocol/messages/addr.ts'
import { NODE_NETWORK, type VersionMessage } from '../protocol/messages/version.ts'
import { Allowance } from './allowance.ts'
import type { Connection } from './connection.ts'
import {
  ADDRESSES_PER_S,
  FIRST_ADDRESSES,
  FIRST_BODIES_IN_FLIGHT,
  FIRST_PING_MS,
  MAX_KNOWN_ADDRESSES,
  MAX_KNOWN_INVENTORY,
} from './limits.ts'

/** What syncing knows of a peer. Times are in ms of performance.now(). */
export interface PeerSync {
  /** It may have headers that we lack. */
  wantsHeaders: boolean
  /** Unknown until it was asked once. */
  answersHeaders: boolean | undefined
  headersAskedAt: number | undefined
  /** When it was asked last, answered or not. */
  headersTurnAt: number
  headersTimeouts: number
  /** Height of the last header of a run it is sending. */
  runHeight: number
  /** That header, while the run goes on. */
  runHash: Hash256 | undefined
  /** Header number of the highest block that it is known to have; undefined while only its start height is known. */
  bestKnown: number | undefined
  /** Messages of headers that are being checked, the oldest first. */
  readonly headerChecks: Promise<void>[]
  /** Bodies asked for, by header number, and when. */
  readonly asked: Map<number, number>
  /** How many bodies it is asked for at a time. */
  window: number
  /** Between two bodies that it was asked for, lately; undefined before the first. */
  deliveryGapMs: number | undefined
  /** Blocks asked for by the hash of an inv, whose headers we do not know. */
  readonly askedByInv: Map<string, number>
  /** Of a block that it was asked for. */
  lastDeliveryAt: number
  /** Since its last delivery. */
  stalls: number
  /** After a stall others are asked rather. */
  restsUntil: number
  /** The locator's first hash in the last getblocks. */
  getblocksTop: string | undefined
  getblocksAt: number
}

export interface Peer {
  readonly id: number
  readonly host: string
  readonly port: number
  readonly isOutbound: boolean
  /** Unix seconds. */
  readonly since: number
  readonly connection: Connection
  /** Its version message; before it came the peer is not ready. */
  version: VersionMessage | undefined
  hasVerack: boolean
  score: number
  /** Inventory that it has told us of or we told it of. */
  readonly known: LRUCache<string, true>
  /** Set after 500 invs: "Right after serving the block whose hash equals the continue hash it sends inv([tip])". */
  continueHash: Hash256 | undefined
  /** Transactions that wait to be told. */
  readonly transactionsToTell: Map<string, Hash256>
  /** Addresses of nodes that it has told us of or we told it of. */
  readonly knownAddresses: LRUCache<string, true>
  /** Addresses that wait to be told, by host. */
  readonly addressesToTell: Map<string, AddrEntry>
  /** How many more addresses are taken from it. */
  readonly addressAllowance: Allowance
  /** The address of our own that it was told. */
  toldOwnAddress: string | undefined
  hasAnsweredGetaddr: boolean
  hasAskedGetaddr: boolean
  isDhtProxyRefused: boolean
  /** Whether it is told of registrations: its version message decides, or a filter. */
  wantsTransactions: boolean
  hasFilter: boolean
  /** When it last sent a registration that was new to us; as all times here in ms of performance.now(). */
  lastTransactionAt: number
  readonly ping: { nextAt: number; sentAt: number; nonce: bigint | undefined; bestMs: number }
  readonly sync: PeerSync
}

export function makePeer(identity: Pick<Peer, 'id' | 'host' | 'port' | 'isOutbound' | 'since' | 'connection'>): Peer {
  return {
    ...identity,
    version: undefined,
    hasVerack: false,
    score: 0,
    known: new LRUCache({ max: MAX_KNOWN_INVENTORY }),
    continueHash: undefined,
    transactionsToTell: new Map(),
    knownAddresses: new LRUCache({ max: MAX_KNOWN_ADDRESSES }),
    addressesToTell: new Map(),
    addressAllowance: new Allowance(ADDRESSES_PER_S, FIRST_ADDRESSES),
    toldOwnAddress: undefined,
    hasAnsweredGetaddr: false,
    hasAskedGetaddr: false,
    isDhtProxyRefused: false,
    wantsTransactions: false,
    hasFilter: false,
    lastTransactionAt: 0,
    ping: { nextAt: performance.now() + FIRST_PING_MS, sentAt: 0, nonce: undefined, bestMs: Number.POSITIVE_INFINITY },
    sync: {
      wantsHeaders: true,
      answersHeaders: undefined,
      headersAskedAt: undefined,
      headersTurnAt: 0,
      headersTimeouts: 0,
      runHeight: -1,
      runHash: undefined,
      bestKnown: undefined,
      headerChecks: [],
      asked: new Map(),
      window: FIRST_BODIES_IN_FLIGHT,
      deliveryGapMs: undefined,
      askedByInv: new Map(),
      lastDeliveryAt: 0,
      stalls: 0,
      restsUntil: 0,
      getblocksTop: undefined,
      getblocksAt: 0,
    },
  }
}

/** "A peer without it is a client: no block sync from it" (chain.md 5.2). */
export function servesBlocks(peer: Peer): boolean {
  return peer.version !== undefined && (peer.version.services & NODE_NETWORK) !== 0n && !peer.connection.isClosed
}
