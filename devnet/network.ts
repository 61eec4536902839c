import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { HostPort } from '../node/config.ts'
import type { Log } from '../node/log.ts'
import type { Clock } from '../node/protocol/clock.ts'
import { networkParams } from '../node/protocol/params.ts'
import type { Username } from '../node/protocol/username.ts'
import { AUTHORS } from './authors.ts'
import type { Written } from './compose.ts'
import { basePortIn, hostOfPeer } from './hosts.ts'
import { openJournal } from './journal.ts'
import { openMiner } from './miner.ts'
import { type DevnetPeer, openPeer } from './peer.ts'
import { DEFAULT_SEED } from './seed.ts'
import { OPENING_SECONDS } from './story.ts'
import { openWriter, usernameOf } from './writer.ts'

const DEFAULT_PEERS = 4
const SYNC_TIMEOUT_MS = 60_000
const SYNC_POLL_MS = 50

export interface DevnetOptions {
  readonly seed?: string
  /** Stores and the journal; a devnet goes on where it was. */
  readonly dataDir: string
  readonly peers?: number
  /** Chain port of every peer, each on its own address; swarm and DHT at + 1000. Found if left out. */
  readonly basePort?: number
  readonly clock: Clock
  readonly log: Log
  readonly signal?: AbortSignal
}

export interface Devnet {
  /** Where two of the peers listen for chain peers. */
  readonly connect: readonly HostPort[]
  readonly authors: readonly Username[]
  readonly peers: readonly DevnetPeer[]
  /** Everything written so far, in order; the oldest is forgotten in the end. */
  readonly written: readonly Written[]
  /** The next live post, now. Undefined if its author has used up the post numbers and must wait for a block. */
  step(): Promise<Written | undefined>
  /** One block, now. */
  mineBlock(): Promise<void>
  /** Blocks and posts every few seconds until stopped. */
  start(): void
  stop(): Promise<void>
}

/** Opens a network of real peers on loopback and puts its opening history in place. */
export async function openDevnet(options: DevnetOptions): Promise<Devnet> {
  const { seed = DEFAULT_SEED, dataDir, clock, log, signal } = options
  const params = networkParams('regtest', { checkpoints: false })
  const journal = openJournal(join(dataDir, 'journal'), seed, Math.floor(clock.now()) - OPENING_SECONDS)
  const peers: DevnetPeer[] = []
  const workers: { close(): Promise<void> }[] = []
  let stopped: Promise<void> | undefined
  const stop = () => {
    stopped ??= closeAll(workers).then(() => closeAll(peers))
    return stopped
  }
  try {
    await openPeers(options, peers)
    const [first] = peers
    if (first === undefined) throw new Error('a devnet needs a peer')
    const homeOf = (author: Username) => homePeer(peers, author) ?? first
    const miner = openMiner({ seed, chain: first.chain, params, clock, log })
    const writer = openWriter({ seed, journal, homeOf, clock, log })
    workers.push(miner, writer)
    await miner.mineOpening(journal.start)
    // a tip older than 24 h, after a long stop, would leave DHT and swarms paused
    await miner.mineBlock()
    await synced(peers, signal)
    followEverybody(peers)
    await acquainted(peers, signal)
    await writer.openHistory()
    signal?.throwIfAborted()
    return {
      connect: peers.slice(0, 2).map(({ host, port }) => ({ host, port })),
      authors: AUTHORS.map((author) => usernameOf(author.name)),
      peers,
      written: writer.written,
      step: writer.step,
      mineBlock: miner.mineBlock,
      start: () => {
        miner.start()
        writer.start()
      },
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

async function openPeers(options: DevnetOptions, peers: DevnetPeer[]): Promise<void> {
  const { dataDir, clock, log, peers: count = DEFAULT_PEERS } = options
  const params = networkParams('regtest', { checkpoints: false })
  const port = options.basePort ?? (await basePortIn(dataDir, count))
  for (let index = 0; index < count; index++) {
    // the first knows nobody; each other one knows the first and the one before it
    const known = index === 0 ? [] : [...new Set([0, index - 1])]
    const peer = await openPeer({
      path: join(dataDir, `peer-${index + 1}`),
      params,
      clock,
      log,
      host: hostOfPeer(index),
      port,
      connect: known.map((other) => ({ host: hostOfPeer(other), port })),
    })
    peers.push(peer)
  }
}

function homePeer(peers: readonly DevnetPeer[], author: Username): DevnetPeer | undefined {
  const home = AUTHORS.find((candidate) => candidate.name === author)?.home ?? 0
  return peers[home % peers.length]
}

// Everybody's posts are on every peer: whoever connects finds them wherever the look-up leads.
function followEverybody(peers: readonly DevnetPeer[]): void {
  for (const peer of peers) for (const author of AUTHORS) peer.swarms.follow(usernameOf(author.name))
}

async function synced(peers: readonly DevnetPeer[], signal: AbortSignal | undefined): Promise<void> {
  const deadline = performance.now() + SYNC_TIMEOUT_MS
  for (;;) {
    const heights = peers.map((peer) => peer.chain.tip.height)
    if (heights.every((height) => height === heights[0])) return
    if (performance.now() > deadline) throw new Error(`the peers do not reach one chain: ${heights.join(', ')}`)
    await delay(SYNC_POLL_MS, undefined, { signal })
  }
}

// A value that is put before its node knows others stays at home.
async function acquainted(peers: readonly DevnetPeer[], signal: AbortSignal | undefined): Promise<void> {
  const deadline = performance.now() + SYNC_TIMEOUT_MS
  while (peers.some((peer) => peer.dht.stats().contacts < peers.length - 1)) {
    if (performance.now() > deadline) throw new Error('the peers do not find each other in the DHT')
    await delay(SYNC_POLL_MS, undefined, { signal })
  }
}

async function closeAll(parts: readonly { close(): Promise<void> }[]): Promise<void> {
  await Promise.all(parts.map((part) => part.close()))
}
