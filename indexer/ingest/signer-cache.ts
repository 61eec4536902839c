import type { Claim } from './claim.ts'

/** Whose key signed what, for claims that were recovered not long ago: a retwisted post comes again with each retwist. */
export class SignerCache {
  readonly #keyIds = new Map<string, Uint8Array | undefined>()
  readonly #bound: number

  constructor(bound: number) {
    this.#bound = bound
  }

  /** Answers the claims that are not known; of several for the same bytes, only the first. */
  fill(claims: readonly Claim[]): { missing: Claim[]; repeated: Claim[] } {
    const missing = new Map<string, Claim>()
    const repeated: Claim[] = []
    for (const claim of claims) {
      const key = keyOf(claim)
      if (this.#keyIds.has(key)) claim.keyId = this.#keyIds.get(key)
      else if (missing.has(key)) repeated.push(claim)
      else missing.set(key, claim)
    }
    return { missing: [...missing.values()], repeated }
  }

  note(claims: readonly Claim[]): void {
    for (const claim of claims) this.#keyIds.set(keyOf(claim), claim.keyId)
    for (const oldest of this.#keyIds.keys()) {
      if (this.#keyIds.size <= this.#bound) break
      this.#keyIds.delete(oldest)
    }
  }
}

/** The message by its hash, which nobody can find another message for, and the signature as a whole. */
function keyOf({ contentHash, signature }: Claim): string {
  return Buffer.concat([contentHash, signature]).toString('latin1')
}
