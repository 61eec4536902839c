import { type Chain, openChain } from '../node/chain/chain.ts'
import type { HostPort } from '../node/config.ts'
import { type Dht, openDht } from '../node/dht/dht.ts'
import type { Log } from '../node/log.ts'
import { openPeers, type Peers } from '../node/peers/peers.ts'
import type { Clock } from '../node/protocol/clock.ts'
import type { NetworkParams } from '../node/protocol/params.ts'
import { parseUsername } from '../node/protocol/username.ts'
import { openStore } from '../node/store/store.ts'
import { openSwarms, type Swarms } from '../node/swarm/swarms.ts'
import { SWARM_PORT_OFFSET } from './hosts.ts'

/** "paused until the best block is ≤ 24 h old and at least one chain peer is connected" (dht-swarm-posts.md §0). */
const MAX_TIP_AGE_SECONDS = 24 * 3600
/** Chain peers that are tried in swarms, too. */
const MAX_CANDIDATES = 64

export interface DevnetPeerOptions {
  /** Folder of its store. */
  readonly path: string
  readonly params: NetworkParams
  readonly clock: Clock
  readonly log: Log
  readonly host: string
  /** Of the chain; swarm and DHT are at this + 1000. */
  readonly port: number
  readonly connect: readonly HostPort[]
  /** Treats its neighbours on loopback as strangers, with all bounds and bans: for those who are attacked. */
  readonly isWary?: boolean
}

/** A whole node without queue and index: it answers on loopback and contacts nothing else. */
export interface DevnetPeer {
  readonly host: string
  readonly port: number
  readonly chain: Chain
  readonly peers: Peers
  readonly dht: Dht
  readonly swarms: Swarms
  close(): Promise<void>
}

export async function openPeer(options: DevnetPeerOptions): Promise<DevnetPeer> {
  const { path, params, clock, log, host, port, connect, isWary = false } = options
  const opened: { close(): Promise<void> }[] = []
  const keep = <T extends { close(): Promise<void> }>(part: T): T => {
    opened.unshift(part)
    return part
  }
  let closing: Promise<void> | undefined
  const close = () => {
    closing ??= closeInTurn(opened)
    return closing
  }
  try {
    const store = keep(await openStore({ path, params, log }))
    const chain = keep(await openChain({ store, params, clock, log }))
    const allowAddress = (ip: string) => ip.startsWith('127.')
    const peers = keep(
      await openPeers({
        chain,
        params,
        addresses: store.addresses,
        clock,
        log,
        bind: host,
        port,
        connect,
        exclusive: true,
        userAgent: '/windsock-devnet:0.1.0/',
        allowAddress,
        isLoopbackPublic: isWary,
      }),
    )
    const adjusted: Clock = { now: () => peers.adjustedTime() }
    const isChainFresh = () => peers.peers().length > 0 && clock.now() - chain.tip.time < MAX_TIP_AGE_SECONDS
    const wire = {
      nameView: chain.nameView,
      clock: adjusted,
      log,
      bind: host,
      port: port + SWARM_PORT_OFFSET,
      allowAddress,
      isChainFresh,
    }
    let followed: Swarms | undefined
    const isFollowed = (name: string) => {
      const username = parseUsername(name)
      return username !== undefined && followed?.state(username) !== undefined
    }
    const dht = keep(await openDht({ ...wire, store, isDiversityOn: isWary, isFollowed }))
    const met = new Map<string, HostPort>()
    const swarms = keep(
      await openSwarms({ ...wire, posts: store.posts, write: store.write, dht, candidates: () => [...met.values()] }),
    )
    followed = swarms
    peers.onPeer((peerHost, peerPort) => {
      const swarmPeer = { host: peerHost, port: peerPort + SWARM_PORT_OFFSET }
      if (met.size < MAX_CANDIDATES) met.set(`${peerHost}:${peerPort}`, swarmPeer)
      dht.addContact(swarmPeer.host, swarmPeer.port)
    })
    return { host, port, chain, peers, dht, swarms, close }
  } catch (error) {
    await close()
    throw error
  }
}

async function closeInTurn(parts: readonly { close(): Promise<void> }[]): Promise<void> {
  for (const part of parts) await part.close()
}
