import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import {
  hashtagSeries,
  PEOPLE_OF_HASHTAG,
  peopleOfHashtag,
  relatedHashtags,
  topPostsOfHashtag,
} from '../../../db/queries/hashtag-past.ts'
import { HASHTAGS, hashtagSummary, hashtagsSince } from '../../../db/queries/hashtags.ts'
import { POSTS_BY_HASHTAG, postsByHashtag } from '../../../db/queries/posts-by-hashtag.ts'
import type { Reader } from '../../../db/queries/reader.ts'
import { DAYS_OF_HASHTAG, daysOfHashtag } from '../../../db/queries/statistics.ts'
import type { Clock } from '../../../node/protocol/clock.ts'
import { answers, answersAboutHashtag, listJson, listSchema } from '../list.ts'
import { atSchema, hashtagParams, listShape, requestOf, strictQuery, wholeNumberOr } from '../parameters.ts'
import { count } from '../schemas/field.ts'
import {
  hashtagJson,
  hashtagSchema,
  relatedHashtagJson,
  relatedHashtagSchema,
  seriesDayJson,
  seriesDaySchema,
} from '../schemas/hashtag-schema.ts'
import { postJson, postSchema } from '../schemas/post-schema.ts'
import { hashtagDayJson, hashtagDaySchema } from '../schemas/statistics-schema.ts'
import { userLineJson, userLineSchema } from '../schemas/user-schema.ts'

const DAY_S = 86_400
const MAX_DAYS = 3650
const RELATED = 10
const TOP_POSTS = 5
const tags = ['Hashtags']

export function addHashtagRoutes(api: OpenAPIHono, sql: Reader, clock: Clock): void {
  const recent = createRoute({
    method: 'get',
    path: '/hashtags',
    operationId: 'hashtags',
    tags,
    summary: 'Hashtags of the last days, by the number of people who used them',
    request: {
      query: strictQuery({
        ...listShape,
        days: wholeNumberOr(30, 1, MAX_DAYS, 'How many days to look back'),
      }),
    },
    responses: answers('Hashtags', listSchema(hashtagSchema)),
  })
  api.openapi(recent, async (c) => {
    const query = c.req.valid('query')
    const page = await hashtagsSince(sql, clock.now() - query.days * DAY_S, await requestOf(sql, HASHTAGS, query))
    return c.json(await listJson(sql, page, hashtagJson), 200)
  })

  const posts = createRoute({
    method: 'get',
    path: '/hashtags/{tag}',
    operationId: 'hashtagPosts',
    tags,
    summary: 'Posts with a hashtag, the newest first',
    request: { params: hashtagParams, query: strictQuery(listShape) },
    responses: answersAboutHashtag('Posts', listSchema(postSchema)),
  })
  api.openapi(posts, async (c) => {
    const request = await requestOf(sql, POSTS_BY_HASHTAG, c.req.valid('query'))
    return c.json(await listJson(sql, await postsByHashtag(sql, c.req.valid('param').tag, request), postJson), 200)
  })
  addPast(api, sql, clock)
  addPeopleAndDays(api, sql)
}

const pastSchema = hashtagSchema
  .extend({
    days: z.array(seriesDaySchema).openapi({ description: 'The oldest first; days without a post are there, too' }),
    related: z.array(relatedHashtagSchema).openapi({ description: 'Those with the most common authors first' }),
    top: z.array(postSchema).openapi({ description: 'Those with the most answers first' }),
  })
  .openapi('HashtagPast')

function addPast(api: OpenAPIHono, sql: Reader, clock: Clock): void {
  const past = createRoute({
    method: 'get',
    path: '/hashtags/{tag}/past',
    operationId: 'hashtagPast',
    tags,
    summary: 'A hashtag: first and last use, its last 90 days, what stands beside it, its best posts',
    request: { params: hashtagParams, query: strictQuery({ at: atSchema }) },
    responses: answersAboutHashtag('The hashtag', pastSchema),
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
        days: days.map(seriesDayJson),
        related: related.map(relatedHashtagJson),
        top: top.map(postJson),
      },
      200,
    )
  })
}

const tagPersonSchema = userLineSchema.extend({ tagPostCount: count('Posts with this hashtag') }).openapi('TagPerson')

function addPeopleAndDays(api: OpenAPIHono, sql: Reader): void {
  const people = createRoute({
    method: 'get',
    path: '/hashtags/{tag}/people',
    operationId: 'hashtagPeople',
    tags,
    summary: 'Who writes under a hashtag, most posts first',
    request: { params: hashtagParams, query: strictQuery(listShape) },
    responses: answersAboutHashtag('People', listSchema(tagPersonSchema)),
  })
  api.openapi(people, async (c) => {
    const request = await requestOf(sql, PEOPLE_OF_HASHTAG, c.req.valid('query'))
    const page = await peopleOfHashtag(sql, c.req.valid('param').tag, request)
    return c.json(
      await listJson(sql, page, ({ person, postCount }) => ({ ...userLineJson(person), tagPostCount: postCount })),
      200,
    )
  })

  const days = createRoute({
    method: 'get',
    path: '/hashtags/{tag}/days',
    operationId: 'hashtagDays',
    tags,
    summary: 'How much a hashtag was used day by day, the newest first',
    request: { params: hashtagParams, query: strictQuery(listShape) },
    responses: answersAboutHashtag('Days with posts', listSchema(hashtagDaySchema)),
  })
  api.openapi(days, async (c) => {
    const request = await requestOf(sql, DAYS_OF_HASHTAG, c.req.valid('query'))
    return c.json(await listJson(sql, await daysOfHashtag(sql, c.req.valid('param').tag, request), hashtagDayJson), 200)
  })
}
