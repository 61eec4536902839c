import { z } from '@hono/zod-openapi'
import type { BlockLineView, BlockView, PromotedView } from '../../../db/views.ts'
import { isoTime } from '../../_lib/format.ts'

const hash = z.string().openapi({ description: 'As displayed: reversed hex' })
const time = z.number().int().openapi({ description: 'Unix seconds, as in the block' })
const timeIso = z.string().optional()

export const promotedSchema = z
  .object({
    height: z.number().int(),
    blockHash: hash,
    time,
    timeIso,
    n: z.string().openapi({ description: 'Who signed it; "nobody" when nobody did' }),
    msg: z.string(),
    isSigned: z.boolean(),
  })
  .openapi('Promoted')

export const blockLineSchema = z
  .object({
    height: z.number().int(),
    hash,
    time,
    timeIso,
    txCount: z.number().int(),
    sizeBytes: z.number().int(),
  })
  .openapi('BlockLine')

export const blockSchema = blockLineSchema
  .extend({
    prevHash: hash,
    nextHash: hash.optional(),
    bits: z.number().int().openapi({ description: 'Compact target' }),
    isActive: z.boolean().openapi({ description: 'On the best chain' }),
    promoted: promotedSchema.optional(),
    registrations: z.array(z.object({ n: z.string(), kind: z.string(), txid: hash })),
  })
  .openapi('Block')

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
