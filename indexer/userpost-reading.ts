import type { OutboxItem } from '../node/outbox/item.ts'
import { countCodePoints } from '../node/protocol/bytes.ts'
import { sha256 } from '../node/protocol/hash.ts'
import { MAX_MSG_CODE_POINTS } from '../node/protocol/limits.ts'
import { messageDigest, recoverKeyId } from '../node/protocol/signature.ts'
import { type InnerUserpost, isRefusal, readPiece, type SignedUserpost } from '../node/protocol/userpost.ts'
import { type Provenance, type RefusedReading, refusedReading, type UserpostReading } from './reading.ts'

export function readUserpost(item: Extract<OutboxItem, { kind: 'userpost' }>): UserpostReading | RefusedReading {
  const refused = (code: string, detail = '') => refusedReading(item, item.piece, code, detail)
  const post = readPiece(item.piece)
  if (isRefusal(post)) return refused(post.code, post.detail)
  // "n == swarm's username: expected username …" (§5.2)
  if (post.userpost.n !== item.username) return refused('expected-username', `${post.userpost.n}, not ${item.username}`)
  // "k == piece index: expected piece …"
  if (post.userpost.k !== item.k) return refused('expected-piece', `${post.userpost.k}, not ${item.k}`)
  return readSignedUserpost(post, item) ?? refused('bad-userpost-signature')
}

/** Undefined when the signature is one of no key. The caller has compared name and number. */
export function readSignedUserpost(
  post: SignedUserpost,
  provenance: Provenance,
): UserpostReading | RefusedReading | undefined {
  const { userpost } = post
  const refused = (code: string) =>
    refusedReading({ kind: 'userpost', username: userpost.n, k: userpost.k, ...provenance }, post.piece, code, '')
  // "code points of msg <= 140: msg too big …" (§5.2)
  if (countCodePoints(userpost.msg) > MAX_MSG_CODE_POINTS) return refused('msg-too-big')
  const keyId = recoverKeyId(messageDigest(post.raw), post.signature)
  if (keyId === undefined) return undefined
  return {
    kind: 'userpost',
    post,
    contentHash: sha256(post.raw),
    keyId,
    rtKeyId: innerKeyId(userpost.rt),
    favKeyId: innerKeyId(userpost.fav),
    provenance: { firstSeen: provenance.firstSeen, source: provenance.source, tipHeight: provenance.tipHeight },
  }
}

function innerKeyId(inner: InnerUserpost | undefined): Uint8Array | undefined {
  return inner && recoverKeyId(messageDigest(inner.raw), inner.signature)
}
