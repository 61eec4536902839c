import type { OutboxItem } from '../../node/outbox/item.ts'
import type { Block } from '../../node/protocol/block.ts'
import type { DhtItem } from '../../node/protocol/dht-item.ts'
import type { SignedUserpost } from '../../node/protocol/userpost.ts'

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
