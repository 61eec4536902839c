import { compareDistance, type Endpoint, endpointKey, subnetOf } from './contact.ts'
import { BUCKET_SIZE, LOOKUP_ALPHA, LOOKUP_MAX_CANDIDATES } from './limits.ts'

/** The part of every reply that a look-up needs. */
export interface LookupReply {
  readonly id: Uint8Array
  readonly nodes: readonly (Endpoint & { readonly id: Uint8Array })[]
  readonly token?: Uint8Array | undefined
}

/** A node that replied, with the right to write to it. */
export interface LookupNode extends Endpoint {
  readonly id: Uint8Array
  readonly token: Uint8Array | undefined
}

interface Candidate extends Endpoint {
  /** Unknown for an address that we were only told of; such are asked first. */
  id: Uint8Array | undefined
  state: 'new' | 'asked' | 'slow' | 'replied' | 'failed'
  token: Uint8Array | undefined
}

interface LookupOptions<Reply extends LookupReply> {
  target: Uint8Array
  seeds: readonly (Endpoint & { readonly id?: Uint8Array })[]
  /** Sends the query; `onSlow` after the short time-out; undefined when there is no valid reply in the end. */
  ask: (endpoint: Endpoint, onSlow: () => void) => Promise<Reply | undefined>
  onReply?: (reply: Reply, endpoint: Endpoint) => void
  isAllowed: (endpoint: Endpoint) => boolean
  isDiversityOn: boolean
  signal?: AbortSignal
}

/** Walks towards the target; resolves with the nodes that replied, the nearest 8 first among them. */
export function runLookup<Reply extends LookupReply>(options: LookupOptions<Reply>): Promise<LookupNode[]> {
  return new Promise((resolve) => new Lookup(options, resolve).start())
}

class Lookup<Reply extends LookupReply> {
  readonly #options: LookupOptions<Reply>
  readonly #resolve: (nodes: LookupNode[]) => void
  readonly #known = new Set<string>()
  readonly #subnets = new Set<string>()
  #candidates: Candidate[] = []
  #outstanding = 0
  #isDone = false

  constructor(options: LookupOptions<Reply>, resolve: (nodes: LookupNode[]) => void) {
    this.#options = options
    this.#resolve = resolve
  }

  start(): void {
    this.#options.signal?.addEventListener('abort', this.#finish, { once: true })
    for (const seed of this.#options.seeds) this.#add(seed, seed.id)
    if (this.#options.signal?.aborted) this.#finish()
    else this.#pump()
  }

  #add(endpoint: Endpoint, id: Uint8Array | undefined): void {
    const { isAllowed, isDiversityOn, target } = this.#options
    const key = endpointKey(endpoint)
    if (this.#known.has(key) || endpoint.port === 0 || !isAllowed(endpoint)) return
    // "a candidate is ignored if any candidate's IP differs from it only in the last 4 bits" (spec 2.5).
    const subnet = subnetOf(endpoint.host, 28)
    if (isDiversityOn && this.#subnets.has(subnet)) return
    this.#known.add(key)
    this.#subnets.add(subnet)
    this.#candidates.push({ host: endpoint.host, port: endpoint.port, id, state: 'new', token: undefined })
    this.#sort(target)
  }

  #sort(target: Uint8Array): void {
    this.#candidates.sort((a, b) => {
      if (a.id === undefined || b.id === undefined) return Number(a.id !== undefined) - Number(b.id !== undefined)
      return compareDistance(target, a.id, b.id)
    })
    while (this.#candidates.length > LOOKUP_MAX_CANDIDATES) {
      const dropped = this.#candidates.findLastIndex((candidate) => candidate.state === 'new')
      if (dropped < 0) return
      this.#candidates.splice(dropped, 1)
    }
  }

  // "termination | 8 closest have replied and nothing outstanding before them, or nothing outstanding at all";
  // "aggressive: 5 outstanding among the closest" (spec 2.5, traversal_algorithm.cpp:329-406).
  #pump(): void {
    if (this.#isDone) return
    let missing = BUCKET_SIZE
    let waiting = 0
    for (const candidate of this.#candidates) {
      if (missing === 0 || waiting >= LOOKUP_ALPHA) break
      if (candidate.state === 'replied') missing--
      else if (candidate.state === 'asked') waiting++
      else if (candidate.state === 'new') {
        waiting++
        this.#query(candidate)
      }
    }
    if (this.#outstanding === 0 || (missing === 0 && waiting === 0)) this.#finish()
  }

  #query(candidate: Candidate): void {
    candidate.state = 'asked'
    this.#outstanding++
    const onSlow = () => {
      if (candidate.state !== 'asked') return
      candidate.state = 'slow'
      this.#pump()
    }
    void this.#options.ask(candidate, onSlow).then((reply) => {
      this.#outstanding--
      if (this.#isDone) return
      if (reply === undefined) candidate.state = 'failed'
      else this.#replied(candidate, reply)
      this.#pump()
    })
  }

  #replied(candidate: Candidate, reply: Reply): void {
    candidate.state = 'replied'
    candidate.id = reply.id
    candidate.token = reply.token
    this.#options.onReply?.(reply, candidate)
    for (const node of reply.nodes) this.#add(node, node.id)
    this.#sort(this.#options.target)
  }

  readonly #finish = (): void => {
    if (this.#isDone) return
    this.#isDone = true
    this.#options.signal?.removeEventListener('abort', this.#finish)
    const replied = this.#candidates.filter((candidate) => candidate.state === 'replied')
    this.#resolve(replied.flatMap(({ id, host, port, token }) => (id === undefined ? [] : [{ id, host, port, token }])))
  }
}
