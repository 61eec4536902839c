import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import {
  hashtagSeries,
  PEOPLE_OF_HASHTAG,
  peopleOfHashtag,
  relatedHashtags,
  topPostsOfHashtag,
} from '../../../db/queries/hashtag-past.ts'
import { hashtagSummary } from '../../../db/queries/hashtags.ts'
import type { Reader } from '../../../db/queries/reader.ts'
import { MAX_TRENDS, trends } from '../../../db/queries/trends.ts'
import type { Clock } from '../../../node/protocol/clock.ts'
import { answers, answersAbout, listJson, listSchema } from '../list.ts'
import { listShape, requestOf, strictQuery, tagSchema } from '../parameters.ts'
import { postJson, postSchema } from '../schemas/post-schema.ts'
import {
  hashtagDayJson,
  hashtagDaySchema,
  relatedHashtagJson,
  relatedHashtagSchema,
  trendJson,
  trendSchema,
} from '../schemas/search-schema.ts'
import { hashtagJson, hashtagSchema, userLineJson, userLineSchema } from '../schemas/user-schema.ts'

const MAX_TIME = 253_402_300_799
const RELATED = 10
const TOP_POSTS = 5

const atShape = {
  at: z.coerce.number().int().min(0).max(MAX_TIME).optional().openapi({ description: 'Unix seconds; now if absent' }),
}
const tagParams = z.object({ tag: tagSchema.openapi({ param: { name: 'tag', in: 'path' } }) })

export function addTrendRoutes(api: OpenAPIHono, sql: Reader, clock: Clock): void {
  const list = createRoute({
    method: 'get',
    path: '/trends',
    summary: 'Hashtags that more people use than their own past lets expect, at any moment, and why',
    request: {
      query: strictQuery({
        ...atShape,
        by: z.enum(['people', 'twister']).default('people').openapi({ description: "twister: by twister's own score" }),
        lang: z
          .string()
          .regex(/^[a-z]{2,3}$/)
          .optional()
          .openapi({ description: 'Only posts in this language count (ISO 639; und: those that cannot be told)' }),
        limit: z.coerce.number().int().min(1).max(MAX_TRENDS).default(10),
      }),
    },
    responses: answers('Trends, the strongest first', z.object({ at: z.number().int(), items: z.array(trendSchema) })),
  })
  api.openapi(list, async (c) => {
    const { at = clock.now(), by, lang, limit } = c.req.valid('query')
    const view = await trends(sql, { at, by, lang, limit })
    return c.json({ at: view.at, items: view.items.map(trendJson) }, 200)
  })

  const past = createRoute({
    method: 'get',
    path: '/hashtags/{tag}/past',
    summary: 'A hashtag: first and last use, its last 90 days, what stands beside it, its best posts',
    request: { params: tagParams, query: strictQuery(atShape) },
    responses: answersAbout('The hashtag', pastSchema),
  })
  api.openapi(past, async (c) => {
    const { tag } = c.req.valid('param')
    const { at = clock.now() } = c.req.valid('query')
    const [summary, days, related, top] = await Promise.all([
      hashtagSummary(sql, tag),
      hashtagSeries(sql, tag, at),
      relatedHashtags(sql, tag, RELATED),
      topPostsOfHashtag(sql, tag, TOP_POSTS),
    ])
    return c.json(
      {
        ...hashtagJson(summary),
        days: days.map(hashtagDayJson),
        related: related.map(relatedHashtagJson),
        top: top.map(postJson),
      },
      200,
    )
  })

  const people = createRoute({
    method: 'get',
    path: '/hashtags/{tag}/people',
    summary: 'Who writes under a hashtag, most posts first',
    request: { params: tagParams, query: strictQuery(listShape) },
    responses: answersAbout('People', listSchema(tagPersonSchema)),
  })
  api.openapi(people, async (c) => {
    const request = requestOf(PEOPLE_OF_HASHTAG, c.req.valid('query'))
    const page = await peopleOfHashtag(sql, c.req.valid('param').tag, request)
    return c.json(
      listJson(page, ({ person, postCount }) => ({ ...userLineJson(person), tagPostCount: postCount })),
      200,
    )
  })
}

const tagPersonSchema = userLineSchema.extend({ tagPostCount: z.number().int() }).openapi('TagPerson')

const pastSchema = hashtagSchema
  .extend({
    days: z.array(hashtagDaySchema).openapi({ description: 'The oldest first; days without a post are there' }),
    related: z.array(relatedHashtagSchema),
    top: z.array(postSchema),
  })
  .openapi('HashtagPast')
