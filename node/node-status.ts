import type { Chain } from './chain/chain.ts'
import type { NodeConfig } from './config.ts'
import type { Dht } from './dht/dht.ts'
import type { FetchOnDemand } from './fetch-on-demand.ts'
import type { Following } from './following.ts'
import { INVENTORY_RUNS } from './outbox/limits.ts'
import type { Publisher } from './outbox/publish.ts'
import type { InventoryRow } from './outbox/status.ts'
import type { Peers } from './peers/peers.ts'
import { formatHash } from './protocol/hash.ts'
import { MAX_SWARM_PIECES } from './protocol/limits.ts'
import { isNativeSecp256k1 } from './protocol/signature.ts'
import type { Username } from './protocol/username.ts'
import type { Refresh } from './refresh/refresh.ts'
import type { Repair } from './repair.ts'
import type { Follow } from './store/follows.ts'
import type { Swarms } from './swarm/swarms.ts'

const MAX_PEERS_SHOWN = 125
const MAX_OFFENDERS_SHOWN = 20

export interface NodeParts {
  readonly config: Pick<NodeConfig, 'network' | 'port' | 'connect' | 'crawlLimit'>
  readonly chain: Chain
  readonly peers: Peers
  readonly dht: Dht
  readonly swarms: Swarms
  readonly following: Following
  readonly refresh: Refresh
  readonly fetches: FetchOnDemand
  readonly repair: Repair
  readonly publisher: Publisher
}

/** What the status page and `windsock status` show of the node. Plain JSON; times in Unix seconds. */
export function nodeStatus(parts: NodeParts): object {
  const { config, chain, peers, dht, swarms, following, refresh, fetches, repair, publisher } = parts
  const { lastSequence, cursor, isQueueAway, control } = publisher.stats()
  return {
    network: config.network,
    signatures: isNativeSecp256k1 ? 'native' : 'fallback',
    chain: chainStatus(chain, peers),
    peers: peers
      .peers()
      .slice(0, MAX_PEERS_SHOWN)
      .map(({ host, port, direction, agent, height, score }) => ({ host, port, direction, agent, height, score })),
    offenders: peers.offenders().slice(-MAX_OFFENDERS_SHOWN),
    dht: dhtStatus(dht),
    swarms: {
      followed: following.list().length,
      peers: swarms.peerCount(),
      refused: Object.fromEntries(swarms.rejected()),
    },
    following: { ...following.counts(), crawlLimit: config.crawlLimit },
    refresh: refresh.stats(),
    fetches: fetches.stats(),
    repair: repair.stats(),
    control,
    outbox: { last: lastSequence, cursor, isQueueAway },
  }
}

function chainStatus(chain: Chain, peers: Peers): object {
  const progress = peers.progress()
  return {
    height: chain.tip.height,
    hash: formatHash(chain.tip.hash),
    time: chain.tip.time,
    headerHeight: Math.max(progress.headers, chain.tip.height),
    blocksPerS: Math.round(progress.blocksPerS * 10) / 10,
    etaS: progress.etaS,
    isSynced: progress.headers <= chain.tip.height,
    mempool: chain.mempool.txids().length,
    workThreads: chain.workThreads,
    refused: peers.refused(),
  }
}

function dhtStatus(dht: Dht): object {
  const { counts, refused, distrusted, flooders, ...stats } = dht.stats()
  const shunned = { distrusted: distrusted.length, flooders: flooders.length }
  return { ...stats, ...counts, refused: Object.fromEntries(refused), shunned }
}

type InventoryParts = Pick<NodeParts, 'swarms' | 'following' | 'chain' | 'refresh'>

/**
 * Per followed user: what is known to exist, what is held, and why the rest is not. `told`: up to which number it was said
 * which are held, of those for whom one row does not suffice; the next rows go on there.
 */
export function nodeInventory(parts: InventoryParts, told: Map<string, number>): InventoryRow[] {
  return parts.following.list().map((follow) => inventoryRow(parts, follow, told))
}

function inventoryRow(parts: InventoryParts, follow: Follow, told: Map<string, number>): InventoryRow {
  const { swarms, chain, refresh } = parts
  const { username, origin, since } = follow
  const state = swarms.state(username)
  const isRegistered = chain.nameView.history(username).length > 0
  return {
    username,
    origin,
    since,
    isRegistered,
    knownK: state?.knownK,
    held: state?.held ?? 0,
    seen: state?.seen ?? 0,
    missing: state?.missing ?? 0,
    invalid: state?.invalid ?? 0,
    rivals: state?.rivals ?? 0,
    peers: state?.peers ?? 0,
    lastAttempt: state?.lastAttempt,
    lastError: isRegistered ? state?.lastError : 'unknown-username',
    lastErrorAt: state?.lastErrorAt,
    numbers: numbersOf(swarms, username, told),
    profileSeq: refresh.seqOf('profile', username),
    avatarSeq: refresh.seqOf('avatar', username),
    followingSeq: refresh.seqOf('following', username),
  }
}

function numbersOf(swarms: Swarms, username: Username, told: Map<string, number>): InventoryRow['numbers'] {
  const numbers = swarms.heldNumbers(username, told.get(username) ?? 0, INVENTORY_RUNS)
  if (numbers === undefined || numbers.to >= MAX_SWARM_PIECES - 1) told.delete(username)
  else told.set(username, numbers.to + 1)
  // Of a history that is nothing yet there is nothing to compare.
  return numbers === undefined || numbers.from > numbers.to ? undefined : numbers
}
