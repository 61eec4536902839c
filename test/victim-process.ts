import { readFileSync } from 'node:fs'
import { argv } from 'node:process'
import pino from 'pino'
import { type DevnetPeerOptions, openPeer } from '../devnet/peer.ts'
import { systemClock } from '../node/protocol/clock.ts'
import { networkParams } from '../node/protocol/params.ts'
import { parseUsername } from '../node/protocol/username.ts'

/** A whole node without queue, in a process of its own, so that what it holds can be measured. */
export interface VictimSettings extends Pick<DevnetPeerOptions, 'path' | 'host' | 'port' | 'connect' | 'isWary'> {
  readonly follow: readonly string[]
}

export interface VictimStatus {
  readonly height: number
  readonly bestHeaderHeight: number
  readonly peers: readonly string[]
  /** Hosts that were closed for what they sent. */
  readonly offenders: readonly string[]
  readonly refused: Readonly<Record<string, number>>
  readonly dht: {
    readonly contacts: number
    readonly items: number
    readonly counts: Readonly<Record<string, number>>
    readonly refused: Readonly<Record<string, number>>
  }
  readonly swarms: {
    readonly peers: number
    readonly refused: Readonly<Record<string, number>>
    /** Posts held of each followed user. */
    readonly held: Readonly<Record<string, number>>
  }
  /** Anonymous memory: the store's mapped pages are no concern. */
  readonly heldBytes: number
}

const { follow, ...settings }: VictimSettings = JSON.parse(argv[2] ?? '{}')
const usernames = follow.flatMap((name) => parseUsername(name) ?? [])
const log = pino({ level: process.env['WINDSOCK_LOG'] ?? 'silent' }, pino.destination(2))
const params = networkParams('regtest', { checkpoints: false })
const node = await openPeer({ ...settings, params, clock: systemClock, log })
for (const username of usernames) node.swarms.follow(username)

process.on('message', () => void process.send?.(status()))
process.on('disconnect', () => process.exit())
process.send?.('open')

function status(): VictimStatus {
  const { contacts, items, counts, refused } = node.dht.stats()
  return {
    height: node.chain.tip.height,
    bestHeaderHeight: node.chain.bestHeader.height,
    peers: node.peers.peers().map(({ host }) => host),
    offenders: node.peers.offenders().map(({ host }) => host),
    refused: node.peers.refused(),
    dht: { contacts, items, counts, refused: Object.fromEntries(refused) },
    swarms: {
      peers: node.swarms.peerCount(),
      refused: Object.fromEntries(node.swarms.rejected()),
      held: Object.fromEntries(usernames.map((username) => [username, node.swarms.state(username)?.held ?? 0])),
    },
    heldBytes: Number(/RssAnon:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'latin1'))?.[1]) * 1024,
  }
}
