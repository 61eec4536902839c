import type { Chain } from './chain/chain.ts'
import type { NodeConfig } from './config.ts'
import type { Dht } from './dht/dht.ts'
import type { Following } from './following.ts'
import type { Publisher } from './outbox/publish.ts'
import type { InventoryRow } from './outbox/status.ts'
import type { Peers } from './peers/peers.ts'
import { formatHash } from './protocol/hash.ts'
import type { Swarms } from './swarm/swarms.ts'

const MAX_PEERS_SHOWN = 125
const MAX_OFFENDERS_SHOWN = 20

export interface NodeParts {
  readonly config: Pick<NodeConfig, 'network' | 'port' | 'connect'>
  readonly chain: Chain
  readonly peers: Peers
  readonly dht: Dht
  readonly swarms: Swarms
  readonly following: Following
  readonly publisher: Publisher | undefined
}

/** What the status page and `windsock status` show of the node. Plain JSON; times in Unix seconds. */
export function nodeStatus({ config, chain, peers, dht, swarms, following, publisher }: NodeParts): object {
  const progress = peers.progress()
  const { counts, refused, ...dhtStats } = dht.stats()
  const outbox = publisher?.stats()
  return {
    network: config.network,
    chain: {
      height: chain.tip.height,
      hash: formatHash(chain.tip.hash),
      time: chain.tip.time,
      headerHeight: Math.max(progress.headers, chain.tip.height),
      blocksPerS: Math.round(progress.blocksPerS * 10) / 10,
      etaS: progress.etaS,
      isSynced: progress.headers <= chain.tip.height,
      refused: peers.refused(),
    },
    peers: peers
      .peers()
      .slice(0, MAX_PEERS_SHOWN)
      .map(({ host, port, direction, agent, height, score }) => ({ host, port, direction, agent, height, score })),
    offenders: peers.offenders().slice(-MAX_OFFENDERS_SHOWN),
    dht: { ...dhtStats, ...counts, refused: Object.fromEntries(refused) },
    swarms: {
      followed: following.list().length,
      peers: swarms.peerCount(),
      refused: Object.fromEntries(swarms.rejected()),
    },
    outbox: outbox && { last: outbox.lastSequence, cursor: outbox.cursor, isQueueAway: outbox.isQueueAway },
  }
}

/** Per followed user: what is known to exist, what is held, and why the rest is not. */
export function nodeInventory({ swarms, following, chain }: NodeParts): InventoryRow[] {
  return following.list().map(({ username }) => {
    const state = swarms.state(username)
    const isRegistered = chain.nameView.history(username).length > 0
    return {
      username,
      knownK: state?.knownK,
      held: state?.held ?? 0,
      seen: state?.seen ?? 0,
      peers: state?.peers ?? 0,
      lastError: isRegistered ? state?.lastError : 'unknown-username',
    }
  })
}
