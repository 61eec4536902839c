import type { Socket } from 'node:dgram'
import { LRUCache } from 'lru-cache'
import { bytesEqual } from '../protocol/bytes.ts'
import type { GetDataCall } from '../protocol/dht-call.ts'
import type { DhtFault, DhtQuery, DhtReply } from '../protocol/dht-message.ts'
import type { Target } from '../protocol/dht-target.ts'
import { isNodeIdOfIp, type NodeId } from '../protocol/node-id.ts'
import { type Endpoint, endpointKey } from './contact.ts'
import { runDisjointLookups } from './disjoint-lookup.ts'
import type { Identity } from './identity.ts'
import { BUCKET_SIZE, MAX_BOOTSTRAP_CONTACTS, MAX_SILENT, QUERY_TIMEOUT_MS, SILENT_MS } from './limits.ts'
import { type LookupClaims, type LookupNode, type LookupReply, runLookup } from './lookup.ts'
import { RoutingTable } from './routing-table.ts'
import { Rpc } from './rpc.ts'
import { type Lie, Trust } from './trust.ts'

interface NetworkOptions {
  socket: Socket
  identity: Identity
  allowAddress: (ip: string) => boolean
  isDiversityOn: boolean
  onQuery: (query: DhtQuery | DhtFault, from: Endpoint) => void
  /** There is a contact after there was none. */
  onFilled: () => void
}

/** A getData reply as look-ups see it. */
export type DataReply = Omit<DhtReply, 'nodes'> & LookupReply

interface LookupWish {
  onReply?: (reply: DataReply, from: Endpoint) => void
  /** Who has lied is none of those that have to have answered, and is not believed about others. */
  hasLied?: (reply: DataReply, from: Endpoint) => boolean
  signal?: AbortSignal | undefined
  /** How many nearest must have answered; 8 unless told. */
  wanted?: number
  /** So many disjoint paths; 1 unless told. */
  paths?: number
  /** Nobody is asked again who was asked under these. */
  claims?: LookupClaims
  /** From how many contacts it starts; 16 unless told. */
  seeds?: number
}

/** The other nodes: who they are, and asking them. */
export class Network {
  readonly rpc: Rpc
  readonly trust: Trust
  readonly #options: NetworkOptions
  #table: RoutingTable
  /** Addresses we were told of, whose ids we do not know. */
  readonly #given = new Map<string, Endpoint>()
  /** Addresses that lately did not answer, or not in time: a look-up does not wait for them again. */
  readonly #silent = new LRUCache<string, 'slow' | 'dead'>({ max: MAX_SILENT, ttl: SILENT_MS })

