import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Page } from '../../../db/page.ts'
import { postByNumber, rawPost } from '../../../db/queries/post.ts'
import {
  FAVOURITES_OF,
  favouritesOf,
  REPLIES_TO,
  RETWISTS_OF,
  repliesTo,
  retwistsOf,
} from '../../../db/queries/posts-about-post.ts'
import { standingsOfPosts } from '../../../db/queries/posts-by-id.ts'
import { hexOf, type Reader } from '../../../db/queries/reader.ts'
import { threadOf } from '../../../db/queries/thread.ts'
import { missingInThread } from '../../../db/queries/thread-completeness.ts'
import { POSTS_LINKING_TO, postsLinkingTo, twistLinksOf } from '../../../db/queries/twist-links.ts'
import type { PostId, ThreadView } from '../../../db/views.ts'
import { answersAbout, listJson, listSchema, wholeListSchema } from '../list.ts'
import { listShape, parameterText, postParams, requestOf, strictQuery } from '../parameters.ts'
import { postProblem } from '../problem.ts'
import { threadCompletenessJson, threadCompletenessSchema } from '../schemas/completeness-schema.ts'
import { contentHash, k, n, text } from '../schemas/field.ts'
import { postDetailJson, postDetailSchema, postJson, postSchema } from '../schemas/post-schema.ts'
import { threadJson, threadSchema } from '../schemas/thread-schema.ts'
import { twistLinkJson, twistLinkSchema } from '../schemas/twist-link-schema.ts'

const tags = ['Posts']

/** One post, by its author and number. */
export function addPostRoutes(api: OpenAPIHono, sql: Reader): void {
  const one = createRoute({
    method: 'get',
    path: '/posts/{n}/{k}',
    operationId: 'post',
    tags,
    summary: 'One post and what vouches for it',
    request: { params: postParams, query: strictQuery({}) },
    responses: answersAbout('The post', postDetailSchema),
  })
  api.openapi(one, async (c) => {
    const id = c.req.valid('param')
    return c.json(postDetailJson(await known(sql, id, postByNumber(sql, id.n, id.k))), 200)
  })

  const raw = createRoute({
    method: 'get',
    path: '/posts/{n}/{k}/raw',
    operationId: 'postRaw',
    tags,
    summary: 'The signed bytes of a post as they travelled',
    request: { params: postParams, query: strictQuery({ hash: rivalHash }) },
    responses: answersAbout('The piece', rawSchema),
  })
  api.openapi(raw, async (c) => {
    const id = c.req.valid('param')
    const found = await known(sql, id, rawPost(sql, id.n, id.k, c.req.valid('query').hash))
    return c.json({ n: id.n, k: id.k, contentHash: found.contentHash, piece: hexOf(found.piece) }, 200)
  })
  addThread(api, sql)
  addLists(api, sql)
  addLinks(api, sql)
}

const rivalHash = parameterText()
  .regex(/^[0-9a-f]{64}$/, 'not 64 hex digits')
  .optional()
  .openapi({ description: 'Content hash of a rival post with the same number' })

const rawSchema = z
  .object({ n, k, contentHash, piece: text('The bencoded dict {userpost, sig_userpost, sig_wort?}, hex') })
  .openapi('RawUserpost')

function addThread(api: OpenAPIHono, sql: Reader): void {
  const thread = createRoute({
    method: 'get',
    path: '/posts/{n}/{k}/thread',
    operationId: 'postThread',
    tags,
    summary: 'Everything above and below a post, which itself may not have been seen',
    request: { params: postParams, query: strictQuery({}) },
    responses: answersAbout('The thread', threadSchema),
  })
  api.openapi(thread, async (c) => c.json(threadJson(await knownThread(sql, c.req.valid('param'))), 200))

  const completeness = createRoute({
    method: 'get',
    path: '/posts/{n}/{k}/completeness',
    operationId: 'postCompleteness',
    tags,
    summary: 'Which posts a thread names that are not here, and why',
    request: { params: postParams, query: strictQuery({}) },
    responses: answersAbout('What is missing', threadCompletenessSchema),
  })
  api.openapi(completeness, async (c) => {
    const missing = await missingInThread(sql, await knownThread(sql, c.req.valid('param')))
    return c.json(threadCompletenessJson(missing), 200)
  })
}

function addLists(api: OpenAPIHono, sql: Reader): void {
  const lists = [
    {
      name: 'replies',
      operationId: 'postReplies',
      of: 'Direct replies to a post, the oldest first',
      order: REPLIES_TO,
      query: repliesTo,
    },
    {
      name: 'retwists',
      operationId: 'postRetwists',
      of: 'Retwists of a post, the oldest first',
      order: RETWISTS_OF,
      query: retwistsOf,
    },
    {
      name: 'favourites',
      operationId: 'postFavourites',
      of: 'Favourites of a post, the oldest first',
      order: FAVOURITES_OF,
      query: favouritesOf,
    },
    {
      name: 'linked-from',
      operationId: 'postLinkedFrom',
      of: 'Posts whose twist: links lead to a post, A–Z by author',
      order: POSTS_LINKING_TO,
      query: postsLinkingTo,
    },
  ] as const
  for (const list of lists) {
    const route = createRoute({
      method: 'get',
      path: `/posts/{n}/{k}/${list.name}`,
      operationId: list.operationId,
      tags,
      summary: list.of,
      request: { params: postParams, query: strictQuery(listShape) },
      responses: answersAbout('Posts', listSchema(postSchema)),
    })
    api.openapi(route, async (c) => {
      const id = c.req.valid('param')
      const page = await list.query(sql, id.n, id.k, await requestOf(sql, list.order, c.req.valid('query')))
      return c.json(await listJson(sql, await knownPage(sql, id, page), postJson), 200)
    })
  }
}

function addLinks(api: OpenAPIHono, sql: Reader): void {
  const links = createRoute({
    method: 'get',
    path: '/posts/{n}/{k}/links',
    operationId: 'postLinks',
    tags,
    summary: 'The twist: links in a post, and the posts they stand for',
    request: { params: postParams, query: strictQuery({}) },
    responses: answersAbout('Links, A–Z', wholeListSchema(twistLinkSchema)),
  })
  api.openapi(links, async (c) => {
    const id = c.req.valid('param')
    const items = await twistLinksOf(sql, id.n, id.k)
    await knownPage(sql, id, { items })
    return c.json({ items: items.map(twistLinkJson) }, 200)
  })
}

/** What was found of a post, or the problem that says why nothing was. */
async function known<Found>(sql: Reader, id: PostId, found: Promise<Found | undefined>): Promise<Found> {
  const value = await found
  if (value !== undefined) return value
  await mustBeHere(sql, id)
  // It came between the two questions, or there is no rival of that hash.
  throw postProblem({ ...id, kind: 'post-not-seen' })
}

/** An empty list about a post that is not here says nothing of that post. */
async function knownPage<View>(sql: Reader, id: PostId, page: Page<View>): Promise<Page<View>> {
  if (page.items.length === 0) await mustBeHere(sql, id)
  return page
}

async function knownThread(sql: Reader, id: PostId): Promise<ThreadView> {
  const thread = await threadOf(sql, id.n, id.k)
  if (thread.post === undefined && thread.replyCount === 0) await mustBeHere(sql, id)
  return thread
}

async function mustBeHere(sql: Reader, id: PostId): Promise<void> {
  const [standing] = await standingsOfPosts(sql, [id])
  const problem = standing && postProblem(standing)
  if (problem !== undefined) throw problem
}
