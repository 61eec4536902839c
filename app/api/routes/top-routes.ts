import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { ACTIVE_PEOPLE, activePeople, MAX_ACTIVE_DAYS } from '../../../db/queries/active-people.ts'
import type { Reader } from '../../../db/queries/reader.ts'
import { MAX_TOP_DAYS, TOP_POSTS, topPosts } from '../../../db/queries/top-posts.ts'
import type { Clock } from '../../../node/protocol/clock.ts'
import { answers, listJson, listSchema } from '../list.ts'
import { listShape, requestOf, strictQuery } from '../parameters.ts'
import { postJson, postSchema } from '../schemas/post-schema.ts'
import { userLineJson, userLineSchema } from '../schemas/user-schema.ts'

const DAY_S = 86_400

export function addTopRoutes(api: OpenAPIHono, sql: Reader, clock: Clock): void {
  const today = () => Math.floor(clock.now() / DAY_S)
  const top = createRoute({
    method: 'get',
    path: '/posts/top',
    summary: 'The posts with the most answers',
    request: {
      query: strictQuery({
        ...listShape,
        by: z.enum(['answers', 'replies']).default('answers').openapi({
          description: 'answers: replies, retwists and favourites, each counts one; replies: those alone',
        }),
        days: z.coerce
          .number()
          .int()
          .min(1)
          .max(MAX_TOP_DAYS)
          .optional()
          .openapi({ description: 'Of the posts of so many days (UTC), today included; without it, of all time' }),
      }),
    },
    responses: answers('Posts, the highest score first', listSchema(postSchema)),
  })
  api.openapi(top, async (c) => {
    const query = c.req.valid('query')
    const window =
      query.days === undefined
        ? ({ kind: 'all' } as const)
        : ({ kind: 'days', first: today() - query.days + 1, last: today() } as const)
    const page = await topPosts(sql, query.by, window, requestOf(TOP_POSTS, query))
    return c.json(listJson(page, postJson), 200)
  })

  const active = createRoute({
    method: 'get',
    path: '/people/active',
    summary: 'Who wrote most posts, replies and retwists on the last days, among the fifty most active of each day',
    request: {
      query: strictQuery({
        ...listShape,
        days: z.coerce.number().int().min(1).max(MAX_ACTIVE_DAYS).default(MAX_ACTIVE_DAYS),
      }),
    },
    responses: answers('People, who wrote most first', listSchema(activePersonSchema)),
  })
  api.openapi(active, async (c) => {
    const query = c.req.valid('query')
    const page = await activePeople(sql, today(), query.days, requestOf(ACTIVE_PEOPLE, query))
    return c.json(
      listJson(page, (view) => ({ ...userLineJson(view), windowCount: view.windowCount })),
      200,
    )
  })
}

const activePersonSchema = userLineSchema
  .extend({ windowCount: z.number().int().openapi({ description: 'Posts, replies and retwists of these days' }) })
  .openapi('ActivePerson')