  constructor(options: NetworkOptions) {
    const { identity, isDiversityOn } = options
    this.#options = options
    this.#table = this.#newTable()
    this.trust = new Trust(isDiversityOn)
    this.rpc = new Rpc({
      socket: options.socket,
      localId: () => identity.id,
      isAllowed: (host) => this.#isAllowed(host),
      isTrusted: (endpoint) => this.#isTrusted(endpoint),
      isDiversityOn,
      onQuery: options.onQuery,
      onAnswer: (reply, from) => this.#heard(reply.id, from),
      onSlow: (to) => this.#silent.set(endpointKey(to), 'slow'),
      onTimeout: (to) => {
        // "droppable = replies to queries" (spec 2.5): who answered other queries meanwhile has dropped one, and lives.
        if (performance.now() - (this.#table.seenAt(to) ?? Number.NEGATIVE_INFINITY) < QUERY_TIMEOUT_MS) return
        this.#table.failed(to)
        this.#silent.set(endpointKey(to), 'dead')
      },
      onVote: (ip, voter) => {
        if (identity.voted(ip, voter)) this.#moveTable()
      },
    })
  }

  get table(): RoutingTable {
    return this.#table
  }

  get given(): readonly Endpoint[] {
    return [...this.#given.values()]
  }

  give(endpoint: Endpoint): boolean {
    const key = endpointKey(endpoint)
    if (this.#given.has(key) || !this.#isReachable(endpoint)) return false
    if (this.#given.size >= MAX_BOOTSTRAP_CONTACTS) {
      const [oldest] = this.#given.keys()
      if (oldest !== undefined) this.#given.delete(oldest)
    }
    this.#given.set(key, endpoint)
    return true
  }

  /** The id of whoever answers there. */
  async ping(endpoint: Endpoint): Promise<NodeId | undefined> {
    if (!this.#isReachable(endpoint)) return undefined
    const reply = await this.rpc.call(endpoint, { method: 'ping' })
    return reply?.id
  }

  findNode(target: Target, wish: Pick<LookupWish, 'wanted'> = {}): Promise<LookupNode[]> {
    const call = { method: 'findNode', target } as const
    return this.#lookup(target, (endpoint, onSlow) => this.rpc.call(endpoint, call, onSlow), wish)
  }

  /** Asks towards the target for what it holds; resolves with the nodes that replied, nearest first. */
  getData(call: GetDataCall, wish: LookupWish = {}): Promise<LookupNode[]> {
    return this.#lookup(call.target, (endpoint, onSlow) => this.rpc.call(endpoint, call, onSlow), wish)
  }

  /** Counts a lie; who told too many is no contact of ours any more. */
  lied(endpoint: Endpoint, lie: Lie): void {
    if (this.trust.lied(endpoint, lie) && this.#hasOthers(endpoint)) this.#table.remove(endpoint)
  }

  close(): void {
    this.rpc.close()
  }

  #lookup(
    target: Target,
    ask: (endpoint: Endpoint, onSlow: () => void) => Promise<DhtReply | undefined>,
    { onReply, hasLied, signal, wanted, paths = 1, claims, seeds: count = 2 * BUCKET_SIZE }: LookupWish,
  ): Promise<LookupNode[]> {
    this.#table.touch(target, performance.now())
    const known: readonly (Endpoint & { id?: Uint8Array })[] = this.#table.candidates(target, count)
    const seeds = known.length > 0 ? known : this.given.slice(-count)
    const options = {
      target,
      seeds,
      ask: async (endpoint: Endpoint, onSlow: () => void) => {
        // Asked all the same: it may be back.
        if (this.#silent.get(endpointKey(endpoint)) === 'slow') queueMicrotask(onSlow)
        const reply = await ask(endpoint, onSlow)
        return reply && { ...reply, nodes: usableNodes(reply) }
      },
      isAllowed: (endpoint: Endpoint) =>
        this.#isReachable(endpoint) && this.#isTrusted(endpoint) && this.#silent.get(endpointKey(endpoint)) !== 'dead',
      isDiversityOn: this.#options.isDiversityOn,
      ...(onReply && { onReply }),
      ...(hasLied && { hasLied }),
      ...(claims && { claims }),
      ...(signal && { signal }),
      ...(wanted !== undefined && { wanted }),
    }
    return paths > 1 ? runDisjointLookups<DataReply>(options, paths) : runLookup<DataReply>(options)
  }

  #heard(id: NodeId, from: Endpoint): void {
    const wasEmpty = this.#table.size === 0
    this.#silent.delete(endpointKey(from))
    const known = this.#table.idAt(from)
    if (known !== undefined && !bytesEqual(known, id)) this.lied(from, 'id-changed')
    if (!this.#isTrusted(from)) return
    const last = this.#table.size === 1 ? this.#table.all()[0] : undefined
    this.#table.heard(id, from, performance.now())
    if (last !== undefined && !this.#isTrusted(last)) this.#table.remove(last)
    if (wasEmpty && this.#table.size > 0) this.#options.onFilled()
  }

  /** Who has lied is the last to be asked, not never: of what a liar alone has, the good values are still good. */
  #isTrusted(endpoint: Endpoint): boolean {
    return this.trust.isTrusted(endpoint) || !this.#hasOthers(endpoint)
  }

  #hasOthers(endpoint: Endpoint): boolean {
    return this.#table.all().some((contact) => endpointKey(contact) !== endpointKey(endpoint))
  }

  /** A new id of ours: the same contacts, in other buckets. */
  #moveTable(): void {
    const contacts = this.#table.all()
    this.#table = this.#newTable()
    for (const { id, host, port, seen } of contacts) this.#table.heard(id, { host, port }, seen)
  }

  #newTable(): RoutingTable {
    const { identity, isDiversityOn } = this.#options
    return new RoutingTable({ localId: identity.id, isDiversityOn })
  }

  #isReachable(endpoint: Endpoint): boolean {
    if (this.rpc.isClosed) return false
    if (endpoint.port <= 0 || endpoint.port > 0xffff || !this.#isAllowed(endpoint.host)) return false
    const own = this.#options.socket.address()
    const isOwnHost = endpoint.host === own.address || endpoint.host === this.#options.identity.externalIp
    return !(isOwnHost && endpoint.port === own.port)
  }

  #isAllowed(host: string): boolean {
    return isUnicast4(host) && this.#options.allowAddress(host)
  }
}

// "SHOULD: also check ids in nodes lists" (spec 2.4, 8.1 #3).
function usableNodes(reply: DhtReply): (Endpoint & { id: Uint8Array })[] {
  const nodes = reply.nodes?.slice(0, 2 * BUCKET_SIZE) ?? []
  return nodes.flatMap(({ id, ip, port }) => (isNodeIdOfIp(id, ip) ? [{ id, host: ip, port }] : []))
}

/** "IPv4 in practice" (spec 2.1); neither 0/8 nor multicast nor broadcast. */
function isUnicast4(host: string): boolean {
  const first = Number(host.split('.')[0])
  return !host.includes(':') && first > 0 && first < 224
}
