import { z } from '@hono/zod-openapi'
import type { Page } from '../../db/page.ts'
import { cursorText } from '../../db/queries/cursor.ts'
import type { Reader } from '../../db/queries/reader.ts'
import { badRequest, failed, gone, notFound, unavailable } from './problem.ts'

/** Every list: its items and the cursors of its neighbours. */
export function listSchema<Item extends z.ZodType>(item: Item) {
  return z.object({
    items: z.array(item).openapi({ description: 'In the order that the call names' }),
    next: z.string().optional().openapi({ description: 'Cursor of the next items; absent at the end' }),
    prev: z.string().optional().openapi({ description: 'Cursor of the items before; absent at the start' }),
  })
}

/** A list that is never longer than one answer. */
export function wholeListSchema<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item).openapi({ description: 'In the order that the call names; all there are' }) })
}

export async function listJson<View, Json>(sql: Reader, page: Page<View>, itemJson: (view: View) => Json) {
  return { items: page.items.map(itemJson), ...(await neighboursJson(sql, page)) }
}

/** The cursors of a list, as its readers carry them. */
export async function neighboursJson(sql: Reader, { next, prev }: Pick<Page<unknown>, 'next' | 'prev'>) {
  return {
    next: next && (await cursorText(sql, next)),
    prev: prev && (await cursorText(sql, prev)),
  }
}

export function answers<Schema extends z.ZodType>(description: string, schema: Schema) {
  return { 200: { description, content: { 'application/json': { schema } } }, ...badRequest, ...failed }
}

/** Of a call about one thing, which may not be here. */
export function answersOfOne<Schema extends z.ZodType>(description: string, schema: Schema) {
  return { ...answers(description, schema), ...notFound }
}

/** Of a call about one user or post, which may be hidden, too. */
export function answersAbout<Schema extends z.ZodType>(description: string, schema: Schema) {
  return { ...answersOfOne(description, schema), ...gone, ...unavailable }
}

/** Of a call about a hashtag: one that nobody has used is like any other. */
export function answersAboutHashtag<Schema extends z.ZodType>(description: string, schema: Schema) {
  return { ...answers(description, schema), ...unavailable }
}
