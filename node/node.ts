import { join } from 'node:path'
import { allowAddress } from './allow-address.ts'
import { openChain } from './chain/chain.ts'
import { isLoopbackOnly, type NodeConfig } from './config.ts'
import { openDht } from './dht/dht.ts'
import { openResourceRefresh } from './dht/resource-refresh.ts'
import type { Log } from './log.ts'
import { type NodeParts, nodeInventory, nodeStatus } from './node-status.ts'
import type { ControlMessage } from './outbox/control.ts'
import { openPublisher } from './outbox/publish.ts'
import { openPeers } from './peers/peers.ts'
import { bytesToHex } from './protocol/bytes.ts'
import type { Clock } from './protocol/clock.ts'
import { networkParams } from './protocol/params.ts'
import { parseUsername, type Username } from './protocol/username.ts'
import type { Follow } from './store/follows.ts'
import { openStore } from './store/store.ts'
import { openSwarms } from './swarm/swarms.ts'

const USER_AGENT = '/windsock:0.1.0/'
/** "Swarm TCP + uTP + DHT UDP port | P2P port + 1000" (dht-swarm-posts.md 0, twister.h:9). */
const SWARM_PORT_OFFSET = 1000
/** "Paused until the best block is <= 24 h old and at least one chain peer is connected" (dht-swarm-posts.md 0). */
const MAX_TIP_AGE_S = 24 * 3600
const STATUS_MS = 2_000
const INVENTORY_MS = 5_000
const REFUSED_BYTES_LOGGED = 64

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
  const isLoopback = isLoopbackOnly(config.connect)
  const isAllowed = allowAddress(config.connect)

  // A command may come before there is anybody to obey it.
  let open: () => void = () => undefined
  const isOpen = new Promise<void>((resolve) => {
    open = resolve
  })
  const onControl = async (message: ControlMessage) => {
    await isOpen
    obey(message)
  }
  const publisher = keep(await openPublisher({ source: store.outbox, connection: config.queue, clock, log, onControl }))
  const ready = () => publisher.ready()
  const peers = keep(
    await openPeers({
      chain,
      params,
      addresses: store.addresses,
      clock,
      log,
      bind: config.bind,
      port: config.port,
      connect: config.connect,
      exclusive: config.connect.length > 0,
      userAgent: USER_AGENT,
      ready,
      allowAddress: isAllowed,
    }),
  )
  const wire = {
    nameView: chain.nameView,
    clock: { now: () => peers.adjustedTime() },
    log,
    bind: config.bind,
    port: config.port + SWARM_PORT_OFFSET,
    allowAddress: isAllowed,
    isChainFresh: () => peers.peers().length > 0 && peers.adjustedTime() - chain.tip.time < MAX_TIP_AGE_S,
  }
  const isFollowed = (name: string) => {
    const username = parseUsername(name)
    return username !== undefined && store.follows.follow(username) !== undefined
  }
  const dht = keep(await openDht({ ...wire, store, isDiversityOn: !isLoopback, isFollowed }))
  const swarms = keep(
    await openSwarms({
      ...wire,
      posts: store.posts,
      write: store.write,
      dht,
      candidates: () => chainPeersSwarms(),
      ready,
      onReject: (code, piece, from) => {
        const start = bytesToHex(piece.subarray(0, REFUSED_BYTES_LOGGED))
        log.warn({ code, peer: from.host, port: from.port, start }, 'piece refused')
      },
    }),
  )
  peers.onPeer((host, port) => dht.addContact(host, port + SWARM_PORT_OFFSET))

  /** A node's swarm and DHT are at its chain port + 1000; inbound peers tell no port that can be trusted. */
  function chainPeersSwarms() {
    return peers
      .peers()
      .filter((peer) => peer.direction === 'outbound')
      .map(({ host, port }) => ({ host, port: port + SWARM_PORT_OFFSET }))
  }

  const crawl = { room: crawlRoom, follow: (username: Username) => follow(username, 'crawl') }
  const refresh = keep(
    openResourceRefresh({
      dht,
      nameView: chain.nameView,
      isLoopback,
      onStatus: (username, k, piece) => {
        swarms.tellKnown(username, k)
        swarms.addPiece(username, k, piece, 'dht')
      },
      ...(config.crawlLimit > 0 && { crawl }),
    }),
  )

  function crawlRoom(): number {
    return config.crawlLimit - store.follows.follows().filter(({ origin }) => origin === 'crawl').length
  }

  function obey(message: ControlMessage): void {
    if (message.kind !== 'follow' && message.kind !== 'unfollow') return
    const username = parseUsername(message.username)
    if (username === undefined) return
    if (message.kind === 'follow') follow(username, 'operator')
    else {
      store.follows.removeFollow(username)
      swarms.unfollow(username)
      refresh.unfollow(username)
    }
  }

  function follow(username: Username, origin: Follow['origin']): void {
    if (store.follows.follow(username) === undefined) {
      store.follows.putFollow({ username, since: clock.now(), origin })
    }
    swarms.follow(username)
    refresh.follow(username)
  }

  for (const { username, origin } of store.follows.follows()) follow(username, origin)
  for (const username of config.follow) follow(username, 'operator')

  const parts: NodeParts = { config, chain, peers, dht, swarms, follows: store.follows, publisher }
  keep(report(parts))
  open()
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
