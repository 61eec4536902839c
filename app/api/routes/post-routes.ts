import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { NEWEST_POSTS, newestPosts } from '../../../db/queries/newest-posts.ts'
import { postByNumber, rawPost } from '../../../db/queries/post.ts'
import { postPresence } from '../../../db/queries/post-presence.ts'
import {
  FAVOURITES_OF,
  favouritesOf,
  REPLIES_TO,
  RETWISTS_OF,
  repliesTo,
  retwistsOf,
} from '../../../db/queries/posts-about-post.ts'
import { hexOf, type Reader } from '../../../db/queries/reader.ts'
import { threadOf } from '../../../db/queries/thread.ts'
import { answers, answersAbout, listJson, listSchema } from '../list.ts'
import { listShape, postParams, requestOf, strictQuery } from '../parameters.ts'
import { ApiProblem } from '../problem.ts'
import { postDetailJson, postDetailSchema, postJson, postSchema } from '../schemas/post-schema.ts'
import { threadJson, threadSchema } from '../schemas/thread-schema.ts'

const postsSchema = listSchema(postSchema)

export function addPostRoutes(api: OpenAPIHono, sql: Reader): void {
  const newest = createRoute({
    method: 'get',
    path: '/posts',
    summary: 'The newest posts, replies and retwists of everybody',
    request: { query: strictQuery(listShape) },
    responses: answers('Posts, the newest first', postsSchema),
  })
  api.openapi(newest, async (c) => {
    const page = await newestPosts(sql, [], requestOf(NEWEST_POSTS, c.req.valid('query')))
    return c.json(listJson(page, postJson), 200)
  })

  const one = createRoute({
    method: 'get',
    path: '/posts/{n}/{k}',
    summary: 'One post and what vouches for it',
    request: { params: postParams, query: strictQuery({}) },
    responses: answersAbout('The post', postDetailSchema),
  })
  api.openapi(one, async (c) => {
    const { n, k } = c.req.valid('param')
    const post = await postByNumber(sql, n, k)
    if (post === undefined) throw await absence(sql, n, k)
    return c.json(postDetailJson(post), 200)
  })

  const raw = createRoute({
    method: 'get',
    path: '/posts/{n}/{k}/raw',
    summary: 'The signed bytes of a post as they travelled',
    request: {
      params: postParams,
      query: strictQuery({
        hash: z
          .string()
          .regex(/^[0-9a-f]{64}$/, 'not 64 hex digits')
          .optional()
          .openapi({ description: 'Content hash of a rival post with the same number' }),
      }),
    },
    responses: answersAbout('The piece', rawSchema),
  })
  api.openapi(raw, async (c) => {
    const { n, k } = c.req.valid('param')
    const found = await rawPost(sql, n, k, c.req.valid('query').hash)
    if (found === undefined) throw await absence(sql, n, k)
    return c.json({ n, k, contentHash: found.contentHash, piece: hexOf(found.piece) }, 200)
  })

  const thread = createRoute({
    method: 'get',
    path: '/posts/{n}/{k}/thread',
    summary: 'Everything above and below a post',
    request: { params: postParams, query: strictQuery({}) },
    responses: answersAbout('The thread', threadSchema),
  })
  api.openapi(thread, async (c) => {
    const { n, k } = c.req.valid('param')
    const found = await threadOf(sql, n, k)
    if (found.post === undefined && found.replyCount === 0) throw await absence(sql, n, k)
    return c.json(threadJson(found), 200)
  })
  addListsAboutPost(api, sql)
}

const rawSchema = z
  .object({
    n: z.string(),
    k: z.number().int(),
    contentHash: z.string(),
    piece: z.string().openapi({ description: 'The bencoded dict {userpost, sig_userpost, sig_wort?}, hex' }),
  })
  .openapi('RawUserpost')

function addListsAboutPost(api: OpenAPIHono, sql: Reader): void {
  const lists = [
    { name: 'replies', summary: 'Direct replies to a post', order: REPLIES_TO, query: repliesTo },
    { name: 'retwists', summary: 'Retwists of a post', order: RETWISTS_OF, query: retwistsOf },
    { name: 'favourites', summary: 'Favourites of a post', order: FAVOURITES_OF, query: favouritesOf },
  ] as const
  for (const list of lists) {
    const route = createRoute({
      method: 'get',
      path: `/posts/{n}/{k}/${list.name}`,
      summary: list.summary,
      request: { params: postParams, query: strictQuery(listShape) },
      responses: answersAbout('Posts, the oldest first', postsSchema),
    })
    api.openapi(route, async (c) => {
      const { n, k } = c.req.valid('param')
      const page = await list.query(sql, n, k, requestOf(list.order, c.req.valid('query')))
      return c.json(listJson(page, postJson), 200)
    })
  }
}

/** Why a post cannot be given, as far as this index knows. */
async function absence(sql: Reader, n: string, k: number): Promise<ApiProblem> {
  const presence = await postPresence(sql, n, k)
  if (presence.kind === 'encrypted') {
    return new ApiProblem(404, 'post-encrypted', 'this number is an encrypted post: it is counted, never shown')
  }
  if (!presence.isRegistered) return new ApiProblem(404, 'unknown-user', `the chain holds no name ${n}`)
  return new ApiProblem(404, 'post-not-seen', `${n}/${k} has not been seen by this node`)
}
