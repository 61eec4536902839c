import { bytesToHex } from '../protocol/bytes.ts'
import { compareDistance } from './contact.ts'
import {
  MAX_BYTES_PER_SIGNER,
  MAX_STORED_BYTES,
  MAX_STORED_VALUES,
  MAX_UNKNOWN_KINDS_PER_SIGNER,
  MAX_VALUES_PER_FOLLOWED,
  MAX_VALUES_PER_SIGNER,
} from './limits.ts'

/** One value that is kept for others. */
export interface HeldValue {
  readonly target: Uint8Array
  readonly contentHash: Uint8Array
  readonly signer: string
  readonly sizeBytes: number
  /** A resource that some client is known to write (spec 3.8). */
  readonly isKnownKind: boolean
}

interface SignerShare {
  readonly values: Map<string, HeldValue>
  sizeBytes: number
  unknownKinds: number
}

interface ItemQuotasOptions {
  localId: () => Uint8Array
  isFollowed: (signer: string) => boolean
}

/**
 * What strangers may make us keep: "number of targets and bytes unbounded | quotas per signer, per IP, total; known
 * resource names" (spec 8.1 #7). Names cost work, values do not: so when everything is full, the signer with the most
 * values gives way, with the one furthest from our id, where others are nearer. Who is followed gives way to nobody.
 */
export class ItemQuotas {
  readonly #options: ItemQuotasOptions
  readonly #shares = new Map<string, SignerShare>()
  #count = 0
  #sizeBytes = 0

  constructor(options: ItemQuotasOptions) {
    this.#options = options
  }

  get count(): number {
    return this.#count
  }

  add(value: HeldValue): void {
    const share = this.#shares.get(value.signer) ?? { values: new Map(), sizeBytes: 0, unknownKinds: 0 }
    const key = keyOf(value)
    if (share.values.has(key)) return
    share.values.set(key, value)
    this.#shares.set(value.signer, share)
    this.#change(share, value, 1)
  }

  remove(value: Pick<HeldValue, 'target' | 'contentHash' | 'signer'>): void {
    const share = this.#shares.get(value.signer)
    const key = keyOf(value)
    const held = share?.values.get(key)
    if (share === undefined || held === undefined) return
    share.values.delete(key)
    this.#change(share, held, -1)
    if (share.values.size === 0) this.#shares.delete(value.signer)
  }

  /** Which values must go for this one to come; undefined if it may not. */
  toMakeRoom(newcomer: HeldValue): HeldValue[] | undefined {
    const isFollowed = this.#options.isFollowed(newcomer.signer)
    const share = this.#shares.get(newcomer.signer)
    if (share !== undefined && this.#isOverQuota(share, newcomer, isFollowed)) return this.#fromOwn(share, newcomer)
    const isFull = this.#count >= MAX_STORED_VALUES || this.#sizeBytes + newcomer.sizeBytes > MAX_STORED_BYTES
    if (!isFull) return []
    const heaviest = this.#heaviestStranger()
    if (heaviest === undefined) return undefined
    if (!isFollowed && heaviest.values.size <= (share?.values.size ?? 0)) return share && this.#fromOwn(share, newcomer)
    return this.#furthest(heaviest, newcomer.sizeBytes)
  }

  #isOverQuota(share: SignerShare, newcomer: HeldValue, isFollowed: boolean): boolean {
    if (isFollowed) return share.values.size >= MAX_VALUES_PER_FOLLOWED
    return (
      share.values.size >= MAX_VALUES_PER_SIGNER ||
      share.sizeBytes + newcomer.sizeBytes > MAX_BYTES_PER_SIGNER ||
      (!newcomer.isKnownKind && share.unknownKinds >= MAX_UNKNOWN_KINDS_PER_SIGNER)
    )
  }

  /** Its own furthest value, if the new one is nearer. */
  #fromOwn(share: SignerShare, newcomer: HeldValue): HeldValue[] | undefined {
    const isCramped = !newcomer.isKnownKind && share.unknownKinds >= MAX_UNKNOWN_KINDS_PER_SIGNER
    const values = [...share.values.values()].filter((value) => !isCramped || !value.isKnownKind)
    const [furthest] = this.#byDistance(values)
    if (furthest === undefined || furthest.sizeBytes < newcomer.sizeBytes) return undefined
    return compareDistance(this.#options.localId(), newcomer.target, furthest.target) < 0 ? [furthest] : undefined
  }

  #heaviestStranger(): SignerShare | undefined {
    let heaviest: SignerShare | undefined
    for (const [signer, share] of this.#shares) {
      if (share.values.size <= (heaviest?.values.size ?? 0) || this.#options.isFollowed(signer)) continue
      heaviest = share
    }
    return heaviest
  }

  #furthest(share: SignerShare, sizeBytes: number): HeldValue[] {
    const freed: HeldValue[] = []
    let left = sizeBytes
    for (const value of this.#byDistance([...share.values.values()])) {
      freed.push(value)
      left -= value.sizeBytes
      if (left <= 0) break
    }
    return freed
  }

  #byDistance(values: HeldValue[]): HeldValue[] {
    const localId = this.#options.localId()
    return values.sort((a, b) => compareDistance(localId, b.target, a.target))
  }

  #change(share: SignerShare, value: HeldValue, sign: 1 | -1): void {
    share.sizeBytes += sign * value.sizeBytes
    if (!value.isKnownKind) share.unknownKinds += sign
    this.#sizeBytes += sign * value.sizeBytes
    this.#count += sign
  }
}

function keyOf({ target, contentHash }: Pick<HeldValue, 'target' | 'contentHash'>): string {
  return `${bytesToHex(target)} ${bytesToHex(contentHash)}`
}
