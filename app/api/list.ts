import { z } from '@hono/zod-openapi'
import type { Page } from '../../db/page.ts'
import { badRequest, hidden, notFound } from './problem.ts'

/** Every list: its items and the cursors of its neighbours. */
export function listSchema<Item extends z.ZodType>(item: Item) {
  return z.object({
    items: z.array(item),
    next: z.string().optional().openapi({ description: 'Cursor of the next items; absent at the end' }),
    prev: z.string().optional().openapi({ description: 'Cursor of the items before; absent at the start' }),
  })
}

export function listJson<View, Json>(page: Page<View>, itemJson: (view: View) => Json) {
  return { items: page.items.map(itemJson), next: page.next, prev: page.prev }
}

export function answers<Schema extends z.ZodType>(description: string, schema: Schema) {
  return { 200: { description, content: { 'application/json': { schema } } }, ...badRequest, ...notFound }
}

/** Of a call about one user, post or hashtag, which may be hidden. */
export function answersAbout<Schema extends z.ZodType>(description: string, schema: Schema) {
  return { ...answers(description, schema), ...hidden }
}
