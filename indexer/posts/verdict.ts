import { currentRecord, postNumberLimit } from '../../node/protocol/name-view.ts'
import type { Username } from '../../node/protocol/username.ts'
import type { Userpost } from '../../node/protocol/userpost.ts'
import type { NameTable } from '../chain/name-table.ts'

const MAX_INT4 = 2_147_483_647

/** Whether signed bytes are kept: they are when they verify "under any key in its name's history". */
export type Keeping =
  | { kind: 'keep' }
  /** The name, or the block with the key, may still come. */
  | { kind: 'wait'; code: string; username: Username; waitHeight: number | undefined }
  | { kind: 'refuse'; code: string }

/** Codes under which a signature was refused that another key would make good. */
export const SIGNATURE_CODES = ['bad-userpost-signature', 'invalid-signature']

export function checkKept(
  signed: { username: Username; height: number; keyId: Uint8Array },
  names: NameTable,
  codes: { future: string; signature: string },
): Keeping {
  const { username, height, keyId } = signed
  if (currentRecord(names, username) === undefined) {
    return { kind: 'wait', code: 'unknown-username', username, waitHeight: undefined }
  }
  // "height <= best+1 … if best > 0" (§1.3)
  if (names.tipHeight > 0 && height > names.tipHeight + 1) {
    return { kind: 'wait', code: codes.future, username, waitHeight: height - 1 }
  }
  if (names.hasKeyId(username, keyId)) return { kind: 'keep' }
  // The block at its height is not here yet and may bring the key.
  if (height > names.tipHeight) return { kind: 'wait', code: codes.signature, username, waitHeight: height }
  return { kind: 'refuse', code: codes.signature }
}

export interface SignedFacts {
  userpost: Userpost
  keyId: Uint8Array
  rtKeyId: Uint8Array | null
  favKeyId: Uint8Array | null
}

/**
 * acceptSignedPost's rules that depend on the chain (§5.2, twister.cpp:1547-1656), in its order and with the codes of
 * checkUserpost, on key ids that were recovered when the post came: "what depends on the tip is derived".
 */
export function verdictOf(post: SignedFacts, names: NameTable): string {
  const { n, k, height, rt, fav } = post.userpost
  const limit = postNumberLimit(names, n)
  if (limit === undefined) return 'unknown-username'
  // "k <= 2·(best − regHeight) + 20, if best > 0: too much posts from user …" (§1.5)
  if (names.tipHeight > 0 && k > limit) return 'too-many-posts'
  // "0 <= height <= best+1; upper bound only when best > 0: post from future not accepted …"
  if (names.tipHeight > 0 && height > names.tipHeight + 1) return 'post-from-future'
  // "key of n valid at the post's own height" (§1.2)
  if (!names.isKeyIdAt(n, height, post.keyId)) return 'bad-userpost-signature'
  // "SHOULD require rt/fav both valid" (§5.2)
  if (rt !== undefined && !isInnerSigned(rt.userpost, post.rtKeyId, names)) return 'bad-rt-signature'
  if (fav !== undefined && !isInnerSigned(fav.userpost, post.favKeyId, names)) return 'bad-fav-signature'
  return 'accept'
}

function isInnerSigned(inner: Userpost, keyId: Uint8Array | null, names: NameTable): boolean {
  return keyId !== null && names.isKeyIdAt(inner.n, inner.height, keyId)
}

/**
 * The tip height from which on neither the post's height nor its number depends on the tip. A tip that passes it, or the
 * one below, either way, changes the verdict.
 */
export function dueHeightOf(userpost: Userpost, names: NameTable): number {
  const record = currentRecord(names, userpost.n)
  if (record === undefined) return userpost.height
  const fromNumber = record.height + Math.ceil((userpost.k - 20) / 2)
  return Math.min(MAX_INT4, Math.max(userpost.height, fromNumber))
}
