import {
  type Bdict,
  type Bencodable,
  type Bvalue,
  encodeBencode,
  int31Of,
  parseBencode,
  rawBencode,
} from './bencode.ts'
import { compareBytes, type RawBytes, rawBytes } from './bytes.ts'
import { encodeTarget, parseTarget, type Resource } from './dht-target.ts'
import { sha256 } from './hash.ts'
import {
  DHT_EXPIRY_BLOCKS,
  DHT_POST_EXPIRY_BLOCKS,
  DHT_VALUE_BENCODE,
  MAX_DHT_SINGLE_BYTES,
  MAX_FOLLOWING_PAGE,
  MAX_INT31,
  SIGNATURE_BYTES,
} from './limits.ts'
import { messageDigest, signDigest } from './signature.ts'
import { parseUsername, type Username } from './username.ts'

/** A value of the DHT (§3.2). Offsets of `v` are those within `p`. */
export interface DhtItem {
  readonly resource: Resource
  readonly height: number
  /** Unix seconds. */
  readonly time: number
  /** Singles only; the highest wins. */
  readonly seq?: number
  readonly v: Bvalue
  readonly vRaw: RawBytes
  /** The signed bytes. */
  readonly p: RawBytes
  readonly sigP: Uint8Array
  readonly sigUser: Username
}

/** The three parts as they travel. */
export interface RawDhtItem {
  readonly p: Uint8Array
  readonly sigP: Uint8Array
  readonly sigUser: string | Uint8Array
}

/** Canonical `p` with all its keys, a signature of 65 bytes, a username; nothing is checked against the chain. */
export function parseDhtItem(raw: RawDhtItem): DhtItem | undefined {
  const sigUser = parseUsername(raw.sigUser)
  if (sigUser === undefined || raw.sigP.length !== SIGNATURE_BYTES) return undefined
  // The size of a multi, 768 bytes, is a rule's business.
  if (raw.p.length > MAX_DHT_SINGLE_BYTES) return undefined
  const dict = parseBencode(raw.p, DHT_VALUE_BENCODE)
  // "a non-canonical p verifies at the first node but is served altered ⇒ SHOULD refuse to store/relay" (§0.1).
  if (dict?.kind !== 'dict' || !dict.isCanonical) return undefined
  const fields = readFields(dict)
  if (fields === undefined) return undefined
  return { ...fields, vRaw: rawBytes(fields.v.raw(raw.p)), p: rawBytes(dict.raw(raw.p)), sigP: raw.sigP, sigUser }
}

function readFields(dict: Bdict): Pick<DhtItem, 'resource' | 'height' | 'time' | 'seq' | 'v'> | undefined {
  const resource = parseTarget(dict.get('target'))
  const height = int31Of(dict.get('height'))
  const time = int31Of(dict.get('time'))
  const seq = int31Of(dict.get('seq'))
  const v = dict.get('v')
  if (resource === undefined || height === undefined || time === undefined || v === undefined) return undefined
  // One that is out of range is as good as none: "t ≠ m ⇒ seq present and >= 0" is a rule's business (§3.3-8).
  if ((dict.get('seq')?.kind ?? 'integer') !== 'integer') return undefined
  return { resource, height, time, seq, v }
}

export interface DhtFields {
  readonly resource: Resource
  readonly height: number
  readonly time: number
  /** For singles; the reference's writer omits it for multis. */
  readonly seq?: number
  readonly v: Bencodable
}

export function encodeDhtP(fields: DhtFields): RawBytes {
  const { resource, height, time, seq, v } = fields
  return rawBytes(encodeBencode({ height, seq, target: rawBencode(encodeTarget(resource)), time, v }))
}

/** Signs a value: sig_p is "over bencode(p) by the current key of sig_user" (§3.2). */
export function encodeDhtItem(fields: DhtFields & { readonly sigUser: Username }, privateKey: Uint8Array): DhtItem {
  const p = encodeDhtP(fields)
  const sigP = signDigest(messageDigest(p), privateKey)
  const item = parseDhtItem({ p, sigP, sigUser: fields.sigUser })
  if (item === undefined) throw new RangeError('not a valid DHT value')
  return item
}

/**
 * The last height at which a value is alive ("expires when best > height + …", §3.7, twister.cpp:1833-1900);
 * undefined: never expires.
 */
export function dhtItemExpiryHeight(resource: Resource, height: number): number | undefined {
  if (resource.t === 'm') return height + DHT_EXPIRY_BLOCKS
  if (resource.r === 'profile' || resource.r === 'avatar' || resource.r === 'status') return undefined
  const page = resourceNumber(resource.r, 'following')
  if (page !== undefined && page <= MAX_FOLLOWING_PAGE) return undefined
  return height + (resourceNumber(resource.r, 'post') === undefined ? DHT_EXPIRY_BLOCKS : DHT_POST_EXPIRY_BLOCKS)
}

/** Whether some client is known to write such values (§3.8); "unknown resources are stored like others". */
export function isKnownResource({ r, t }: Resource): boolean {
  if (t === 'm') return r === 'hashtag' || r === 'mention' || isNumbered(r, 'replies') || isNumbered(r, 'rts')
  const isPlain = r === 'profile' || r === 'avatar' || r === 'status' || r === 'swarm'
  return isPlain || isNumbered(r, 'following') || isNumbered(r, 'post')
}

/**
 * Orders the values of a single, the one to keep first: "highest seq" (§3.5); "equal seq: tie-break by higher height, then
 * bytes" (§8.1-9), so that all who compare agree. The reference keeps whichever came first.
 */
export function compareSingles(a: Rival, b: Rival): number {
  return (b.seq ?? 0) - (a.seq ?? 0) || b.height - a.height || compareBytes(sha256(a.p), sha256(b.p))
}

interface Rival {
  readonly seq?: number | undefined
  readonly height: number
  readonly p: Uint8Array
}

function isNumbered(r: string, base: string): boolean {
  return resourceNumber(r, base) !== undefined
}

/** N of `post<N>`, `following<N>`, `replies<N>`, `rts<N>`: "decimal without leading zeros" (§3.7). */
export function resourceNumber(r: string, base: string): number | undefined {
  if (!r.startsWith(base)) return undefined
  const digits = r.slice(base.length)
  if (!/^(?:0|[1-9][0-9]{0,9})$/.test(digits)) return undefined
  const value = Number(digits)
  return value <= MAX_INT31 ? value : undefined
}
