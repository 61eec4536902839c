import type { OutboxItem } from '../node/outbox/item.ts'
import { parseBlock } from '../node/protocol/block.ts'
import type { NetworkParams } from '../node/protocol/params.ts'
import { checkBlock } from '../node/protocol/rules/check-block.ts'
import { readDhtItem } from './dht-reading.ts'
import { type Reading, refusedReading } from './reading.ts'
import { readUserpost } from './userpost-reading.ts'

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
