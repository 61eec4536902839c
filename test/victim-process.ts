import { readFileSync } from 'node:fs'
import { argv } from 'node:process'
import pino from 'pino'
import { type DevnetPeerOptions, openPeer } from '../devnet/peer.ts'
import { systemClock } from '../node/protocol/clock.ts'
import type { Resource } from '../node/protocol/dht-target.ts'
import { networkParams } from '../node/protocol/params.ts'
import { parseUsername, type Username } from '../node/protocol/username.ts'

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

/** What it is to tell: how it is, or which values it finds in the DHT, as text; or whom it is to follow. */
export type VictimQuestion = 'status' | Resource | { readonly follow: string }

const { follow: followed, ...settings }: VictimSettings = JSON.parse(argv[2] ?? '{}')
const usernames: Username[] = []
const log = pino({ level: process.env['WINDSOCK_LOG'] ?? 'silent' }, pino.destination(2))
const params = networkParams('regtest', { checkpoints: false })
const node = await openPeer({ ...settings, params, clock: systemClock, log })
follow(followed)

process.on('message', (question: VictimQuestion) => {
  if (question === 'status') process.send?.(status())
  else if ('follow' in question) process.send?.(follow([question.follow]))
  else void node.dht.get(question).then((items) => process.send?.(items.map(({ v, p }) => textOf(v.raw(p)))))
})
process.on('disconnect', () => process.exit())
process.send?.('open')

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1')
}

function follow(names: readonly string[]): 'followed' {
  for (const username of names.flatMap((name) => parseUsername(name) ?? [])) {
    usernames.push(username)
    node.swarms.follow(username)
  }
  return 'followed'
}

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
