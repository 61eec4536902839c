import type { OutboxItem } from '../../node/outbox/item.ts'
import { parseBlock } from '../../node/protocol/block.ts'
import type { NetworkParams } from '../../node/protocol/params.ts'
import { checkBlock } from '../../node/protocol/rules/check-block.ts'
import { claimsOfDraft, openUserpost, type UserpostDraft, userpostReading } from '../posts/userpost-reading.ts'
import { openDhtItem } from '../resources/dht-reading.ts'
import { type Claim, recoverClaim } from './claim.ts'
import { type Reading, refusedReading } from './reading.ts'

/** What an item says before the signatures of its posts are recovered. */
export interface OpenedItem {
  readings: Reading[]
  drafts: UserpostDraft[]
}

/**
 * Everything about an item that does not depend on the chain: form, proof of work, whose key signed. What the node says
 * about it (hash, height, number) is compared with the bytes, never believed.
 */
export function readItem(item: OutboxItem, params: NetworkParams): Reading[] {
  const opened = openItem(item, params)
  for (const claim of claimsOf(opened)) recoverClaim(claim)
  return readingsOf(opened)
}

/** readItem in three steps: this, recovering the claims, and readingsOf. */
export function openItem(item: OutboxItem, params: NetworkParams): OpenedItem {
  switch (item.kind) {
    case 'block-connected':
      return { readings: [readBlock(item, params)], drafts: [] }
    case 'block-disconnected':
      // A better branch says the same with its work; losing a block without one would be the queue's word alone.
      return { readings: [], drafts: [] }
    case 'userpost': {
      const opened = openUserpost(item)
      return Array.isArray(opened) ? { readings: [], drafts: opened } : { readings: [opened], drafts: [] }
    }
    case 'dht-item':
      return openDhtItem(item)
  }
}

export function claimsOf({ drafts }: OpenedItem): Claim[] {
  return drafts.flatMap(claimsOfDraft)
}

export function readingsOf({ readings, drafts }: OpenedItem): Reading[] {
  return [...readings, ...drafts.map(userpostReading).filter((reading) => reading !== undefined)]
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
