import { join } from 'node:path'
import { openChain } from './chain/chain.ts'
import { isLoopbackOnly, type NodeConfig } from './config.ts'
import { openDht } from './dht/dht.ts'
import { openFetchOnDemand } from './fetch-on-demand.ts'
import { openFollowing } from './following.ts'
import type { Log } from './log.ts'
import type { NodeParts } from './node-status.ts'
import { openControlDesk } from './obey.ts'
import { openPublisher } from './outbox/publish.ts'
import { openPeers } from './peers/peers.ts'
import type { Clock } from './protocol/clock.ts'
import { networkParams } from './protocol/params.ts'
import { openRefresh, type Refresh } from './refresh/refresh.ts'
import { openRepair } from './repair.ts'
import { openReport } from './report.ts'
import { openStore } from './store/store.ts'
import { openSwarms } from './swarm/swarms.ts'
import { dhtOptions, peersOptions, SWARM_PORT_OFFSET, swarmsOptions } from './wire-options.ts'

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
  const report = keep(openReport(publisher))
  const base = { config, clock, log, store, chain, ready: () => publisher.ready() }
  const peers = keep(await openPeers(peersOptions(base)))
  const dht = keep(await openDht(dhtOptions(base, peers)))
  let found: Pick<Refresh, 'post'> | undefined
  const swarms = keep(await openSwarms(swarmsOptions(base, peers, dht, async (...post) => found?.post(...post))))
  peers.onPeer((host, port) => dht.addContact(host, port + SWARM_PORT_OFFSET))

  const { nameView } = chain
  const following = keep(openFollowing({ store, nameView, clock, crawlLimit: config.crawlLimit }))
  const refresh = keep(
    openRefresh({
      dht,
      nameView,
      posts: store.posts,
      refreshes: store.refreshes,
      dhtItems: store.dhtItems,
      clock,
      isLoopback: isLoopbackOnly(config.connect),
      onPost: (username, k, piece) => {
        swarms.tellKnown(username, k)
        swarms.addPiece(username, k, piece, 'dht')
      },
      ...(config.crawlLimit > 0 && { crawl: following.crawl }),
    }),
  )
  found = refresh
  swarms.onPost((...post) => refresh.stored(...post))
  const fetches = keep(
    openFetchOnDemand({
      dht,
      swarms,
      posts: store.posts,
      isLoopback: isLoopbackOnly(config.connect),
      nameView,
      isFollowed: following.isFollowed,
      clock,
      log,
      onChange: report.fetchesSoon,
    }),
  )
  const repair = openRepair({ store, swarms, dht, nameView, clock, isFollowed: following.isFollowed, log })
  following.start(config.follow, [fetches, swarms, refresh])

  const parts: NodeParts = { config, chain, peers, dht, swarms, following, refresh, fetches, repair, publisher }
  report.start(parts)
  control.open({ following, fetches, repair, onChange: report.inventorySoon })
  return parts
}

async function closeInTurn(parts: readonly Closable[]): Promise<void> {
  for (const part of parts) await part.close()
}
