import { EventEmitter } from 'node:events'
import { Client } from 'bittorrent-dht'
import { LRUCache } from 'lru-cache'
import { bytesEqual, bytesToHex } from '../protocol/bytes.ts'
import { swarmInfohash } from '../protocol/dht-target.ts'
import type { Username } from '../protocol/username.ts'
import type { Endpoint } from './contact.ts'
import { BUCKET_SIZE, LOOKUP_ALPHA, MAX_TRACKED_NAMES } from './limits.ts'

export interface TrackerReply {
  readonly id: Uint8Array
  readonly token: Uint8Array | undefined
  readonly values: readonly Endpoint[]
}

/** What bittorrent-dht cannot know: twister's packets. */
export interface TrackerNetwork {
  localId(): Uint8Array
  lookup(username: Username, onReply: (reply: TrackerReply, from: Endpoint) => void): Promise<number>
  announcePeer(to: Endpoint, username: Username, port: number, token: Uint8Array): Promise<boolean>
}

/**
 * Finds and announces the members of swarms: bittorrent-dht's client over a k-rpc of our own, which turns its
 * get_peers and announce_peer into getData and announcePeer.
 */
export class TrackerClient {
  /** What an infohash stands for, while somebody may ask. */
  readonly #names = new LRUCache<string, Username>({ max: MAX_TRACKED_NAMES })
  readonly #bridge: KrpcBridge
  readonly #client: Client

  constructor(network: TrackerNetwork) {
    this.#bridge = new KrpcBridge(network, this.#names)
    this.#client = new Client({ krpc: this.#bridge, bootstrap: false })
    // Each look-up under way listens; swarms bound how many there are.
    this.#client.setMaxListeners(0)
    this.#client.on('error', () => {})
    this.#client.on('warning', () => {})
  }

  /** Peers are told as they come in; resolves when the look-up ends. */
  async find(username: Username, onPeer: (peer: Endpoint) => void): Promise<void> {
    const infohash = this.#infohash(username)
    const listener = ({ host, port }: Endpoint, of: Uint8Array) => {
      if (bytesEqual(of, infohash)) onPeer({ host, port })
    }
    this.#client.on('peer', listener)
    await new Promise<void>((resolve) => this.#client.lookup(infohash, () => resolve()))
    this.#client.off('peer', listener)
  }

  /** Resolves with true if at least one node took it. */
  announce(username: Username, port: number): Promise<boolean> {
    const infohash = this.#infohash(username)
    return new Promise((resolve) => this.#client.announce(infohash, port, (error) => resolve(error === null)))
  }

  close(): void {
    this.#client.destroy()
  }

  #infohash(username: Username): Buffer {
    const infohash = Buffer.from(swarmInfohash(username))
    this.#names.set(bytesToHex(infohash), username)
    return infohash
  }
}

interface KrpcMessage {
  q: string
  a: { info_hash?: Uint8Array; port?: number }
}

interface KrpcNode extends Endpoint {
  id?: Uint8Array
  token?: Uint8Array
}

type Visit = ((message: { r: object }, node: KrpcNode) => unknown) | null
type Done = (error: Error | null, count: number) => void

/** The interface of k-rpc that bittorrent-dht's client works on. */
class KrpcBridge extends EventEmitter {
  readonly k = BUCKET_SIZE
  readonly concurrency = LOOKUP_ALPHA
  readonly #network: TrackerNetwork
  readonly #names: LRUCache<string, Username>

  constructor(network: TrackerNetwork, names: LRUCache<string, Username>) {
    super()
    this.#network = network
    this.#names = names
  }

  get id(): Buffer {
    return Buffer.from(this.#network.localId())
  }

  /** get_peers, to the nodes nearest to the infohash. */
  closest(target: Uint8Array, _message: KrpcMessage, visit: Visit, done: Done): void {
    const username = this.#names.get(bytesToHex(target))
    if (username === undefined) {
      done(null, 0)
      return
    }
    const onReply = (reply: TrackerReply, from: Endpoint) => {
      const token = reply.token && Buffer.from(reply.token)
      visit?.({ r: { id: Buffer.from(reply.id), token, values: reply.values.flatMap(compactPeer) } }, from)
    }
    void this.#network.lookup(username, onReply).then((count) => done(null, count))
  }

  /** announce_peer, to the nodes that gave tokens in the look-up before: "to the <= 8 closest" (spec 4.2). */
  queryAll(nodes: KrpcNode[], message: KrpcMessage, _visit: Visit, done: Done): void {
    const username = this.#names.get(bytesToHex(message.a.info_hash ?? new Uint8Array(0)))
    const calls = nodes.slice(0, BUCKET_SIZE).map(({ host, port, token }) => {
      if (username === undefined || token === undefined) return Promise.resolve(false)
      return this.#network.announcePeer({ host, port }, username, message.a.port ?? 0, token)
    })
    void Promise.all(calls).then((results) => {
      const hits = results.filter(Boolean).length
      done(hits > 0 ? null : new Error('nobody took the announcement'), hits)
    })
  }

  destroy(done?: () => void): void {
    this.removeAllListeners()
    done?.()
  }
}

function compactPeer({ host, port }: Endpoint): Buffer[] {
  const octets = host.split('.').map(Number)
  return octets.length === 4 ? [Buffer.from([...octets, port >> 8, port & 0xff])] : []
}
