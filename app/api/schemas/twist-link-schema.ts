import { z } from '@hono/zod-openapi'
import type { TwistLinkView } from '../../../db/queries/twist-links.ts'
import type { TwistTarget } from '../../../db/queries/twist-target.ts'
import { k, n, text } from './field.ts'

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

export const twistTargetSchema = z
  .object({
    n,
    k,
    url: text('Where it leads, as its author says; absent when that post is not here or holds no address').optional(),
    mimetype: text('Of what is there, as its author says').optional(),
  })
  .openapi('TwistTarget')

export function twistTargetJson(view: TwistTarget): z.infer<typeof twistTargetSchema> {
  return { n: view.n, k: view.k, url: view.url, mimetype: view.mimetype }
}
