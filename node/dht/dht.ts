import { createSocket, type Socket } from 'node:dgram'
import type { Log } from '../log.ts'
import type { Clock } from '../protocol/clock.ts'
import type { DhtItem } from '../protocol/dht-item.ts'
import { type Resource, swarmInfohash, targetHash } from '../protocol/dht-target.ts'
import type { NameView } from '../protocol/name-view.ts'
import type { Username } from '../protocol/username.ts'
import type { Store } from '../store/store.ts'
import { type Endpoint, endpointKey } from './contact.ts'
import { Identity } from './identity.ts'
import { ItemReader } from './item-reader.ts'
import { ItemStore } from './item-store.ts'
import { LOOKUP_PATHS, MAX_FOUND_PEERS, RECEIVE_BUFFER_BYTES } from './limits.ts'
import { Network } from './network.ts'
import { searchPastLiars } from './past-liars.ts'
import { Queries } from './queries.ts'
import { TrackerClient } from './tracker-client.ts'
import { trackerNetwork } from './tracker-network.ts'
import { TrackerPeers } from './tracker-peers.ts'
import type { Words } from './traffic.ts'
import { Upkeep } from './upkeep.ts'
import { Writer } from './writer.ts'

export interface DhtOptions {
  store: Pick<Store, 'dhtItems' | 'contacts' | 'meta' | 'write'>
  nameView: NameView
  /** The chain's adjusted time. */
  clock: Clock
  log: Log
  bind: string
  /** UDP; 0: any. */
  port: number
  /** Asked before every packet, in both directions. */
  allowAddress: (ip: string) => boolean
  /** One contact per address and few per subnet; off on loopback networks, where everybody shares one. */
  isDiversityOn: boolean
  /** "kept paused until the best block is <= 24 h old and at least one chain peer is connected" (spec 0). */
  isChainFresh?: () => boolean
  /** Whose values come first in everything; nobody's unless told. */
  isFollowed?: (signer: string) => boolean
  /** Addresses where nodes may listen: those of the chain's peers, at port + 1000. Asked for when contacts are few. */
  candidates?: () => readonly Endpoint[]
}

export interface DhtStats {
  contacts: number
  items: number
  trackers: number
  isPaused: boolean
  externalIp: string | undefined
  counts: Readonly<Record<string, number>>
  /** Values refused as reader, by code. */
  refused: ReadonlyMap<string, number>
  /** Queries of others and of ours, by method. */
  asked: Words
  asking: Words
  /** What we refused others, and what they refused us, by the error's text. */
  refusing: Words
  refusedUs: Words
  /** Who is not listened to: because it lied, or because it sends too much. */
  distrusted: readonly string[]
  flooders: readonly string[]
}

export interface Dht {
  readonly port: number
  /** Verified values: of a single the best one if there is one, of a multi all that were found. */
  get(resource: Resource, options?: { signal?: AbortSignal }): Promise<DhtItem[]>
  /** The same, with the number of nodes that answered, whatever they had. */
  search(resource: Resource, options?: { signal?: AbortSignal }): Promise<{ items: DhtItem[]; answers: number }>
  /** Writes a value of our own, and goes on refreshing it; resolves with the number of nodes that took it. */
  put(item: DhtItem): Promise<number>
  /** Keeps and serves a verified value that was fetched; true if it is new, and then it goes to the outbox. */
  keep(item: DhtItem): boolean
  /** Members of a user's swarm, told as they are found too. */
  peersOf(username: Username, onPeer?: (peer: Endpoint) => void): Promise<Endpoint[]>
  /** True if a node took it. */
  announce(username: Username, port: number): Promise<boolean>
  /** Somebody may listen there: a chain peer at its port + 1000, or a swarm peer's `port` message. */
  addContact(host: string, port: number): void
  /** Called when there are contacts after there were none; returns what stops it. */
  onFilled(listener: () => void): () => void
  stats(): DhtStats
  close(): Promise<void>
}

/** Binds the socket; rejects if the port cannot be had. */
export async function openDht(options: DhtOptions): Promise<Dht> {
  const socket = createSocket({ type: 'udp4', recvBufferSize: RECEIVE_BUFFER_BYTES })
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject)
    socket.bind(options.port, options.bind, () => {
      socket.off('error', reject)
      resolve()
    })
  })
  return new DhtNode(options, socket)
}

class DhtNode implements Dht {
  readonly #options: DhtOptions
  readonly #socket: Socket
  readonly #identity: Identity
  readonly #network: Network
  readonly #items: ItemStore
  readonly #trackers: TrackerPeers
  readonly #writer: Writer
  readonly #trackerClient: TrackerClient
  readonly #upkeep: Upkeep
  readonly #filledListeners = new Set<() => void>()
  readonly #refused = new Map<string, number>()
  #closing: Promise<void> | undefined

