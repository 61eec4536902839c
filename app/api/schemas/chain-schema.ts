import { z } from '@hono/zod-openapi'
import type { BlockLineView, BlockView, ChainView, PromotedView } from '../../../db/views.ts'
import { isoTime } from '../../_lib/format.ts'
import { blockTime, count, displayedHash, flag, height, n, text, timeIso } from './field.ts'
import { registrationSchema } from './post-schema.ts'

export const promotedSchema = z
  .object({
    height,
    blockHash: displayedHash,
    time: blockTime,
    timeIso,
    n: n.openapi({ description: 'Who signed it; "nobody" when nobody did' }),
    msg: text('The message'),
    isSigned: flag('Signed with the key of n'),
  })
  .openapi('Promoted')

export const blockLineSchema = z
  .object({
    height,
    hash: displayedHash,
    time: blockTime,
    timeIso,
    txCount: count('Transactions in it: the promoted message, and one for each registration or new key'),
    sizeBytes: count('Length of the whole block in bytes'),
  })
  .openapi('BlockLine')

export const blockSchema = blockLineSchema
  .extend({
    prevHash: displayedHash,
    nextHash: displayedHash.optional().openapi({ description: 'Absent at the tip and on a losing branch' }),
    bits: count('Compact target'),
    isActive: flag('On the best chain'),
    promoted: promotedSchema.optional().openapi({ description: 'Absent on a losing branch, and when it is hidden' }),
    registrations: z
      .array(z.object({ n, kind: registrationSchema.shape.kind, txid: displayedHash }))
      .openapi({ description: 'Names registered in it and keys replaced, in its order; at most 2000' }),
  })
  .openapi('Block')

export const chainSchema = z
  .object({
    network: z.string().openapi({ description: 'main or regtest', example: 'main' }),
    height,
    hash: displayedHash,
    time: blockTime,
    timeIso,
    bits: count('Compact target of the last block'),
    chainwork: text('Expected hashes of the whole chain: 64 hex digits, big-endian'),
    txCount: count('Transactions of the whole chain'),
    nameCount: count('Names registered on it'),
  })
  .openapi('Chain')

export function promotedJson(view: PromotedView): z.infer<typeof promotedSchema> {
  return {
    height: view.height,
    blockHash: view.blockHash,
    time: view.time,
    timeIso: isoTime(view.time),
    n: view.n,
    msg: view.msg,
    isSigned: view.isSigned,
  }
}

export function blockLineJson(view: BlockLineView): z.infer<typeof blockLineSchema> {
  return {
    height: view.height,
    hash: view.hash,
    time: view.time,
    timeIso: isoTime(view.time),
    txCount: view.txCount,
    sizeBytes: view.sizeBytes,
  }
}

export function blockJson(view: BlockView): z.infer<typeof blockSchema> {
  return {
    ...blockLineJson(view),
    prevHash: view.prevHash,
    nextHash: view.nextHash,
    bits: view.bits,
    isActive: view.isActive,
    promoted: view.promoted && promotedJson(view.promoted),
    registrations: view.registrations.map((one) => ({ n: one.n, kind: one.kind, txid: one.txid })),
  }
}

export function chainJson(view: ChainView): z.infer<typeof chainSchema> {
  return {
    network: view.network,
    height: view.height,
    hash: view.hash,
    time: view.time,
    timeIso: isoTime(view.time),
    bits: view.bits,
    chainwork: view.chainwork,
    txCount: view.txCount,
    nameCount: view.nameCount,
  }
}
