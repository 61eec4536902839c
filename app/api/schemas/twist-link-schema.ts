import { z } from '@hono/zod-openapi'
import type { TwistLinkView } from '../../../db/queries/twist-links.ts'
import { k, n } from './field.ts'

export const twistLinkSchema = z
  .object({
    link: z.string().openapi({ description: 'As it stands in the text', example: 'twist:AQAAAAMAAAA=' }),
    n: n.optional().openapi({ description: 'Absent when the chain holds no such registration' }),
    k,
  })
  .openapi('TwistLink')

export function twistLinkJson(view: TwistLinkView): z.infer<typeof twistLinkSchema> {
  return { link: view.link, n: view.n, k: view.k }
}
