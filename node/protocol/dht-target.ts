import { type Bvalue, encodeBencode, textOf } from './bencode.ts'
import { sha1 } from './hash.ts'
import type { Username } from './username.ts'

/** What a DHT value is filed under: `n` is a username for singles, but any word for multis (§1.4). */
export interface Resource {
  readonly n: string
  readonly r: string
  /** s: one value, its owner's; m: many, anybody's. */
  readonly t: 's' | 'm'
}

/** Place of a resource in the DHT, and the infohash of a swarm: 20 bytes. */
export type Target = Uint8Array & { readonly __brand: 'Target' }

/** "target = { n, r, t: 's' | 'm' }; id = SHA-1 of its bencoding d1:n<..>1:r<..>1:t1:se" (§3.1, twister_utils.cpp:492-502). */
export function encodeTarget(resource: Resource): Uint8Array {
  return encodeBencode({ n: resource.n, r: resource.r, t: resource.t })
}

export function targetHash(resource: Resource): Target {
  return sha1(encodeTarget(resource)) as Target
}

/** "infohash = SHA-1 of the bencoded target {n:user, r:'tracker', t:'m'}" (§4.1, twister.cpp:160). */
export function swarmInfohash(username: Username): Target {
  return targetHash({ n: username, r: 'tracker', t: 'm' })
}

/** 20 bytes from the wire. */
export function parseTargetHash(bytes: Uint8Array): Target | undefined {
  return bytes.length === 20 ? (bytes as Target) : undefined
}

/**
 * "the raw-byte rule lets a sender use an unsorted target dict with the same n,r,t and so address other ids; SHOULD
 * demand canonical order" (§3.1). Names that are not UTF-8 are refused: no known writer makes them.
 */
export function parseTarget(value: Bvalue | undefined): Resource | undefined {
  if (value?.kind !== 'dict' || !value.isCanonical || value.keys.length !== 3) return undefined
  const n = textOf(value.get('n'))
  const r = textOf(value.get('r'))
  const t = textOf(value.get('t'))
  if (n === undefined || r === undefined || (t !== 's' && t !== 'm')) return undefined
  return { n, r, t }
}

export function resourcesEqual(a: Resource, b: Resource): boolean {
  return a.n === b.n && a.r === b.r && a.t === b.t
}
