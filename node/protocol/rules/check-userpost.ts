import { countCodePoints } from '../bytes.ts'
import { MAX_MSG_CODE_POINTS } from '../limits.ts'
import { currentRecord, keyAt, type NameView, postNumberLimit } from '../name-view.ts'
import { isSignedBy, messageDigest } from '../signature.ts'
import type { Username } from '../username.ts'
import { isRefusal, readPiece, type SignedUserpost, type Userpost } from '../userpost.ts'
import { accept, ignore, reject, type Verdict } from '../verdict.ts'

/** The swarm and the piece index under which a post came. */
export interface ExpectedUserpost {
  readonly username: Username
  readonly k: number
}

/** All of acceptSignedPost (§5.2, twister.cpp:1547-1656) for the bytes of a piece. */
export function checkPiece(piece: Uint8Array, expected: ExpectedUserpost, view: NameView): Verdict {
  const reading = readPiece(piece)
  return isRefusal(reading) ? reading : checkUserpost(reading, expected, view)
}

/** Steps 4 to 12 of acceptSignedPost (§5.2); the parser has done the others. */
export function checkUserpost(post: SignedUserpost, expected: ExpectedUserpost, view: NameView): Verdict {
  const { userpost } = post
  // "n == swarm's username: expected username …"
  if (userpost.n !== expected.username)
    return reject('expected-username', 100, `${userpost.n}, not ${expected.username}`)
  // "k == piece index: expected piece …"
  if (userpost.k !== expected.k) return reject('expected-piece', 100, `${userpost.k}, not ${expected.k}`)
  const numberLimit = postNumberLimit(view, userpost.n)
  if (numberLimit === undefined) return ignore('unknown-username', userpost.n)
  // "k <= 2·(best − regHeight) + 20, if best > 0: too much posts from user …" (§1.5). The tip may grow.
  if (view.tipHeight > 0 && userpost.k > numberLimit) return ignore('too-many-posts', `${userpost.k} > ${numberLimit}`)
  // "0 <= height <= best+1; upper bound only when best > 0: post from future not accepted …"
  if (view.tipHeight > 0 && userpost.height > view.tipHeight + 1) {
    return ignore('post-from-future', `${userpost.height} > ${view.tipHeight} + 1`)
  }
  // "code points of msg <= 140: msg too big …"
  if (countCodePoints(userpost.msg) > MAX_MSG_CODE_POINTS) return reject('msg-too-big', 100)
  return checkUserpostSignatures(post, view)
}

/** Steps 10 to 12: the signatures of the post and of what it retwists or favourites, by the keys of their heights. */
export function checkUserpostSignatures(post: SignedUserpost, view: NameView): Verdict {
  const own = checkSignature(post, view, 'bad-userpost-signature', 100)
  if (own.kind !== 'accept') return own
  const { rt, fav } = post.userpost
  if (rt !== undefined) {
    // BUG in the reference: with a good fav a bad rt passes there (§5.2-12). "SHOULD require rt/fav both valid".
    const verdict = checkSignature(rt, view, 'bad-rt-signature', fav === undefined ? 100 : 0)
    if (verdict.kind !== 'accept') return verdict
  }
  return fav === undefined ? accept : checkSignature(fav, view, 'bad-fav-signature', 100)
}

interface Signed {
  readonly userpost: Userpost
  readonly raw: Uint8Array
  readonly signature: Uint8Array
}

// "key of n valid at the post's own height"; "a post whose height is below the block of the first registration is
// invalid too" (§1.2, twister.cpp:1592-1626).
function checkSignature(signed: Signed, view: NameView, code: string, score: number): Verdict {
  const { n, height } = signed.userpost
  if (currentRecord(view, n) === undefined) return ignore('unknown-username', n)
  const key = keyAt(view, n, height)
  const isValid = key !== undefined && isSignedBy(messageDigest(signed.raw), signed.signature, key)
  return isValid ? accept : reject(code, score, `${n} at height ${height}`)
}
