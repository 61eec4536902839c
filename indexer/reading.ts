import type { OutboxItem } from '../node/outbox/item.ts'
import { type Block, parseBlock } from '../node/protocol/block.ts'
import { countCodePoints } from '../node/protocol/bytes.ts'
import type { DhtItem } from '../node/protocol/dht-item.ts'
import { sha256 } from '../node/protocol/hash.ts'
import { MAX_MSG_CODE_POINTS } from '../node/protocol/limits.ts'
import type { NetworkParams } from '../node/protocol/params.ts'
import { checkBlock } from '../node/protocol/rules/check-block.ts'
import { messageDigest, recoverKeyId } from '../node/protocol/signature.ts'
import { type InnerUserpost, isRefusal, readPiece, type SignedUserpost } from '../node/protocol/userpost.ts'
import { readDhtItem } from './dht-reading.ts'

/** Where and when the node first saw it: kept beside the raw bytes, outside every verdict. */
export interface Provenance {
  firstSeen: number
  source: string
  tipHeight: number
}

export interface BlockReading {
  kind: 'block'
  block: Block
  provenance: Provenance
}

export interface UserpostReading {
  kind: 'userpost'
  post: SignedUserpost
  /** sha256 of the signed bytes. */
  contentHash: Uint8Array
  /** hash160 of the key that the signature recovers to: comparing it with the chain's needs no arithmetic any more. */
  keyId: Uint8Array
  rtKeyId: Uint8Array | undefined
  favKeyId: Uint8Array | undefined
  provenance: Provenance
}

export interface DhtReading {
  kind: 'dht-item'
  item: DhtItem
  contentHash: Uint8Array
  keyId: Uint8Array
  provenance: Provenance
  /** The post in the value, judged by itself. */
  embedded: UserpostReading | RefusedReading | undefined
}

export interface RefusedReading {
  kind: 'refused'
  what: OutboxItem['kind']
  code: string
  detail: string
  username: string | undefined
  k: number | undefined
  bytes: Uint8Array
  source: string
}

export type Reading = BlockReading | UserpostReading | DhtReading | RefusedReading

/**
 * Everything about an item that does not depend on the chain: form, proof of work, whose key signed. What the node says
 * about it (hash, height, number) is compared with the bytes, never believed.
 */
export function readItem(item: OutboxItem, params: NetworkParams): Reading | undefined {
  switch (item.kind) {
    case 'block-connected':
      return readBlock(item, params)
    case 'block-disconnected':
      // A better branch says the same with its work; losing a block without one would be the queue's word alone.
      return undefined
    case 'userpost':
      return readUserpost(item)
    case 'dht-item':
      return readDhtItem(item)
  }
}

function readBlock(item: Extract<OutboxItem, { kind: 'block-connected' }>, params: NetworkParams): Reading {
  const refused = (code: string, detail = '') => refusedReading(item, item.raw, code, detail)
  const block = parseBlock(item.raw)
  if (block === undefined) return refused('bad-block')
  const verdict = checkBlock(block, params)
  if (verdict.kind !== 'accept') return refused(verdict.code, verdict.detail)
  const { firstSeen, source, height } = item
  return { kind: 'block', block, provenance: { firstSeen, source, tipHeight: height } }
}

function readUserpost(item: Extract<OutboxItem, { kind: 'userpost' }>): UserpostReading | RefusedReading {
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

interface ItemFacts {
  kind: OutboxItem['kind']
  username?: string
  sigUser?: string
  k?: number
  source?: string
}

export function refusedReading(item: ItemFacts, bytes: Uint8Array, code: string, detail = ''): RefusedReading {
  return {
    kind: 'refused',
    what: item.kind,
    code,
    detail,
    username: item.username ?? item.sigUser,
    k: item.k,
    bytes,
    source: item.source ?? '',
  }
}
