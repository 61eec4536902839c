import { bytesEqual, utf8Encode } from '../bytes.ts'
import { type DhtItem, resourceNumber } from '../dht-item.ts'
import { type Resource, resourcesEqual } from '../dht-target.ts'
import {
  MAX_DHT_MULTI_BYTES,
  MAX_DHT_RESOURCE_NAME_BYTES,
  MAX_DHT_SINGLE_BYTES,
  MAX_FUTURE_DRIFT_S,
} from '../limits.ts'
import type { NameView } from '../name-view.ts'
import { carriesUserpost } from '../resources/embedded-userpost.ts'
import { parsePushes } from '../script.ts'
import { keyIdOf, messageDigest, recoverKeyId } from '../signature.ts'
import { isRefusal, readPiece } from '../userpost.ts'
import { accept, ignore, reject, type Verdict } from '../verdict.ts'
import { checkUserpost } from './check-userpost.ts'

/**
 * Whether a value may be stored and served ('store': putData, §3.3) or believed ('read': getData, §3.5). `now` is the
 * chain's adjusted time. Reading takes the resource that was asked for. The token is the DHT's business.
 */
export function checkDhtItem(
  item: DhtItem,
  view: NameView,
  now: number,
  purpose: 'store' | 'read',
  asked?: Resource,
): Verdict {
  // "discard values whose p.target differs from the request" (§3.5)
  if (asked !== undefined && !resourcesEqual(item.resource, asked)) return reject('wrong-target', 100)
  const verdict = checkForm(item, view)
  if (verdict.kind !== 'accept') return verdict
  const { height, time } = item
  // "height <= best+1 (if best > 0), no lower bound: height > getBestHeight"; "reader: height not looked at" (§1.3)
  if (purpose === 'store' && view.tipHeight > 0 && height > view.tipHeight + 1) {
    return ignore('height-from-future', `${height} > ${view.tipHeight} + 1`)
  }
  // "getData reader: time present and ≠ 0 and <= now+7200" (§1.3, dht_get.cpp:125-131)
  if (purpose === 'read' && time === 0) return reject('no-time', 0)
  // "time <= now+7200: time > GetAdjustedTime"
  if (time > now + MAX_FUTURE_DRIFT_S) return ignore('time-from-future', `${time} > ${Math.floor(now)} + 7200`)
  return carriesUserpost(item) ? checkEmbeddedUserpost(item, view) : accept
}

// Steps 2 and 5 to 8 of §3.3, in the reference's order (node.cpp:1361-1429); readers SHOULD apply them too (§3.5).
function checkForm(item: DhtItem, view: NameView): Verdict {
  const { resource, sigUser, p, seq } = item
  const isSingle = resource.t === 's'
  // "raw size of p: 1…768 if t = m, 1…8192 otherwise: message too big"
  if (p.length > (isSingle ? MAX_DHT_SINGLE_BYTES : MAX_DHT_MULTI_BYTES)) return reject('message-too-big', 20)
  const signed = checkSignature(item, view)
  if (signed.kind !== 'accept') return signed
  // "t ≠ m ⇒ sig_user == n: only owner is allowed"
  if (isSingle && sigUser !== resource.n) return reject('only-owner', 100, `${sigUser} signed for ${resource.n}`)
  // "length of r <= 32 bytes: resource name too big"
  if (utf8Encode(resource.r).length > MAX_DHT_RESOURCE_NAME_BYTES) return reject('resource-name-too-big', 20)
  // "t ≠ m ⇒ seq present and >= 0: seq is required for single"
  if (isSingle && seq === undefined) return reject('seq-is-required', 20)
  return accept
}

// "sig_p: current key of sig_user (no height)"; "after a key replacement old DHT values become invalid at once" (§1.2).
function checkSignature(item: DhtItem, view: NameView): Verdict {
  const records = view.history(item.sigUser)
  if (records.length === 0) return ignore('unknown-username', item.sigUser)
  const signer = recoverKeyId(messageDigest(item.p), item.sigP)
  const isSignedByKeyOf = (script: Uint8Array): boolean => {
    const key = parsePushes(script)?.[0]
    return signer !== undefined && key !== undefined && bytesEqual(keyIdOf(key), signer)
  }
  const standing = records.findLastIndex((record) => isSignedByKeyOf(record.pubKeyScript))
  if (standing === -1) return reject('invalid-signature', 100, item.sigUser)
  // A reorganisation can make a former key the current one again.
  return standing === records.length - 1 ? accept : ignore('replaced-key', item.sigUser)
}

// "for values carrying a post verify sig_userpost by userpost.n's key at its height and that userpost.n == sig_user and,
// for post<k>, k == number" (§3.5). The reference does not, so whoever serves such a value need not have made it.
const RELAYED_IN_GOOD_FAITH = 0

function checkEmbeddedUserpost(item: DhtItem, view: NameView): Verdict {
  const post = readPiece(item.vRaw)
  if (isRefusal(post)) return { ...post, score: RELAYED_IN_GOOD_FAITH }
  const k = item.resource.t === 's' ? resourceNumber(item.resource.r, 'post') : undefined
  const verdict = checkUserpost(post, { username: item.sigUser, k: k ?? post.userpost.k }, view)
  return verdict.kind === 'reject' ? { ...verdict, score: RELAYED_IN_GOOD_FAITH } : verdict
}

const PUT_ERRORS: ReadonlyMap<string, string> = new Map([
  ['message-too-big', 'message too big'],
  ['invalid-signature', 'invalid signature'],
  ['unknown-username', 'invalid signature'],
  ['replaced-key', 'invalid signature'],
  ['only-owner', 'only owner is allowed'],
  ['resource-name-too-big', 'resource name too big'],
  ['seq-is-required', 'seq is required for single'],
  ['height-from-future', 'height > getBestHeight'],
  ['time-from-future', 'time > GetAdjustedTime'],
])

/** The reference's error text for a refused putData (§2.8); undefined for refusals it does not know. */
export function putErrorText(code: string): string | undefined {
  return PUT_ERRORS.get(code)
}
