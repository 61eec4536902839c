import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { BLOCKS, blockByHash, blockByHeight, newestBlocks } from '../../../db/queries/blocks.ts'
import { FOLLOWS, followsOfNode } from '../../../db/queries/follows.ts'
import { HASHTAGS, hashtagsSince } from '../../../db/queries/hashtags.ts'
import { POSTS_BY_HASHTAG, postsByHashtag } from '../../../db/queries/posts-by-hashtag.ts'
import { PROMOTED, promotedMessages } from '../../../db/queries/promoted.ts'
import type { Reader } from '../../../db/queries/reader.ts'
import { siteStatus } from '../../../db/queries/status.ts'
import type { Clock } from '../../../node/protocol/clock.ts'
import { answers, answersAbout, listJson, listSchema } from '../list.ts'
import { blockIdSchema, listShape, requestOf, strictQuery, tagSchema } from '../parameters.ts'
import { ApiProblem } from '../problem.ts'
import {
  blockJson,
  blockLineJson,
  blockLineSchema,
  blockSchema,
  promotedJson,
  promotedSchema,
} from '../schemas/chain-schema.ts'
import { followJson, followSchema } from '../schemas/follow-schema.ts'
import { postJson, postSchema } from '../schemas/post-schema.ts'
import { statusJson, statusSchema } from '../schemas/status-schema.ts'
import { hashtagJson, hashtagSchema } from '../schemas/user-schema.ts'

const DAY = 86_400
const MAX_DAYS = 3650

export function addHashtagRoutes(api: OpenAPIHono, sql: Reader, clock: Clock): void {
  const tags = createRoute({
    method: 'get',
    path: '/hashtags',
    summary: 'Hashtags of the last days, by the number of people who used them',
    request: {
      query: strictQuery({
        ...listShape,
        days: z.coerce.number().int().min(1).max(MAX_DAYS).default(30).openapi({ description: 'How far to look back' }),
      }),
    },
    responses: answers('Hashtags', listSchema(hashtagSchema)),
  })
  api.openapi(tags, async (c) => {
    const query = c.req.valid('query')
    const page = await hashtagsSince(sql, clock.now() - query.days * DAY, requestOf(HASHTAGS, query))
    return c.json(listJson(page, hashtagJson), 200)
  })

  const tag = createRoute({
    method: 'get',
    path: '/hashtags/{tag}',
    summary: 'Posts with a hashtag, the newest first',
    request: {
      params: z.object({ tag: tagSchema.openapi({ param: { name: 'tag', in: 'path' } }) }),
      query: strictQuery(listShape),
    },
    responses: answersAbout('Posts', listSchema(postSchema)),
  })
  api.openapi(tag, async (c) => {
    const request = requestOf(POSTS_BY_HASHTAG, c.req.valid('query'))
    return c.json(listJson(await postsByHashtag(sql, c.req.valid('param').tag, request), postJson), 200)
  })
}

export function addChainRoutes(api: OpenAPIHono, sql: Reader): void {
  const promoted = createRoute({
    method: 'get',
    path: '/promoted',
    summary: 'Messages that miners put into blocks, the newest first',
    request: { query: strictQuery(listShape) },
    responses: answers('Messages', listSchema(promotedSchema)),
  })
  api.openapi(promoted, async (c) => {
    const page = await promotedMessages(sql, requestOf(PROMOTED, c.req.valid('query')))
    return c.json(listJson(page, promotedJson), 200)
  })

  const blocks = createRoute({
    method: 'get',
    path: '/blocks',
    summary: 'Blocks of the best chain, the newest first',
    request: { query: strictQuery(listShape) },
    responses: answers('Blocks', listSchema(blockLineSchema)),
  })
  api.openapi(blocks, async (c) => {
    const page = await newestBlocks(sql, requestOf(BLOCKS, c.req.valid('query')))
    return c.json(listJson(page, blockLineJson), 200)
  })

  const block = createRoute({
    method: 'get',
    path: '/blocks/{id}',
    summary: 'A block, its registrations and its promoted message',
    request: {
      params: z.object({ id: blockIdSchema.openapi({ param: { name: 'id', in: 'path' } }) }),
      query: strictQuery({}),
    },
    responses: answers('The block', blockSchema),
  })
  api.openapi(block, async (c) => {
    const { id } = c.req.valid('param')
    const found = id.kind === 'height' ? await blockByHeight(sql, id.height) : await blockByHash(sql, id.hash)
    if (found === undefined) throw new ApiProblem(404, 'unknown-block', 'no such block is here')
    return c.json(blockJson(found), 200)
  })
}

export function addFollowsRoute(api: OpenAPIHono, sql: Reader): void {
  const follows = createRoute({
    method: 'get',
    path: '/follows',
    summary: 'Whom the node follows, A–Z, and how it gets on with each',
    request: { query: strictQuery(listShape) },
    responses: answers('Followed users', listSchema(followSchema)),
  })
  api.openapi(follows, async (c) => {
    const page = await followsOfNode(sql, requestOf(FOLLOWS, c.req.valid('query')))
    return c.json(listJson(page, followJson), 200)
  })
}

export function addStatusRoute(api: OpenAPIHono, sql: Reader): void {
  const status = createRoute({
    method: 'get',
    path: '/status',
    summary: 'What the index holds; what the node and the indexer last said of themselves',
    request: { query: strictQuery({}) },
    responses: answers('Status', statusSchema),
  })
  api.openapi(status, async (c) => c.json(statusJson(await siteStatus(sql)), 200))
}
