import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Page } from '../../../db/page.ts'
import { ACTIVE_PEOPLE, activePeople, MAX_ACTIVE_DAYS } from '../../../db/queries/active-people.ts'
import {
  NAMES_BY_LETTER,
  NAMES_NEWEST,
  namesByPrefix,
  namesNewest,
  USERS_ACTIVE,
  USERS_BY_LETTER,
  USERS_FOLLOWED,
  usersByActivity,
  usersByFollowers,
  usersByPrefix,
} from '../../../db/queries/people.ts'
import type { Reader } from '../../../db/queries/reader.ts'
import { worthFollowing } from '../../../db/queries/worth-following.ts'
import type { UserLineView } from '../../../db/views.ts'
import type { Clock } from '../../../node/protocol/clock.ts'
import { answers, listJson, listSchema, wholeListSchema } from '../list.ts'
import { listShape, prefixSchema, requestOf, strictQuery, wholeNumberOr } from '../parameters.ts'
import { ApiProblem } from '../problem.ts'
import { count } from '../schemas/field.ts'
import { userLineJson, userLineSchema } from '../schemas/user-schema.ts'

const DAY_S = 86_400
const tags = ['Users']
const peopleSchema = listSchema(userLineSchema)

/** Lists of users: of those of whom posts are here, and of every name on the chain. */
export function addUsersRoutes(api: OpenAPIHono, sql: Reader, clock: Clock): void {
  const users = createRoute({
    method: 'get',
    path: '/users',
    operationId: 'users',
    tags,
    summary: 'Users of whom posts are here',
    request: {
      query: strictQuery({
        ...listShape,
        prefix: prefixSchema,
        sort: z
          .enum(['active', 'followed', 'a-z'])
          .default('active')
          .openapi({ description: 'By the last post, by followers, or by name' }),
      }),
    },
    responses: answers('Users', peopleSchema),
  })
  api.openapi(users, async (c) => {
    const query = c.req.valid('query')
    refusePrefix(query.prefix, query.sort)
    return c.json(await listJson(sql, await usersSorted(sql, query), userLineJson), 200)
  })

  const names = createRoute({
    method: 'get',
    path: '/names',
    operationId: 'names',
    tags,
    summary: 'Every name on the chain: A–Z, by prefix, or the newest first',
    request: {
      query: strictQuery({
        ...listShape,
        prefix: prefixSchema,
        sort: z.enum(['a-z', 'newest']).default('a-z').openapi({ description: 'By name, or by registration' }),
      }),
    },
    responses: answers('Names', peopleSchema),
  })
  api.openapi(names, async (c) => {
    const query = c.req.valid('query')
    refusePrefix(query.prefix, query.sort)
    const page =
      query.sort === 'newest'
        ? await namesNewest(sql, await requestOf(sql, NAMES_NEWEST, query))
        : await namesByPrefix(sql, query.prefix ?? '', await requestOf(sql, NAMES_BY_LETTER, query))
    return c.json(await listJson(sql, page, userLineJson), 200)
  })
  addActivePeople(api, sql, clock)
  addPeopleWorthFollowing(api, sql)
}

interface UsersQuery {
  cursor?: string
  limit: number
  prefix?: string
  sort: 'active' | 'followed' | 'a-z'
}

async function usersSorted(sql: Reader, query: UsersQuery): Promise<Page<UserLineView>> {
  switch (query.sort) {
    case 'active':
      return usersByActivity(sql, await requestOf(sql, USERS_ACTIVE, query))
    case 'followed':
      return usersByFollowers(sql, await requestOf(sql, USERS_FOLLOWED, query))
    case 'a-z':
      return usersByPrefix(sql, query.prefix ?? '', await requestOf(sql, USERS_BY_LETTER, query))
  }
}

function refusePrefix(prefix: string | undefined, sort: string): void {
  if (prefix === undefined || sort === 'a-z') return
  throw new ApiProblem(400, 'bad-parameter', 'prefix goes with sort=a-z only', 'prefix')
}

function addActivePeople(api: OpenAPIHono, sql: Reader, clock: Clock): void {
  const active = createRoute({
    method: 'get',
    path: '/people/active',
    operationId: 'peopleActive',
    tags,
    summary: 'Who wrote most posts, replies and retwists on the last days, among the fifty most active of each day',
    request: {
      query: strictQuery({
        ...listShape,
        days: wholeNumberOr(MAX_ACTIVE_DAYS, 1, MAX_ACTIVE_DAYS, 'How many days (UTC), today included'),
      }),
    },
    responses: answers('People, who wrote most first', listSchema(activePersonSchema)),
  })
  api.openapi(active, async (c) => {
    const query = c.req.valid('query')
    const today = Math.floor(clock.now() / DAY_S)
    const page = await activePeople(sql, today, query.days, await requestOf(sql, ACTIVE_PEOPLE, query))
    return c.json(await listJson(sql, page, (view) => ({ ...userLineJson(view), windowCount: view.windowCount })), 200)
  })
}

function addPeopleWorthFollowing(api: OpenAPIHono, sql: Reader): void {
  const worth = createRoute({
    method: 'get',
    path: '/people/worth-following',
    operationId: 'peopleWorthFollowing',
    tags,
    summary: 'Whom those follow most who posted last, among the users of whom posts are here',
    request: { query: strictQuery({}) },
    responses: answers('People, the most followed first', wholeListSchema(followedPersonSchema)),
  })
  api.openapi(worth, async (c) => {
    const people = await worthFollowing(sql)
    return c.json({ items: people.map((view) => ({ ...userLineJson(view), listCount: view.listCount })) }, 200)
  })
}

const followedPersonSchema = userLineSchema
  .extend({ listCount: count('In how many lists of the hundred who posted last') })
  .openapi('FollowedPerson')

const activePersonSchema = userLineSchema
  .extend({ windowCount: count('Posts, replies and retwists of these days') })
  .openapi('ActivePerson')
