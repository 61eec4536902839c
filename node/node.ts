import { join } from 'node:path'
import { openChain } from './chain/chain.ts'
import { isLoopbackOnly, type NodeConfig } from './config.ts'
import { openDht } from './dht/dht.ts'
import { openResourceRefresh } from './dht/resource-refresh.ts'
import { openFollowing } from './following.ts'
import type { Log } from './log.ts'
import { type NodeParts, nodeInventory, nodeStatus } from './node-status.ts'
import { openControlDesk } from './obey.ts'
import { openPublisher } from './outbox/publish.ts'
import { openPeers } from './peers/peers.ts'
import type { Clock } from './protocol/clock.ts'
import { networkParams } from './protocol/params.ts'
import { openStore } from './store/store.ts'
import { openSwarms } from './swarm/swarms.ts'
import { dhtOptions, peersOptions, SWARM_PORT_OFFSET, swarmsOptions } from './wire-options.ts'

const STATUS_MS = 2_000
const INVENTORY_MS = 5_000

export interface Node extends NodeParts {
  close(): Promise<void>
}

interface Closable {
  close(): Promise<void>
}

/** Opens every part of a full node and connects them. Rejects, with nothing left open, if one cannot be opened. */
export async function openNode(config: NodeConfig, clock: Clock, log: Log): Promise<Node> {
  const opened: Closable[] = []
  const keep = <T extends Closable>(part: T): T => {
    opened.unshift(part)
    return part
  }
  let closing: Promise<void> | undefined
  const close = () => {
    closing ??= closeInTurn(opened)
    return closing
  }
  try {
    return { ...(await openParts(config, clock, log, keep)), close }
  } catch (error) {
    await close()
    throw error
  }
}

async function openParts(
  config: NodeConfig,
  clock: Clock,
  log: Log,
  keep: <T extends Closable>(part: T) => T,
): Promise<NodeParts> {
  const params = networkParams(config.network, { checkpoints: config.checkpoints })
  const store = keep(await openStore({ path: join(config.dataDir, 'node'), params, log }))
  const chain = keep(await openChain({ store, params, clock, log }))
  const control = openControlDesk(log)
  const publisher = keep(
    await openPublisher({ source: store.outbox, connection: config.queue, clock, log, onControl: control.take }),
  )
  const base = { config, clock, log, store, chain, ready: () => publisher.ready() }
  const peers = keep(await openPeers(peersOptions(base)))
  const dht = keep(await openDht(dhtOptions(base, peers)))
  const swarms = keep(await openSwarms(swarmsOptions(base, peers, dht)))
  peers.onPeer((host, port) => dht.addContact(host, port + SWARM_PORT_OFFSET))

  const following = openFollowing({ store, clock, crawlLimit: config.crawlLimit })
  const refresh = keep(
    openResourceRefresh({
      dht,
      nameView: chain.nameView,
      isLoopback: isLoopbackOnly(config.connect),
      onStatus: (username, k, piece) => {
        swarms.tellKnown(username, k)
        swarms.addPiece(username, k, piece, 'dht')
      },
      ...(config.crawlLimit > 0 && { crawl: following.crawl }),
    }),
  )
  following.start(config.follow, [swarms, refresh])

  const parts: NodeParts = { config, chain, peers, dht, swarms, following, publisher }
  keep(report(parts))
  control.open({ following })
  return parts
}

/** Tells the index every few seconds how the node is. */
function report(parts: NodeParts): Closable {
  const { publisher } = parts
  const status = setInterval(() => void publisher?.publishStatus(nodeStatus(parts)), STATUS_MS)
  const inventory = setInterval(() => void publisher?.publishInventory(nodeInventory(parts)), INVENTORY_MS)
  return {
    close: async () => {
      clearInterval(status)
      clearInterval(inventory)
    },
  }
}

async function closeInTurn(parts: readonly Closable[]): Promise<void> {
  for (const part of parts) await part.close()
}
