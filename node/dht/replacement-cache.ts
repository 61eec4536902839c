import { type Contact, type Endpoint, endpointKey, subnetOf } from './contact.ts'
import { BUCKET_SIZE } from './limits.ts'

/** Contacts that have answered but whose bucket is full: "replacement cache 8 each" (spec 2.5). */
export class ReplacementCache {
  readonly #buckets = new Map<number, Contact[]>()
  readonly #bucketOf = new Map<string, number>()

  /** The newest come first; one /24 may fill no more than half of it. */
  add(bucket: number, contact: Contact): void {
    this.remove(contact)
    const waiting = this.#buckets.get(bucket) ?? []
    const subnet = subnetOf(contact.host, 24)
    const kin = waiting.filter((other) => subnetOf(other.host, 24) === subnet).length
    if (kin >= BUCKET_SIZE / 2) return
    while (waiting.length >= BUCKET_SIZE) {
      const oldest = waiting.pop()
      if (oldest !== undefined) this.#bucketOf.delete(endpointKey(oldest))
    }
    waiting.unshift(contact)
    this.#buckets.set(bucket, waiting)
    this.#bucketOf.set(endpointKey(contact), bucket)
  }

  has(bucket: number): boolean {
    return (this.#buckets.get(bucket)?.length ?? 0) > 0
  }

  take(bucket: number): Contact | undefined {
    const contact = this.#buckets.get(bucket)?.shift()
    if (contact !== undefined) this.#bucketOf.delete(endpointKey(contact))
    return contact
  }

  remove(endpoint: Endpoint): void {
    const key = endpointKey(endpoint)
    const bucket = this.#bucketOf.get(key)
    if (bucket === undefined) return
    this.#bucketOf.delete(key)
    const left = this.#buckets.get(bucket)?.filter((contact) => endpointKey(contact) !== key) ?? []
    this.#buckets.set(bucket, left)
  }
}
