import { sha256 } from '../../node/protocol/hash.ts'
import { messageDigest, recoverKeyId } from '../../node/protocol/signature.ts'

/** Signed bytes, and who signed them once that has been recovered: the costliest step, so it is asked for in bulk. */
export interface Claim {
  readonly message: Uint8Array
  readonly signature: Uint8Array
  /** sha256 of the message. */
  readonly contentHash: Uint8Array
  /** hash160 of the key that the signature recovers to; undefined before, and when it is one of no key. */
  keyId: Uint8Array | undefined
}

export function claimOf(message: Uint8Array, signature: Uint8Array): Claim {
  return { message, signature, contentHash: sha256(message), keyId: undefined }
}

export function recoverClaim(claim: Claim): void {
  claim.keyId = recoverKeyId(messageDigest(claim.message), claim.signature)
}
