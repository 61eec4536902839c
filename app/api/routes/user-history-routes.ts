import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import {
  FOLLOWER_HISTORY,
  FOLLOWING_HISTORY,
  followerHistory,
  followingHistory,
  PROFILE_HISTORY,
  profileHistory,
} from '../../../db/queries/history.ts'
import type { Reader } from '../../../db/queries/reader.ts'
import { KEYS_OF_USER, keysOfUser } from '../../../db/queries/registrations.ts'
import { DAYS_OF_USER, daysOfUser, yearsOfUser } from '../../../db/queries/statistics.ts'
import { VALUES_OF_USER, valuesOfUser } from '../../../db/queries/user-values.ts'
import { answersAbout, listJson, listSchema, wholeListSchema } from '../list.ts'
import { listShape, requestOf, strictQuery, userParams } from '../parameters.ts'
import {
  followingSpanJson,
  followingSpanSchema,
  profileVersionJson,
  profileVersionSchema,
} from '../schemas/history-schema.ts'
import { registrationJson, registrationSchema } from '../schemas/post-schema.ts'
import { userDayJson, userDaySchema, userYearJson, userYearSchema } from '../schemas/statistics-schema.ts'
import { userValueJson, userValueSchema } from '../schemas/user-value-schema.ts'

const tags = ['Users']

/** A user in the course of time. */
export function addUserHistoryRoutes(api: OpenAPIHono, sql: Reader): void {
  const keys = createRoute({
    method: 'get',
    path: '/users/{n}/keys',
    operationId: 'userKeys',
    tags,
    summary: 'The key history of a user: each registration and each new key, the first one first',
    request: { params: userParams, query: strictQuery(listShape) },
    responses: answersAbout('Registrations', listSchema(registrationSchema)),
  })
  api.openapi(keys, async (c) => {
    const request = await requestOf(sql, KEYS_OF_USER, c.req.valid('query'))
    return c.json(await listJson(sql, await keysOfUser(sql, c.req.valid('param').n, request), registrationJson), 200)
  })

  const profiles = createRoute({
    method: 'get',
    path: '/users/{n}/profile-history',
    operationId: 'userProfileHistory',
    tags,
    summary: 'Every profile of a user that was seen, the newest first',
    request: { params: userParams, query: strictQuery(listShape) },
    responses: answersAbout('Profiles', listSchema(profileVersionSchema)),
  })
  api.openapi(profiles, async (c) => {
    const request = await requestOf(sql, PROFILE_HISTORY, c.req.valid('query'))
    return c.json(
      await listJson(sql, await profileHistory(sql, c.req.valid('param').n, request), profileVersionJson),
      200,
    )
  })
  addFollowHistories(api, sql)

  const values = createRoute({
    method: 'get',
    path: '/users/{n}/values',
    operationId: 'userValues',
    tags,
    summary: 'The signed bytes that profile, picture and following are read from, A–Z by resource',
    request: { params: userParams, query: strictQuery(listShape) },
    responses: answersAbout('Values of the DHT', listSchema(userValueSchema)),
  })
  api.openapi(values, async (c) => {
    const request = await requestOf(sql, VALUES_OF_USER, c.req.valid('query'))
    return c.json(await listJson(sql, await valuesOfUser(sql, c.req.valid('param').n, request), userValueJson), 200)
  })
  addStatistics(api, sql)
}

function addFollowHistories(api: OpenAPIHono, sql: Reader): void {
  const lists = [
    {
      name: 'following-history',
      operationId: 'userFollowingHistory',
      summary: 'Whom a user’s published lists held and until when, who came last first',
      order: FOLLOWING_HISTORY,
      query: followingHistory,
    },
    {
      name: 'follower-history',
      operationId: 'userFollowerHistory',
      summary: 'Whose published lists held a user and until when, who came last first',
      order: FOLLOWER_HISTORY,
      query: followerHistory,
    },
  ] as const
  for (const { name, operationId, summary, order, query } of lists) {
    const route = createRoute({
      method: 'get',
      path: `/users/{n}/${name}`,
      operationId,
      tags,
      summary,
      request: { params: userParams, query: strictQuery(listShape) },
      responses: answersAbout('Names in lists', listSchema(followingSpanSchema)),
    })
    api.openapi(route, async (c) => {
      const request = await requestOf(sql, order, c.req.valid('query'))
      return c.json(await listJson(sql, await query(sql, c.req.valid('param').n, request), followingSpanJson), 200)
    })
  }
}

function addStatistics(api: OpenAPIHono, sql: Reader): void {
  const days = createRoute({
    method: 'get',
    path: '/users/{n}/days',
    operationId: 'userDays',
    tags,
    summary: 'What a user wrote day by day, the newest first',
    request: { params: userParams, query: strictQuery(listShape) },
    responses: answersAbout('Days with posts', listSchema(userDaySchema)),
  })
  api.openapi(days, async (c) => {
    const request = await requestOf(sql, DAYS_OF_USER, c.req.valid('query'))
    return c.json(await listJson(sql, await daysOfUser(sql, c.req.valid('param').n, request), userDayJson), 200)
  })

  const years = createRoute({
    method: 'get',
    path: '/users/{n}/years',
    operationId: 'userYears',
    tags,
    summary: 'What a user wrote year by year, the newest first',
    request: { params: userParams, query: strictQuery({}) },
    responses: answersAbout('Years with posts', wholeListSchema(userYearSchema)),
  })
  api.openapi(years, async (c) => {
    const years = await yearsOfUser(sql, c.req.valid('param').n)
    return c.json({ items: years.map(userYearJson) }, 200)
  })
}
