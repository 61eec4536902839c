import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { NEWEST_POSTS, newestPosts } from '../../../db/queries/newest-posts.ts'
import { postsByIds, standingsOfPosts } from '../../../db/queries/posts-by-id.ts'
import type { Reader } from '../../../db/queries/reader.ts'
import { MAX_TOP_DAYS, TOP_POSTS, topPosts } from '../../../db/queries/top-posts.ts'
import type { Clock } from '../../../node/protocol/clock.ts'
import { answers, listJson, listSchema } from '../list.ts'
import { listShape, postIdsSchema, requestOf, strictQuery, usernamesSchema, wholeNumber } from '../parameters.ts'
import { postProblem } from '../problem.ts'
import { k, n, text } from '../schemas/field.ts'
import { postJson, postSchema } from '../schemas/post-schema.ts'

const DAY_S = 86_400
const tags = ['Posts']

/** Lists of posts, whoever wrote them. */
export function addPostsRoutes(api: OpenAPIHono, sql: Reader, clock: Clock): void {
  const newest = createRoute({
    method: 'get',
    path: '/posts',
    operationId: 'posts',
    tags,
    summary: 'The newest posts, replies and retwists: of everybody, or of the users named',
    request: { query: strictQuery({ ...listShape, users: usernamesSchema.optional() }) },
    responses: answers('Posts, the newest first', listSchema(postSchema)),
  })
  api.openapi(newest, async (c) => {
    const query = c.req.valid('query')
    const page = await newestPosts(sql, query.users ?? [], await requestOf(sql, NEWEST_POSTS, query))
    return c.json(await listJson(sql, page, postJson), 200)
  })

  const many = createRoute({
    method: 'get',
    path: '/posts/many',
    operationId: 'postsMany',
    tags,
    summary: 'Many posts in one call, by their ids',
    request: { query: strictQuery({ ids: postIdsSchema }) },
    responses: answers('The posts, and why the others are not among them', manyPostsSchema),
  })
  api.openapi(many, async (c) => {
    const { ids } = c.req.valid('query')
    const posts = await postsByIds(sql, ids)
    const found = new Set(posts.map((post) => `${post.n}/${post.k}`))
    const missing = ids.filter((id) => !found.has(`${id.n}/${id.k}`))
    const standings = missing.length === 0 ? [] : await standingsOfPosts(sql, missing)
    const absent = standings.flatMap((standing) => {
      const problem = postProblem(standing)
      return problem === undefined ? [] : [{ n: standing.n, k: standing.k, code: problem.code, title: problem.title }]
    })
    return c.json({ items: posts.map(postJson), absent }, 200)
  })
  addTopPosts(api, sql, clock)
}

const manyPostsSchema = z
  .object({
    items: z.array(postSchema).openapi({ description: 'Those that are here, in the order asked for' }),
    absent: z
      .array(z.object({ n, k, code: text('As the call for the one post says it'), title: text('The same in words') }))
      .openapi({ description: 'The others, and why' }),
  })
  .openapi('ManyPosts')

function addTopPosts(api: OpenAPIHono, sql: Reader, clock: Clock): void {
  const top = createRoute({
    method: 'get',
    path: '/posts/top',
    operationId: 'postsTop',
    tags,
    summary: 'The posts with the most answers',
    request: {
      query: strictQuery({
        ...listShape,
        by: z.enum(['answers', 'replies']).default('answers').openapi({
          description: 'answers: replies, retwists and favourites, each counts one; replies: those alone',
        }),
        days: wholeNumber(
          1,
          MAX_TOP_DAYS,
          'Of the posts of so many days (UTC), today included; without it, of all time',
        ).optional(),
      }),
    },
    responses: answers('Posts, the highest score first', listSchema(postSchema)),
  })
  api.openapi(top, async (c) => {
    const query = c.req.valid('query')
    const today = Math.floor(clock.now() / DAY_S)
    const window =
      query.days === undefined
        ? ({ kind: 'all' } as const)
        : ({ kind: 'days', first: today - query.days + 1, last: today } as const)
    const page = await topPosts(sql, query.by, window, await requestOf(sql, TOP_POSTS, query))
    return c.json(await listJson(sql, page, postJson), 200)
  })
}
