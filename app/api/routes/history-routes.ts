import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import {
  FOLLOWER_HISTORY,
  FOLLOWING_HISTORY,
  type FollowingSpanView,
  followerHistory,
  followingHistory,
  PROFILE_HISTORY,
  type ProfileVersionView,
  profileHistory,
} from '../../../db/queries/history.ts'
import type { Reader } from '../../../db/queries/reader.ts'
import { POSTS_LINKING_TO, postsLinkingTo, type TwistLinkView, twistLinksOf } from '../../../db/queries/twist-links.ts'
import { answersAbout, listJson, listSchema } from '../list.ts'
import { listShape, postParams, requestOf, strictQuery, userParams } from '../parameters.ts'
import { postJson, postSchema } from '../schemas/post-schema.ts'

const signedTime = z.number().int().openapi({ description: 'As the author says, unix seconds' })
const signedHeight = z.number().int().openapi({ description: 'As the author says' })

const profileVersionSchema = z
  .object({
    seq: z.number().int().openapi({ description: 'The author counts versions with it' }),
    height: signedHeight,
    time: signedTime,
    contentHash: z.string().openapi({ description: 'sha256 of the signed bytes, hex' }),
    fullname: z.string(),
    bio: z.string(),
    location: z.string(),
    url: z.string(),
    tox: z.string(),
    bitmessage: z.string(),
  })
  .openapi('ProfileVersion')

const followingSpanSchema = z
  .object({
    n: z.string(),
    sinceTime: signedTime,
    sinceHeight: signedHeight,
    untilTime: signedTime.optional().openapi({ description: 'Absent while the last list known holds the name' }),
    untilHeight: signedHeight.optional(),
  })
  .openapi('FollowingSpan')

const twistLinkSchema = z
  .object({
    link: z.string().openapi({ example: 'twist:AQAAAAMAAAA=' }),
    n: z.string().optional().openapi({ description: 'Absent when the chain holds no such registration' }),
    k: z.number().int(),
  })
  .openapi('TwistLink')

export function addHistoryRoutes(api: OpenAPIHono, sql: Reader): void {
  const profiles = createRoute({
    method: 'get',
    path: '/users/{n}/profile-history',
    summary: 'Every profile of a user that was seen, the newest first',
    request: { params: userParams, query: strictQuery(listShape) },
    responses: answersAbout('Profiles', listSchema(profileVersionSchema)),
  })
  api.openapi(profiles, async (c) => {
    const request = requestOf(PROFILE_HISTORY, c.req.valid('query'))
    return c.json(listJson(await profileHistory(sql, c.req.valid('param').n, request), profileVersionJson), 200)
  })
  const lists = [
    {
      name: 'following-history',
      summary: 'Whom a user’s published lists held and until when, who came last first',
      order: FOLLOWING_HISTORY,
      query: followingHistory,
    },
    {
      name: 'follower-history',
      summary: 'Whose published lists held a user and until when, who came last first',
      order: FOLLOWER_HISTORY,
      query: followerHistory,
    },
  ] as const
  for (const { name, summary, order, query } of lists) {
    const route = createRoute({
      method: 'get',
      path: `/users/{n}/${name}`,
      summary,
      request: { params: userParams, query: strictQuery(listShape) },
      responses: answersAbout('Names in lists', listSchema(followingSpanSchema)),
    })
    api.openapi(route, async (c) => {
      const request = requestOf(order, c.req.valid('query'))
      return c.json(listJson(await query(sql, c.req.valid('param').n, request), followingSpanJson), 200)
    })
  }
}

export function addTwistLinkRoutes(api: OpenAPIHono, sql: Reader): void {
  const links = createRoute({
    method: 'get',
    path: '/posts/{n}/{k}/links',
    summary: 'The twist: links in a post, and the posts they stand for',
    request: { params: postParams, query: strictQuery({}) },
    responses: answersAbout('Links', z.object({ items: z.array(twistLinkSchema) })),
  })
  api.openapi(links, async (c) => {
    const { n, k } = c.req.valid('param')
    return c.json({ items: (await twistLinksOf(sql, n, k)).map(twistLinkJson) }, 200)
  })

  const linking = createRoute({
    method: 'get',
    path: '/posts/{n}/{k}/linked-from',
    summary: 'Posts whose twist: links lead to a post, A–Z by author',
    request: { params: postParams, query: strictQuery(listShape) },
    responses: answersAbout('Posts', listSchema(postSchema)),
  })
  api.openapi(linking, async (c) => {
    const { n, k } = c.req.valid('param')
    const request = requestOf(POSTS_LINKING_TO, c.req.valid('query'))
    return c.json(listJson(await postsLinkingTo(sql, n, k, request), postJson), 200)
  })
}

function profileVersionJson(view: ProfileVersionView): z.infer<typeof profileVersionSchema> {
  return {
    seq: view.seq,
    height: view.height,
    time: view.time,
    contentHash: view.contentHash,
    fullname: view.fullname,
    bio: view.bio,
    location: view.location,
    url: view.url,
    tox: view.tox,
    bitmessage: view.bitmessage,
  }
}

function followingSpanJson(view: FollowingSpanView): z.infer<typeof followingSpanSchema> {
  return {
    n: view.n,
    sinceTime: view.sinceTime,
    sinceHeight: view.sinceHeight,
    untilTime: view.untilTime,
    untilHeight: view.untilHeight,
  }
}

function twistLinkJson(view: TwistLinkView): z.infer<typeof twistLinkSchema> {
  return { link: view.link, n: view.n, k: view.k }
}
