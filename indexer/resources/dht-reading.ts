import type { OutboxItem } from '../../node/outbox/item.ts'
import { parseDhtItem } from '../../node/protocol/dht-item.ts'
import { sha256, ZERO_HASH } from '../../node/protocol/hash.ts'
import type { NameView } from '../../node/protocol/name-view.ts'
import { carriesUserpost } from '../../node/protocol/resources/embedded-userpost.ts'
import { checkDhtItem } from '../../node/protocol/rules/check-dht-item.ts'
import { encodePush } from '../../node/protocol/script.ts'
import { keyIdOf, messageDigest, recoverPublicKey } from '../../node/protocol/signature.ts'
import type { Username } from '../../node/protocol/username.ts'
import { isRefusal, readPiece } from '../../node/protocol/userpost.ts'
import {
  type DhtReading,
  type Provenance,
  type Reading,
  type RefusedReading,
  refusedReading,
} from '../ingest/reading.ts'
import { openSignedUserpost, type UserpostDraft } from '../posts/userpost-reading.ts'

type DhtOutboxItem = Extract<OutboxItem, { kind: 'dht-item' }>

export function openDhtItem(item: DhtOutboxItem): { readings: Reading[]; drafts: UserpostDraft[] } {
  const reading = readDhtItem(item)
  if (reading.kind === 'refused' || !carriesUserpost(reading.item)) return { readings: [reading], drafts: [] }
  const { vRaw, sigUser, resource } = reading.item
  // Of strangers too: a value under a hashtag, a mention or a post's number holds what no followed swarm does.
  const source = `dht-${resource.r.replace(/[0-9]+$/, '')}`
  const embedded = openEmbedded(vRaw, sigUser, { ...reading.provenance, source })
  return Array.isArray(embedded)
    ? { readings: [reading], drafts: embedded }
    : { readings: [reading, embedded], drafts: [] }
}

function readDhtItem(item: DhtOutboxItem): DhtReading | RefusedReading {
  const refused = (code: string, detail = '') => refusedReading(item, item.p, code, detail)
  const dht = parseDhtItem(item)
  if (dht === undefined) return refused('bad-dht-item')
  const key = recoverPublicKey(messageDigest(item.p), item.sigP)
  if (key === undefined) return refused('invalid-signature')
  const verdict = checkDhtItem(dht, chainOfSigner(dht.sigUser, key), Number.POSITIVE_INFINITY, 'read')
  if (verdict.kind !== 'accept' && !isAboutEmbedded(verdict.code)) return refused(verdict.code, verdict.detail)
  const provenance = { firstSeen: item.firstSeen, source: item.source, tipHeight: item.tipHeight }
  return { kind: 'dht-item', item: dht, contentHash: sha256(dht.p), keyId: keyIdOf(key), provenance }
}

/**
 * The post is judged by its own signature and height, like one that came alone, whatever becomes of the value around it.
 */
function openEmbedded(piece: Uint8Array, sigUser: Username, provenance: Provenance): UserpostDraft[] | RefusedReading {
  const post = readPiece(piece)
  if (!isRefusal(post)) return openSignedUserpost(post, provenance)
  return refusedReading({ kind: 'userpost', username: sigUser, ...provenance }, piece, post.code)
}

/**
 * A chain on which the signer's key is the one that signed, and time and height never end: checkDhtItem then says only
 * what does not depend on the real one.
 */
function chainOfSigner(signer: Username, key: Uint8Array): NameView {
  const record = { height: 0, blockHash: NO_HASH, txid: NO_HASH, pubKeyScript: encodePush(key), index: 0 }
  return { tipHeight: 0, history: (name) => (name === signer ? [record] : []) }
}

const NO_HASH = ZERO_HASH

/** The post in a value may be signed by an older key than the value, and its inner post by anybody: that is judged later. */
function isAboutEmbedded(code: string): boolean {
  return /^(?:bad-(?:userpost|rt|fav)-signature|unknown-username)$/.test(code)
}