  constructor(options: DhtOptions, socket: Socket) {
    const { nameView, clock, store, bind } = options
    this.#options = options
    this.#socket = socket
    socket.on('error', (error) => options.log.warn({ error: error.message }, 'dht socket'))
    this.#identity = new Identity(store.meta, bind)
    const isFollowed = options.isFollowed ?? (() => false)
    const localId = () => this.#identity.id
    const { dhtItems, write } = store
    this.#items = new ItemStore({ items: dhtItems, write, nameView, clock, localId, isFollowed })
    this.#trackers = new TrackerPeers(localId)
    const queries = new Queries({
      nameView,
      clock,
      items: this.#items,
      keep: (item) => {
        this.#items.putSoon(item)
        this.#writer.keep(item, true)
      },
      onHeld: (item, target, isMulti) => this.#writer.seenAgain(item, target, isMulti),
      trackers: this.#trackers,
      localId,
      closest: (target, count) => this.#network.table.closest(target, count),
      onSender: (from) => this.#upkeep.meet(from),
    })
    this.#network = new Network({
      ...options,
      socket,
      identity: this.#identity,
      onQuery: (query, from) => {
        if (!this.#isPaused) queries.answer(this.#network.rpc, query, from)
      },
      onFilled: () => this.#filled(),
    })
    this.#trackerClient = new TrackerClient(trackerNetwork(this.#network, localId))
    this.#writer = new Writer({ network: this.#network, items: this.#items, nameView, clock, isFollowed })
    this.#upkeep = new Upkeep({
      network: this.#network,
      identity: this.#identity,
      contacts: store.contacts,
      clock,
      isLoopback: bind.startsWith('127.'),
      isPaused: () => this.#isPaused,
      candidates: options.candidates ?? (() => []),
      refresh: (nowMs) => this.#writer.refresh(nowMs),
      expireTrackers: () => this.#trackers.expire(),
      expireItems: () => this.#items.expire(),
    })
  }

  get port(): number {
    return this.#socket.address().port
  }

  get #isPaused(): boolean {
    return this.#closing !== undefined || this.#options.isChainFresh?.() === false
  }

  async get(resource: Resource, options: { signal?: AbortSignal } = {}): Promise<DhtItem[]> {
    return (await this.search(resource, options)).items
  }

  async search(resource: Resource, { signal }: { signal?: AbortSignal } = {}) {
    const reader = this.#reader(resource)
    reader.read(this.#items.itemsOf(targetHash(resource)))
    if (this.#isPaused) return { items: reader.result(), answers: 0 }
    const paths = this.#pathsTo(resource)
    const answers = await searchPastLiars({ network: this.#network, reader, resource, paths, signal })
    return { items: reader.result(), answers }
  }

  /** "Several disjoint paths" (spec 8.1 #4), where it is worth the traffic. */
  #pathsTo({ n }: Resource): number {
    const { isDiversityOn, isFollowed } = this.#options
    return isDiversityOn && isFollowed?.(n) === true ? LOOKUP_PATHS : 1
  }

  async put(item: DhtItem): Promise<number> {
    this.#items.put(item, { source: 'local', announce: false, isLocal: true })
    this.#writer.add(item)
    return this.#isPaused ? 0 : this.#writer.put(item)
  }

  keep(item: DhtItem): boolean {
    this.#writer.keep(item, false)
    return this.#items.put(item, { source: 'dht', announce: true, isLocal: false })
  }

  async peersOf(username: Username, onPeer: (peer: Endpoint) => void = () => {}): Promise<Endpoint[]> {
    const found = new Map<string, Endpoint>()
    const add = (peer: Endpoint) => {
      if (found.size >= MAX_FOUND_PEERS || found.has(endpointKey(peer))) return
      if (!this.#options.allowAddress(peer.host)) return
      found.set(endpointKey(peer), peer)
      onPeer(peer)
    }
    for (const peer of this.#trackers.find(swarmInfohash(username))?.peers ?? []) add(peer)
    if (!this.#isPaused) await this.#trackerClient.find(username, add)
    return [...found.values()]
  }

  announce(username: Username, port: number): Promise<boolean> {
    if (this.#isPaused) return Promise.resolve(false)
    // "on each announce the node also pushes itself into its own table for that infohash" (spec 4.2).
    const { bind } = this.#options
    const ownHost = this.#identity.externalIp ?? (bind === '0.0.0.0' ? undefined : bind)
    if (ownHost !== undefined) this.#trackers.announce(swarmInfohash(username), { host: ownHost, port }, username)
    return this.#trackerClient.announce(username, port)
  }

  addContact(host: string, port: number): void {
    if (this.#network.give({ host, port })) this.#upkeep.given({ host, port })
  }

  onFilled(listener: () => void): () => void {
    this.#filledListeners.add(listener)
    return () => void this.#filledListeners.delete(listener)
  }

  stats(): DhtStats {
    const { rpc, trust } = this.#network
    const { traffic } = rpc
    return {
      contacts: this.#network.table.size,
      items: this.#items.size,
      trackers: this.#trackers.targetCount,
      isPaused: this.#isPaused,
      externalIp: this.#identity.externalIp,
      counts: { ...traffic.counts },
      refused: this.#refused,
      asked: traffic.asked.words(),
      asking: traffic.asking.words(),
      refusing: traffic.refusing.words(),
      refusedUs: traffic.refused.words(),
      distrusted: trust.distrusted(),
      flooders: rpc.guard.flooders(),
    }
  }

  close(): Promise<void> {
    this.#closing ??= new Promise((resolve) => {
      this.#upkeep.close()
      this.#writer.close()
      this.#trackerClient.close()
      this.#network.close()
      this.#items.flush()
      this.#socket.close(() => resolve())
    })
    return this.#closing
  }

  #reader(resource: Resource): ItemReader {
    const { nameView, clock } = this.#options
    const onRefused = (code: string) => this.#refused.set(code, (this.#refused.get(code) ?? 0) + 1)
    return new ItemReader({ resource, nameView, clock, onRefused })
  }

  #filled(): void {
    this.#upkeep.filled()
    for (const listener of this.#filledListeners) listener()
  }
}
