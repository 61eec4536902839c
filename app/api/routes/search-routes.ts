import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Reader } from '../../../db/queries/reader.ts'
import { HASHTAGS_FOUND, searchHashtags } from '../../../db/queries/search-hashtags.ts'
import { PEOPLE_FOUND, searchPeople } from '../../../db/queries/search-people.ts'
import { SEARCH_BEST, SEARCH_NEWEST, searchBest, searchNewest } from '../../../db/queries/search-posts.ts'
import { parseSearchQuery } from '../../../db/queries/search-query.ts'
import { answers, listJson, listSchema } from '../list.ts'
import { listShape, parameterText, requestOf, strictQuery } from '../parameters.ts'
import { flag } from '../schemas/field.ts'
import { hashtagJson, hashtagSchema } from '../schemas/hashtag-schema.ts'
import { postJson } from '../schemas/post-schema.ts'
import { searchNotesJson, searchSchema } from '../schemas/search-schema.ts'
import { userLineJson, userLineSchema } from '../schemas/user-schema.ts'

/** Longer ones are cut, and the answer says so; what is longer than this is no question any more. */
const MAX_CHARACTERS = 20_000
const q = parameterText().max(MAX_CHARACTERS).default('')
const tags = ['Search']

const words = q.openapi({ description: 'Words, or a part of one', example: 'alice' })

export function addSearchRoutes(api: OpenAPIHono, sql: Reader): void {
  const posts = createRoute({
    method: 'get',
    path: '/search',
    operationId: 'search',
    tags,
    summary: 'Posts, replies and retwists that a query finds',
    request: {
      query: strictQuery({
        ...listShape,
        q: q.openapi({
          description:
            'Words, "phrases", from:name, to:name, @name, #tag, since: and until: (2026-11-22, 2026-11, 2026), has:link, has:reply, has:rt, lang:de; - before any of them excludes. What is not understood is in ignored.',
          example: 'hello from:alice -#first',
        }),
        sort: z
          .enum(['newest', 'best'])
          .default('newest')
          .openapi({ description: 'By time, or by how well the words fit' }),
      }),
    },
    responses: answers('Posts', searchSchema),
  })
  api.openapi(posts, async (c) => {
    const parameters = c.req.valid('query')
    const query = parseSearchQuery(parameters.q)
    const view =
      parameters.sort === 'best'
        ? await searchBest(sql, query, await requestOf(sql, SEARCH_BEST, parameters))
        : await searchNewest(sql, query, await requestOf(sql, SEARCH_NEWEST, parameters))
    return c.json({ ...(await listJson(sql, view, postJson)), ...searchNotesJson(view, query.ignored) }, 200)
  })

  const people = createRoute({
    method: 'get',
    path: '/search/people',
    operationId: 'searchPeople',
    tags,
    summary: 'People by their names and bios',
    request: { query: strictQuery({ ...listShape, q: words }) },
    responses: answers('People', foundSchema(userLineSchema)),
  })
  api.openapi(people, async (c) => {
    const parameters = c.req.valid('query')
    const page = await searchPeople(sql, parseSearchQuery(parameters.q), await requestOf(sql, PEOPLE_FOUND, parameters))
    return c.json({ ...(await listJson(sql, page, userLineJson)), isCut: page.isCut }, 200)
  })

  const hashtags = createRoute({
    method: 'get',
    path: '/search/hashtags',
    operationId: 'searchHashtags',
    tags,
    summary: 'Hashtags by a part of them, or like it',
    request: { query: strictQuery({ ...listShape, q: words }) },
    responses: answers('Hashtags', foundSchema(hashtagSchema)),
  })
  api.openapi(hashtags, async (c) => {
    const parameters = c.req.valid('query')
    const page = await searchHashtags(
      sql,
      parseSearchQuery(parameters.q),
      await requestOf(sql, HASHTAGS_FOUND, parameters),
    )
    return c.json({ ...(await listJson(sql, page, hashtagJson)), isCut: page.isCut }, 200)
  })
}

function foundSchema<Item extends z.ZodType>(item: Item) {
  return listSchema(item).extend({ isCut: flag('It took too long and was given up') })
}
