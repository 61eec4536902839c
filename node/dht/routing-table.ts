import { randomBytes } from 'node:crypto'
import KBucket from 'k-bucket'
import { bytesEqual } from '../protocol/bytes.ts'
import { parseTargetHash, type Target } from '../protocol/dht-target.ts'
import { type Contact, compareDistance, type Endpoint, endpointKey, sharedPrefixBits, subnetOf } from './contact.ts'
import { BUCKET_SIZE, MAX_CONTACT_FAILURES } from './limits.ts'
import { ReplacementCache } from './replacement-cache.ts'

interface RoutingTableOptions {
  localId: Uint8Array
  isDiversityOn: boolean
}

/**
 * The contacts that have answered us, in k-buckets of 8. Only an answer gets a node in: strangers who merely send
 * queries or are named in lists stay out (spec 8.1 #5).
 */
export class RoutingTable {
  readonly #buckets: KBucket<Contact>
  readonly #byEndpoint = new Map<string, Contact>()
  readonly #replacements = new ReplacementCache()
  readonly #isDiversityOn: boolean
  /** When something was last looked up in each bucket, by the bits that it shares with our id. */
  readonly #activeMs: number[] = []

  constructor(options: RoutingTableOptions) {
    this.#isDiversityOn = options.isDiversityOn
    this.#buckets = new KBucket<Contact>({
      localNodeId: options.localId,
      numberOfNodesPerKBucket: BUCKET_SIZE,
      // An id that moves is believed only when its old place no longer answers.
      arbiter: (incumbent, candidate) =>
        endpointKey(incumbent) === endpointKey(candidate) || incumbent.failures > 0 ? candidate : incumbent,
    })
    this.#buckets.on('removed', (contact) => this.#byEndpoint.delete(endpointKey(contact)))
  }

  get localId(): Uint8Array {
    return this.#buckets.localNodeId
  }

  get size(): number {
    return this.#byEndpoint.size
  }

  /** An answer came from there; true when this made a new entry. */
  heard(id: Uint8Array, endpoint: Endpoint, nowMs: number): boolean {
    if (bytesEqual(this.localId, id)) return false
    const known = this.#byEndpoint.get(endpointKey(endpoint))
    if (known !== undefined && bytesEqual(known.id, id)) {
      known.seen = nowMs
      known.failures = 0
      this.#buckets.add(known)
      return false
    }
    // "id changed at same ip:port | old entry removed, new inserted" (spec 2.5).
    if (known !== undefined) this.#buckets.remove(known.id)
    this.#replacements.remove(endpoint)
    return (
      this.#enter({ id, host: endpoint.host, port: endpoint.port, seen: nowMs, failures: 0 }) && known === undefined
    )
  }

  #enter(contact: Contact): boolean {
    if (this.#isDiversityOn && !this.#isDiverse(contact)) return false
    const holder = this.#buckets.get(contact.id)
    this.#buckets.add(contact)
    if (this.#buckets.get(contact.id) !== contact) {
      if (holder === null) this.#replacements.add(this.#bucketOf(contact.id), contact)
      return false
    }
    if (holder !== null) this.#byEndpoint.delete(endpointKey(holder))
    this.#byEndpoint.set(endpointKey(contact), contact)
    return holder === null
  }

  /** "with replacements: swapped at first failure" (spec 2.5); without, it has some more chances. */
  failed(endpoint: Endpoint): void {
    this.#replacements.remove(endpoint)
    const contact = this.#byEndpoint.get(endpointKey(endpoint))
    if (contact === undefined) return
    contact.failures++
    if (contact.failures >= MAX_CONTACT_FAILURES || this.#replacements.has(this.#bucketOf(contact.id))) {
      this.remove(endpoint)
    }
  }

  /** Takes a contact out; who waits for its place gets it. */
  remove(endpoint: Endpoint): void {
    this.#replacements.remove(endpoint)
    const contact = this.#byEndpoint.get(endpointKey(endpoint))
    if (contact === undefined) return
    this.#buckets.remove(contact.id)
    const next = this.#replacements.take(this.#bucketOf(contact.id))
    if (next !== undefined) this.#enter(next)
  }

  has(endpoint: Endpoint): boolean {
    return this.#byEndpoint.has(endpointKey(endpoint))
  }

  idAt(endpoint: Endpoint): Uint8Array | undefined {
    return this.#byEndpoint.get(endpointKey(endpoint))?.id
  }

  /** When it last answered, by performance.now(). */
  seenAt(endpoint: Endpoint): number | undefined {
    return this.#byEndpoint.get(endpointKey(endpoint))?.seen
  }

  /** "only confirmed nodes (no failure since last reply)" (spec 2.6), nearest first. */
  closest(target: Uint8Array, count: number): Contact[] {
    return this.#sorted(target)
      .filter((contact) => contact.failures === 0)
      .slice(0, count)
  }

  /** Like closest; when none of them answered lately, the others. */
  candidates(target: Uint8Array, count: number): Contact[] {
    const confirmed = this.closest(target, count)
    return confirmed.length > 0 ? confirmed : this.#sorted(target).slice(0, count)
  }

  all(): Contact[] {
    return [...this.#byEndpoint.values()]
  }

  /** A look-up goes there: its bucket need not be refreshed. */
  touch(target: Uint8Array, nowMs: number): void {
    this.#activeMs[this.#bucketOf(target)] = nowMs
  }

  /** "the least-active bucket if idle >= 15 min; random target in that bucket" (spec 2.5, routing_table.cpp:244-293). */
  idleTarget(nowMs: number, idleMs: number): Target | undefined {
    const deepest = Math.max(-1, ...this.all().map((contact) => this.#bucketOf(contact.id)))
    let idlest: number | undefined
    for (let bucket = 0; bucket <= deepest; bucket++) {
      this.#activeMs[bucket] ??= nowMs
      const activeMs = this.#activeMs[bucket] ?? nowMs
      if (nowMs - activeMs >= idleMs && activeMs < (this.#activeMs[idlest ?? -1] ?? Number.POSITIVE_INFINITY)) {
        idlest = bucket
      }
    }
    return idlest === undefined ? undefined : this.#randomIn(idlest)
  }

  #randomIn(bucket: number): Target | undefined {
    const id = new Uint8Array(randomBytes(this.localId.length))
    for (let bit = 0; bit <= bucket; bit++) {
      const mask = 0x80 >> (bit & 7)
      const own = (this.localId[bit >> 3] ?? 0) & mask
      const wanted = bit === bucket ? own ^ mask : own
      id[bit >> 3] = ((id[bit >> 3] ?? 0) & ~mask) | wanted
    }
    return parseTargetHash(id)
  }

  #bucketOf(id: Uint8Array): number {
    return sharedPrefixBits(this.localId, id)
  }

  // k-bucket's own distance is a double and ties beyond 53 bits, so the final order is made exactly here.
  #sorted(target: Uint8Array): Contact[] {
    return this.#buckets.closest(target).sort((a, b) => compareDistance(target, a.id, b.id))
  }

  // "one entry per IP in the whole table; in a bucket no two IPs with CIDR distance <= 8 (same /24)" (spec 2.5).
  #isDiverse(newcomer: Contact): boolean {
    const bucket = this.#bucketOf(newcomer.id)
    return this.all().every(
      (contact) =>
        contact.host !== newcomer.host &&
        (this.#bucketOf(contact.id) !== bucket || subnetOf(contact.host, 24) !== subnetOf(newcomer.host, 24)),
    )
  }
}
