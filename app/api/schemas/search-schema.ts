import { z } from '@hono/zod-openapi'
import type { IgnoredPart } from '../../../db/queries/search-query.ts'
import type { HashtagDayView, RelatedHashtagView, SearchView, TrendView } from '../../../db/views.ts'
import { listSchema } from '../list.ts'
import { postJson, postSchema } from './post-schema.ts'

export const ignoredSchema = z
  .object({
    text: z.string().openapi({ description: 'As it was written' }),
    code: z
      .enum(['too-long', 'too-many', 'no-name', 'no-date', 'no-language', 'no-such-value', 'no-word', 'or'])
      .openapi({ description: 'Why it was left out' }),
  })
  .openapi('IgnoredPart')

export const searchSchema = listSchema(postSchema)
  .extend({
    ignored: z.array(ignoredSchema).openapi({ description: 'Parts of the query that were not understood' }),
    replaced: z
      .array(z.object({ word: z.string(), by: z.array(z.string()) }))
      .openapi({ description: 'Words that no post has, and those of the posts here that were looked for instead' }),
    isCut: z.boolean().openapi({ description: 'It took too long and was given up' }),
  })
  .openapi('Search')

export function searchJson(view: SearchView, ignored: readonly IgnoredPart[]): z.infer<typeof searchSchema> {
  return {
    items: view.items.map(postJson),
    next: view.next,
    prev: view.prev,
    ignored: ignored.map(({ text, code }) => ({ text, code })),
    replaced: view.replaced.map(({ word, by }) => ({ word, by: [...by] })),
    isCut: view.isCut,
  }
}

export const trendSchema = z
  .object({
    tag: z.string(),
    people: z.number().int().openapi({ description: 'Authors of the last 48 hours; at least two make a trend' }),
    posts: z.number().int(),
    seen: z.number().openapi({ description: 'Sum over these authors of 0.5^(age of their newest use / 12 h)' }),
    expected: z.number().openapi({
      description: 'The same sum on an average day of the 28 before, where a day counts 0.5^(its age / 7 d)',
    }),
    score: z.number().optional().openapi({ description: '(seen - expected) / sqrt(expected + 1)' }),
    twisterScore: z.number().openapi({ description: "twister's own: sum over posts of 0.5^(age / 8 h)" }),
  })
  .openapi('Trend')

export function trendJson(view: TrendView): z.infer<typeof trendSchema> {
  return {
    tag: view.tag,
    people: view.people,
    posts: view.posts,
    seen: view.seen,
    expected: view.expected,
    score: view.score,
    twisterScore: view.twisterScore,
  }
}

export const hashtagDaySchema = z.object({
  time: z.number().int().openapi({ description: 'When the day begins, in unix seconds' }),
  postCount: z.number().int(),
  peopleCount: z.number().int(),
})

export function hashtagDayJson(view: HashtagDayView): z.infer<typeof hashtagDaySchema> {
  return { time: view.time, postCount: view.postCount, peopleCount: view.peopleCount }
}

export const relatedHashtagSchema = z.object({
  tag: z.string(),
  peopleCount: z.number().int().openapi({ description: 'Authors who used both in one post' }),
})

export function relatedHashtagJson(view: RelatedHashtagView): z.infer<typeof relatedHashtagSchema> {
  return { tag: view.tag, peopleCount: view.peopleCount }
}
