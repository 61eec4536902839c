import type { OutboxItem } from '../../node/outbox/item.ts'
import { encodeBencode, rawBencode } from '../../node/protocol/bencode.ts'
import { countCodePoints } from '../../node/protocol/bytes.ts'
import { MAX_MSG_CODE_POINTS } from '../../node/protocol/limits.ts'
import {
  type InnerUserpost,
  isRefusal,
  parseSignedUserpost,
  readPiece,
  type SignedUserpost,
} from '../../node/protocol/userpost.ts'
import { type Claim, claimOf } from '../ingest/claim.ts'
import { type Provenance, type RefusedReading, refusedReading, type UserpostReading } from '../ingest/reading.ts'

/** A well-formed post whose signatures are not recovered yet. */
export interface UserpostDraft {
  readonly post: SignedUserpost
  readonly own: Claim
  readonly rt: Claim | undefined
  readonly fav: Claim | undefined
  readonly provenance: Provenance
  /** What is said when the signature is one of no key. Of a post inside another nothing: the outer one shows it. */
  readonly refusal: RefusedReading | undefined
}

export function openUserpost(item: Extract<OutboxItem, { kind: 'userpost' }>): UserpostDraft[] | RefusedReading {
  const refused = (code: string, detail = '') => refusedReading(item, item.piece, code, detail)
  const post = readPiece(item.piece)
  if (isRefusal(post)) return refused(post.code, post.detail)
  // "n == swarm's username: expected username …" (§5.2)
  if (post.userpost.n !== item.username) return refused('expected-username', `${post.userpost.n}, not ${item.username}`)
  // "k == piece index: expected piece …"
  if (post.userpost.k !== item.k) return refused('expected-piece', `${post.userpost.k}, not ${item.k}`)
  return openSignedUserpost(post, item)
}

/** The post itself, and those inside of it. The caller has compared name and number. */
export function openSignedUserpost(post: SignedUserpost, from: Provenance): UserpostDraft[] | RefusedReading {
  const { n, k, msg } = post.userpost
  const facts = { kind: 'userpost', username: n, k, source: from.source } as const
  // "code points of msg <= 140: msg too big …" (§5.2)
  if (countCodePoints(msg) > MAX_MSG_CODE_POINTS) return refusedReading(facts, post.piece, 'msg-too-big')
  const refusal = refusedReading(facts, post.piece, 'bad-userpost-signature')
  const provenance = { firstSeen: from.firstSeen, source: from.source, tipHeight: from.tipHeight }
  return draftsOf(post, claimOf(post.raw, post.signature), provenance, refusal)
}

export function claimsOfDraft({ own, rt, fav }: UserpostDraft): Claim[] {
  return [own, rt, fav].filter((claim) => claim !== undefined)
}

/** Once its claims are recovered. */
export function userpostReading(draft: UserpostDraft): UserpostReading | RefusedReading | undefined {
  const { post, own, rt, fav, provenance } = draft
  if (own.keyId === undefined) return draft.refusal
  const { contentHash, keyId } = own
  return { kind: 'userpost', post, contentHash, keyId, rtKeyId: rt?.keyId, favKeyId: fav?.keyId, provenance }
}

/**
 * A retwisted or favourited post is a post of its own, whatever becomes of the one around it: what the tip of the moment
 * says of that one must not decide whether this one is here. Each is shorter than the one around it, so this ends.
 */
function draftsOf(
  post: SignedUserpost,
  own: Claim,
  provenance: Provenance,
  refusal: RefusedReading | undefined,
): UserpostDraft[] {
  const { rt, fav } = post.userpost
  const rtClaim = rt && claimOf(rt.raw, rt.signature)
  const favClaim = fav && claimOf(fav.raw, fav.signature)
  const draft = { post, own, rt: rtClaim, fav: favClaim, provenance, refusal }
  return [draft, ...innerDrafts(rt, rtClaim, provenance), ...innerDrafts(fav, favClaim, provenance)]
}

function innerDrafts(inner: InnerUserpost | undefined, claim: Claim | undefined, from: Provenance): UserpostDraft[] {
  if (inner === undefined || claim === undefined) return []
  const post = innerPost(inner)
  if (post === undefined || countCodePoints(post.userpost.msg) > MAX_MSG_CODE_POINTS) return []
  return draftsOf(post, claim, { ...from, source: 'retwist' }, undefined)
}

/** "rt = P.userpost, sig_rt = P.sig_userpost" (§5.3): the post as its author published it, when it is one. */
function innerPost({ raw, signature }: InnerUserpost): SignedUserpost | undefined {
  return parseSignedUserpost(encodeBencode({ sig_userpost: signature, userpost: rawBencode(raw) }))
}
