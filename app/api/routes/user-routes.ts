import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { completenessOf } from '../../../db/queries/completeness.ts'
import { MENTIONS_OF_USER, mentionsOfUser } from '../../../db/queries/mentions-of-user.ts'
import { oftenAnswered } from '../../../db/queries/often-answered.ts'
import { FOLLOWERS_OF, FOLLOWING_OF, followersOf, followingOf } from '../../../db/queries/people.ts'
import { peopleToFollow } from '../../../db/queries/people-to-follow.ts'
import { POSTS_OF_USER, postsOfUser } from '../../../db/queries/posts-of-user.ts'
import type { Reader } from '../../../db/queries/reader.ts'
import { userByName } from '../../../db/queries/user.ts'
import { userFetchOf } from '../../../db/queries/user-fetch.ts'
import { answersAbout, listJson, listSchema, wholeListSchema } from '../list.ts'
import { listShape, postNumberSchema, requestOf, strictQuery, userParams } from '../parameters.ts'
import { unknownUser } from '../problem.ts'
import { completenessJson, completenessSchema } from '../schemas/completeness-schema.ts'
import { count } from '../schemas/field.ts'
import { postJson, postSchema } from '../schemas/post-schema.ts'
import { userJson, userLineJson, userLineSchema, userSchema } from '../schemas/user-schema.ts'

const tags = ['Users']
const postsSchema = listSchema(postSchema)

/** One user. That the chain holds the name is seen to before each of these calls (tombstones.ts). */
export function addUserRoutes(api: OpenAPIHono, sql: Reader): void {
  const user = createRoute({
    method: 'get',
    path: '/users/{n}',
    operationId: 'user',
    tags,
    summary: 'A user: keys, profile, counts, completeness',
    request: { params: userParams, query: strictQuery({}) },
    responses: answersAbout('The user', userSchema),
  })
  api.openapi(user, async (c) => {
    const { n } = c.req.valid('param')
    const found = await userByName(sql, n)
    if (found === undefined) throw unknownUser(n)
    return c.json(userJson(found), 200)
  })
  addPosts(api, sql)
  addPeople(api, sql)

  const completeness = createRoute({
    method: 'get',
    path: '/users/{n}/completeness',
    operationId: 'userCompleteness',
    tags,
    summary: 'Which posts of a user are known of and not here, and why',
    request: { params: userParams, query: strictQuery({ below: below.optional() }) },
    responses: answersAbout('What is missing', completenessSchema),
  })
  api.openapi(completeness, async (c) => {
    const { n } = c.req.valid('param')
    const [view, fetch] = await Promise.all([completenessOf(sql, n, c.req.valid('query').below), userFetchOf(sql, n)])
    return c.json(completenessJson(view, fetch), 200)
  })
}

const below = postNumberSchema.openapi({ description: 'next of an earlier answer' })

const kindSchema = z
  .enum(['post', 'reply', 'retwist', 'favourite', 'custom'])
  .optional()
  .openapi({ description: 'Of this kind alone' })

function addPosts(api: OpenAPIHono, sql: Reader): void {
  const posts = createRoute({
    method: 'get',
    path: '/users/{n}/posts',
    operationId: 'userPosts',
    tags,
    summary: 'A user’s posts by number, the newest first',
    request: { params: userParams, query: strictQuery({ ...listShape, kind: kindSchema }) },
    responses: answersAbout('Posts', postsSchema),
  })
  api.openapi(posts, async (c) => {
    const query = c.req.valid('query')
    const page = await postsOfUser(sql, c.req.valid('param').n, query.kind, await requestOf(sql, POSTS_OF_USER, query))
    return c.json(await listJson(sql, page, postJson), 200)
  })

  const mentions = createRoute({
    method: 'get',
    path: '/users/{n}/mentions',
    operationId: 'userMentions',
    tags,
    summary: 'Posts that name a user, the newest first',
    request: { params: userParams, query: strictQuery(listShape) },
    responses: answersAbout('Posts', postsSchema),
  })
  api.openapi(mentions, async (c) => {
    const request = await requestOf(sql, MENTIONS_OF_USER, c.req.valid('query'))
    return c.json(await listJson(sql, await mentionsOfUser(sql, c.req.valid('param').n, request), postJson), 200)
  })
}

function addPeople(api: OpenAPIHono, sql: Reader): void {
  const lists = [
    {
      name: 'following',
      operationId: 'userFollowing',
      summary: 'Whom a user publicly follows, A–Z',
      order: FOLLOWING_OF,
      query: followingOf,
    },
    {
      name: 'followers',
      operationId: 'userFollowers',
      summary: 'Whose published lists name a user, A–Z',
      order: FOLLOWERS_OF,
      query: followersOf,
    },
  ] as const
  for (const list of lists) {
    const route = createRoute({
      method: 'get',
      path: `/users/{n}/${list.name}`,
      operationId: list.operationId,
      tags,
      summary: list.summary,
      request: { params: userParams, query: strictQuery(listShape) },
      responses: answersAbout('Users', listSchema(userLineSchema)),
    })
    api.openapi(route, async (c) => {
      const request = await requestOf(sql, list.order, c.req.valid('query'))
      return c.json(await listJson(sql, await list.query(sql, c.req.valid('param').n, request), userLineJson), 200)
    })
  }

  const suggestions = createRoute({
    method: 'get',
    path: '/users/{n}/suggestions',
    operationId: 'userSuggestions',
    tags,
    summary: 'Whom those follow whom a user follows, and the user does not: the most followed first',
    request: { params: userParams, query: strictQuery({}) },
    responses: answersAbout('People', wholeListSchema(suggestedPersonSchema)),
  })
  api.openapi(suggestions, async (c) => {
    const people = await peopleToFollow(sql, c.req.valid('param').n)
    return c.json({ items: people.map((view) => ({ ...userLineJson(view), listCount: view.listCount })) }, 200)
  })

  const answered = createRoute({
    method: 'get',
    path: '/users/{n}/answered',
    operationId: 'userAnswered',
    tags,
    summary: 'Whom a user’s newest 500 replies answer: the most answered first',
    request: { params: userParams, query: strictQuery({}) },
    responses: answersAbout('People', wholeListSchema(answeredPersonSchema)),
  })
  api.openapi(answered, async (c) => {
    const people = await oftenAnswered(sql, c.req.valid('param').n)
    return c.json({ items: people.map((view) => ({ ...userLineJson(view), answerCount: view.answerCount })) }, 200)
  })
}

const suggestedPersonSchema = userLineSchema
  .extend({ listCount: count('In how many of the followed users’ lists') })
  .openapi('SuggestedPerson')

const answeredPersonSchema = userLineSchema
  .extend({ answerCount: count('How many of these replies answer this one') })
  .openapi('AnsweredPerson')
