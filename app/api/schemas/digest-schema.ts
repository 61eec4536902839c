import { z } from '@hono/zod-openapi'
import type { VerificationView } from '../../../db/views.ts'
import { isoTime } from '../../_lib/format.ts'
import { clockTime, count, flag, height, text, timeIso } from './field.ts'

export const digestSchema = z
  .object({
    network: text('Digest of what follows from signed data alone: the same where the same signed data is held'),
    pages: text('Digest of the totals: the same where the same is blocked, too'),
    height: height.openapi({ description: 'Of the tip when it was taken' }),
    at: clockTime.openapi({ description: 'When it was taken, unix seconds' }),
    atIso: timeIso,
    isGood: flag('Everything derived was derived anew from the raw data then, and was the same'),
    problems: count('Rows that differed then'),
  })
  .openapi('Digest', { description: 'What the last check of the whole index found' })

export function digestJson(view: VerificationView): z.infer<typeof digestSchema> {
  return {
    network: view.network,
    pages: view.pages,
    height: view.height,
    at: view.at,
    atIso: isoTime(view.at),
    isGood: view.isGood,
    problems: view.problems,
  }
}
