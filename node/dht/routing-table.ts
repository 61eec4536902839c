import KBucket from 'k-bucket'
import { type Contact, compareDistance, type Endpoint, endpointKey, sharedPrefixBits, subnetOf } from './contact.ts'
import { BUCKET_SIZE, LOOKUP_ALPHA, MAX_CONTACT_FAILURES } from './limits.ts'

interface RoutingTableOptions {
  localId: Uint8Array
  isDiversityOn: boolean
  /** A full bucket's least recently heard contacts, and who would like to take the place of a dead one. */
  onFull?: (oldest: Contact[], newcomer: Contact) => void
}

/**
 * The contacts that have answered us, in k-buckets of 8. Only an answer gets a node in: strangers who merely send
 * queries or are named in lists stay out (spec 8.1 #5).
 */
export class RoutingTable {
  readonly #buckets: KBucket<Contact>
  readonly #byEndpoint = new Map<string, Contact>()
  readonly #isDiversityOn: boolean

  constructor(options: RoutingTableOptions) {
    this.#isDiversityOn = options.isDiversityOn
    this.#buckets = new KBucket<Contact>({
      localNodeId: options.localId,
      numberOfNodesPerKBucket: BUCKET_SIZE,
      numberOfNodesToPing: LOOKUP_ALPHA,
      // An id that moves is believed only when its old place no longer answers.
      arbiter: (incumbent, candidate) =>
        endpointKey(incumbent) === endpointKey(candidate) || incumbent.failures > 0 ? candidate : incumbent,
    })
    this.#buckets.on('removed', (contact) => this.#byEndpoint.delete(endpointKey(contact)))
    this.#buckets.on('ping', (oldest, newcomer) => options.onFull?.(oldest, newcomer))
  }

  get localId(): Uint8Array {
    return this.#buckets.localNodeId
  }

  get size(): number {
    return this.#byEndpoint.size
  }

  /** The k-bucket itself, for bittorrent-dht, which works on one. */
  get buckets(): KBucket<Contact> {
    return this.#buckets
  }

  /** An answer came from there; true when this made a new entry. */
  heard(id: Uint8Array, endpoint: Endpoint, nowMs: number): boolean {
    if (compareDistance(this.localId, id, this.localId) === 0) return false
    const known = this.#byEndpoint.get(endpointKey(endpoint))
    if (known !== undefined && compareDistance(this.localId, known.id, id) === 0) {
      known.seen = nowMs
      known.failures = 0
      this.#buckets.add(known)
      return false
    }
    // "id changed at same ip:port | old entry removed, new inserted" (spec 2.5).
    if (known !== undefined) this.#buckets.remove(known.id)
    const contact: Contact = { id, host: endpoint.host, port: endpoint.port, seen: nowMs, failures: 0 }
    if (this.#isDiversityOn && !this.#isDiverse(contact)) return false
    const holder = this.#buckets.get(id)
    this.#buckets.add(contact)
    if (this.#buckets.get(id) !== contact) return false
    if (holder !== null) this.#byEndpoint.delete(endpointKey(holder))
    this.#byEndpoint.set(endpointKey(contact), contact)
    return known === undefined && holder === null
  }

  failed(endpoint: Endpoint): void {
    const contact = this.#byEndpoint.get(endpointKey(endpoint))
    if (contact === undefined) return
    contact.failures++
    if (contact.failures >= MAX_CONTACT_FAILURES) this.#buckets.remove(contact.id)
  }

  /** Lets a newcomer in for a contact that is found dead. */
  replace(dead: Contact | undefined, newcomer: Contact): void {
    if (dead === undefined) return
    this.#buckets.remove(dead.id)
    this.heard(newcomer.id, newcomer, newcomer.seen)
  }

  has(endpoint: Endpoint): boolean {
    return this.#byEndpoint.has(endpointKey(endpoint))
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

  // k-bucket's own distance is a double and ties beyond 53 bits, so the final order is made exactly here.
  #sorted(target: Uint8Array): Contact[] {
    return this.#buckets.closest(target).sort((a, b) => compareDistance(target, a.id, b.id))
  }

  // "one entry per IP in the whole table; in a bucket no two IPs with CIDR distance <= 8 (same /24)" (spec 2.5).
  #isDiverse(newcomer: Contact): boolean {
    const bucket = sharedPrefixBits(this.localId, newcomer.id)
    return this.all().every(
      (contact) =>
        contact.host !== newcomer.host &&
        (sharedPrefixBits(this.localId, contact.id) !== bucket ||
          subnetOf(contact.host, 24) !== subnetOf(newcomer.host, 24)),
    )
  }
}
