import { compareDistance, type Endpoint, endpointKey, subnetOf } from './contact.ts'
import {
  BUCKET_SIZE,
  LOOKUP_ALPHA,
  LOOKUP_GRACE_MS,
  LOOKUP_MAX_CANDIDATES,
  LOOKUP_MAX_PARKED,
  LOOKUP_MAX_PER_16,
  LOOKUP_SILENCE_MS,
} from './limits.ts'

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
  state: 'new' | 'asked' | 'slow' | 'replied' | 'lied' | 'failed'
  token: Uint8Array | undefined
}

/** What the paths of one look-up have between them: nobody is asked by two of them. */
export class LookupClaims {
  readonly #asked = new Set<string>()
  readonly #per16 = new Map<string, number>()

  /** May this path ask there? Then no other one may. */
  claim(endpoint: Endpoint, isDiversityOn: boolean): boolean {
    const key = endpointKey(endpoint)
    if (this.#asked.has(key)) return false
    const subnet = subnetOf(endpoint.host, 16)
    const count = this.#per16.get(subnet) ?? 0
    // Ids next to a target are cheap for who owns a subnet, but only within it (spec 8.1 #4).
    if (isDiversityOn && count >= LOOKUP_MAX_PER_16) return false
    this.#asked.add(key)
    this.#per16.set(subnet, count + 1)
    return true
  }
}

export interface LookupOptions<Reply extends LookupReply> {
  target: Uint8Array
  seeds: readonly (Endpoint & { readonly id?: Uint8Array })[]
  /** Sends the query; `onSlow` after the short time-out; undefined when there is no valid reply in the end. */
  ask: (endpoint: Endpoint, onSlow: () => void) => Promise<Reply | undefined>
  onReply?: (reply: Reply, endpoint: Endpoint) => void
  /** Who has lied is none of the nearest that must have replied, and whom it names is not asked for that. */
  hasLied?: (reply: Reply, endpoint: Endpoint) => boolean
  isAllowed: (endpoint: Endpoint) => boolean
  isDiversityOn: boolean
  signal?: AbortSignal
  /** So many nearest must have replied; 8 unless told. */
  wanted?: number
  claims?: LookupClaims
}

/** Walks towards the target; resolves with the nodes that replied, nearest first. */
export function runLookup<Reply extends LookupReply>(options: LookupOptions<Reply>): Promise<LookupNode[]> {
  return new Promise((resolve) => new Lookup(options, resolve).start())
}

class Lookup<Reply extends LookupReply> {
  readonly #options: LookupOptions<Reply>
  readonly #resolve: (nodes: LookupNode[]) => void
  readonly #claims: LookupClaims
  readonly #known = new Set<string>()
  /** Which candidate stands for its /28, and who waits for it to fail. */
  readonly #subnets = new Map<string, Candidate>()
  readonly #parked: Candidate[] = []
  #candidates: Candidate[] = []
  #outstanding = 0
  #patience: NodeJS.Timeout | undefined
  #isDone = false

  constructor(options: LookupOptions<Reply>, resolve: (nodes: LookupNode[]) => void) {
    this.#options = options
    this.#resolve = resolve
    this.#claims = options.claims ?? new LookupClaims()
  }

  start(): void {
    this.#options.signal?.addEventListener('abort', this.#finish, { once: true })
    for (const seed of this.#options.seeds) this.#add(seed, seed.id)
    this.#sort()
    if (this.#options.signal?.aborted) this.#finish()
    else this.#pump()
  }

  #add({ host, port }: Endpoint, id: Uint8Array | undefined): void {
    const { isAllowed } = this.#options
    const key = endpointKey({ host, port })
    if (this.#known.has(key) || port === 0 || !isAllowed({ host, port })) return
    this.#known.add(key)
    this.#admit({ host, port, id, state: 'new', token: undefined })
  }

  #admit(candidate: Candidate): void {
    // "a candidate is ignored if any candidate's IP differs from it only in the last 4 bits" (spec 2.5): for as long as
    // that one may yet answer, or a single lie would shut an honest node out.
    const subnet = subnetOf(candidate.host, 28)
    const isTaken = this.#options.isDiversityOn && (this.#subnets.get(subnet)?.state ?? 'failed') !== 'failed'
    if (isTaken) {
      if (this.#parked.length < LOOKUP_MAX_PARKED) this.#parked.push(candidate)
      return
    }
    this.#subnets.set(subnet, candidate)
    this.#candidates.push(candidate)
  }

  #sort(): void {
    const { target } = this.#options
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
    let missing = this.#options.wanted ?? BUCKET_SIZE
    let waiting = 0
    for (const candidate of this.#candidates) {
      if (missing === 0 || waiting >= LOOKUP_ALPHA) break
      if (candidate.state === 'replied') missing--
      else if (candidate.state === 'asked') waiting++
      else if (candidate.state === 'new' && this.#query(candidate)) waiting++
    }
    clearTimeout(this.#patience)
    if (this.#outstanding === 0 || (missing === 0 && waiting === 0)) this.#finish()
    else if (waiting === 0) this.#waitForTheSlow()
  }

  // The reference goes on waiting for all who are late, up to 8 s: for what nobody holds, that is how long the dead hold
  // everything up. Who is late has had its second. If nobody at all has answered there is more time; and a moment in any
  // case, because it may be this process that was late.
  #waitForTheSlow(): void {
    const hasAnswer = this.#candidates.some(({ state }) => state === 'replied' || state === 'lied')
    this.#patience = setTimeout(this.#finish, hasAnswer ? LOOKUP_GRACE_MS : LOOKUP_SILENCE_MS)
  }

  #query(candidate: Candidate): boolean {
    if (!this.#claims.claim(candidate, this.#options.isDiversityOn)) {
      candidate.state = 'failed'
      return false
    }
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
      if (reply === undefined) this.#failed(candidate)
      else this.#replied(candidate, reply)
      this.#pump()
    })
    return true
  }

  #failed(candidate: Candidate): void {
    candidate.state = 'failed'
    const subnet = subnetOf(candidate.host, 28)
    const next = this.#parked.findIndex((parked) => subnetOf(parked.host, 28) === subnet)
    const [parked] = next < 0 ? [] : this.#parked.splice(next, 1)
    if (parked === undefined) return
    this.#admit(parked)
    this.#sort()
  }

  #replied(candidate: Candidate, reply: Reply): void {
    const { target, onReply, hasLied } = this.#options
    onReply?.(reply, candidate)
    if (hasLied?.(reply, candidate) === true) {
      candidate.state = 'lied'
      return
    }
    candidate.state = 'replied'
    candidate.token = reply.token
    // Who turns out to have another id than it was known by keeps its old place, if the new one would be better.
    if (candidate.id === undefined || compareDistance(target, reply.id, candidate.id) > 0) candidate.id = reply.id
    for (const node of reply.nodes) this.#add(node, node.id)
    this.#sort()
  }

  readonly #finish = (): void => {
    if (this.#isDone) return
    this.#isDone = true
    clearTimeout(this.#patience)
    this.#options.signal?.removeEventListener('abort', this.#finish)
    const replied = this.#candidates.filter((candidate) => candidate.state === 'replied')
    this.#resolve(replied.flatMap(({ id, host, port, token }) => (id === undefined ? [] : [{ id, host, port, token }])))
  }
}
