import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { MENTIONS_OF_USER, mentionsOfUser } from '../../../db/queries/mentions-of-user.ts'
import {
  FOLLOWERS_OF,
  FOLLOWING_OF,
  followersOf,
  followingOf,
  NAMES_BY_LETTER,
  NAMES_NEWEST,
  namesByPrefix,
  namesNewest,
  USERS_ACTIVE,
  USERS_FOLLOWED,
  usersByActivity,
  usersByFollowers,
} from '../../../db/queries/people.ts'
import { POSTS_OF_USER, postsOfUser } from '../../../db/queries/posts-of-user.ts'
import type { Reader } from '../../../db/queries/reader.ts'
import { userByName } from '../../../db/queries/user.ts'
import type { UserView } from '../../../db/views.ts'
import { answers, answersAbout, listJson, listSchema } from '../list.ts'
import { listShape, requestOf, strictQuery, userParams } from '../parameters.ts'
import { ApiProblem } from '../problem.ts'
import { postJson, postSchema } from '../schemas/post-schema.ts'
import { userJson, userLineJson, userLineSchema, userSchema } from '../schemas/user-schema.ts'

const postsSchema = listSchema(postSchema)
const peopleSchema = listSchema(userLineSchema)
const kindSchema = z.enum(['post', 'reply', 'retwist', 'favourite', 'custom'])

export function addUserRoutes(api: OpenAPIHono, sql: Reader): void {
  const users = createRoute({
    method: 'get',
    path: '/users',
    summary: 'Users of whom posts are here',
    request: {
      query: strictQuery({
        ...listShape,
        sort: z.enum(['active', 'followed']).default('active').openapi({ description: 'last post, or followers' }),
      }),
    },
    responses: answers('Users', peopleSchema),
  })
  api.openapi(users, async (c) => {
    const query = c.req.valid('query')
    const page =
      query.sort === 'active'
        ? await usersByActivity(sql, requestOf(USERS_ACTIVE, query))
        : await usersByFollowers(sql, requestOf(USERS_FOLLOWED, query))
    return c.json(listJson(page, userLineJson), 200)
  })

  const names = createRoute({
    method: 'get',
    path: '/names',
    summary: 'Every name on the chain: by prefix A–Z, or the newest first',
    request: {
      query: strictQuery({
        ...listShape,
        prefix: z
          .string()
          .regex(/^[a-z0-9_]{0,16}$/, 'names are of a-z, 0-9 and _')
          .optional(),
        sort: z.enum(['a-z', 'newest']).default('a-z'),
      }),
    },
    responses: answers('Names', peopleSchema),
  })
  api.openapi(names, async (c) => {
    const query = c.req.valid('query')
    if (query.sort === 'newest' && query.prefix !== undefined) {
      throw new ApiProblem(400, 'bad-parameter', 'prefix goes with sort=a-z only')
    }
    const page =
      query.sort === 'newest'
        ? await namesNewest(sql, requestOf(NAMES_NEWEST, query))
        : await namesByPrefix(sql, query.prefix ?? '', requestOf(NAMES_BY_LETTER, query))
    return c.json(listJson(page, userLineJson), 200)
  })
  addOneUser(api, sql)
  addListsOfUser(api, sql)
}

function addOneUser(api: OpenAPIHono, sql: Reader): void {
  const user = createRoute({
    method: 'get',
    path: '/users/{n}',
    summary: 'A user: keys, profile, counts, completeness',
    request: { params: userParams, query: strictQuery({}) },
    responses: answersAbout('The user', userSchema),
  })
  api.openapi(user, async (c) => c.json(userJson(await knownUser(sql, c.req.valid('param').n)), 200))

  const posts = createRoute({
    method: 'get',
    path: '/users/{n}/posts',
    summary: 'A user’s posts by number, the newest first',
    request: { params: userParams, query: strictQuery({ ...listShape, kind: kindSchema.optional() }) },
    responses: answersAbout('Posts', postsSchema),
  })
  api.openapi(posts, async (c) => {
    const { n } = c.req.valid('param')
    const query = c.req.valid('query')
    const request = requestOf(POSTS_OF_USER, query)
    await knownUser(sql, n)
    return c.json(listJson(await postsOfUser(sql, n, query.kind, request), postJson), 200)
  })

  const mentions = createRoute({
    method: 'get',
    path: '/users/{n}/mentions',
    summary: 'Posts that name a user, the newest first',
    request: { params: userParams, query: strictQuery(listShape) },
    responses: answersAbout('Posts', postsSchema),
  })
  api.openapi(mentions, async (c) => {
    const request = requestOf(MENTIONS_OF_USER, c.req.valid('query'))
    return c.json(listJson(await mentionsOfUser(sql, c.req.valid('param').n, request), postJson), 200)
  })
}

function addListsOfUser(api: OpenAPIHono, sql: Reader): void {
  const lists = [
    { name: 'following', summary: 'Whom a user publicly follows, A–Z', order: FOLLOWING_OF, query: followingOf },
    { name: 'followers', summary: 'Whose published lists name a user, A–Z', order: FOLLOWERS_OF, query: followersOf },
  ] as const
  for (const list of lists) {
    const route = createRoute({
      method: 'get',
      path: `/users/{n}/${list.name}`,
      summary: list.summary,
      request: { params: userParams, query: strictQuery(listShape) },
      responses: answersAbout('Users', peopleSchema),
    })
    api.openapi(route, async (c) => {
      const { n } = c.req.valid('param')
      const request = requestOf(list.order, c.req.valid('query'))
      await knownUser(sql, n)
      return c.json(listJson(await list.query(sql, n, request), userLineJson), 200)
    })
  }
}

async function knownUser(sql: Reader, n: string): Promise<UserView> {
  const user = await userByName(sql, n)
  if (user === undefined) throw new ApiProblem(404, 'unknown-user', `the chain holds no name ${n}`)
  return user
}
