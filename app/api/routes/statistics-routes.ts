import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Reader } from '../../../db/queries/reader.ts'
import {
  DAYS_OF_HASHTAG,
  DAYS_OF_NETWORK,
  DAYS_OF_USER,
  daysOfHashtag,
  daysOfNetwork,
  daysOfUser,
  type HashtagUseView,
  type NetworkDayView,
  type NetworkYearView,
  type UserDayView,
  yearsOfNetwork,
} from '../../../db/queries/statistics.ts'
import { answers, answersAbout, listJson, listSchema } from '../list.ts'
import { listShape, requestOf, strictQuery, tagSchema, userParams } from '../parameters.ts'

const count = z.number().int()
const date = z.string().openapi({ description: 'A day of UTC', example: '2014-02-28' })
const ofNetwork = {
  posts: count.openapi({ description: 'Posts, replies, retwists, favourites and records' }),
  authors: count.openapi({ description: 'Who wrote any of them' }),
  names: count.openapi({ description: 'Names registered for the first time' }),
}

const userDaySchema = z
  .object({
    date,
    posts: count,
    replies: count,
    retwists: count,
    favourites: count,
    custom: count,
    privateFavourites: count.openapi({ description: 'Encrypted: counted, never shown' }),
    directMessages: count.openapi({ description: 'Encrypted: counted, never shown' }),
  })
  .openapi('UserDay')
const hashtagDaySchema = z.object({ date, posts: count, people: count }).openapi('HashtagDay')
const networkDaySchema = z.object({ date, ...ofNetwork }).openapi('NetworkDay')
const networkYearSchema = z.object({ year: count, ...ofNetwork }).openapi('NetworkYear')

export function addStatisticsRoutes(api: OpenAPIHono, sql: Reader): void {
  const days = createRoute({
    method: 'get',
    path: '/stats/days',
    summary: 'The whole network day by day, the newest first',
    request: { query: strictQuery(listShape) },
    responses: answers('Days with anything to count', listSchema(networkDaySchema)),
  })
  api.openapi(days, async (c) => {
    const page = await daysOfNetwork(sql, requestOf(DAYS_OF_NETWORK, c.req.valid('query')))
    return c.json(listJson(page, networkDayJson), 200)
  })

  const years = createRoute({
    method: 'get',
    path: '/stats/years',
    summary: 'The whole network year by year, the newest first',
    request: { query: strictQuery({}) },
    responses: answers('Years', z.object({ items: z.array(networkYearSchema) })),
  })
  api.openapi(years, async (c) => c.json({ items: (await yearsOfNetwork(sql)).map(networkYearJson) }, 200))

  const user = createRoute({
    method: 'get',
    path: '/users/{n}/days',
    summary: 'What a user wrote day by day, the newest first',
    request: { params: userParams, query: strictQuery(listShape) },
    responses: answersAbout('Days with posts', listSchema(userDaySchema)),
  })
  api.openapi(user, async (c) => {
    const request = requestOf(DAYS_OF_USER, c.req.valid('query'))
    return c.json(listJson(await daysOfUser(sql, c.req.valid('param').n, request), userDayJson), 200)
  })

  const tag = createRoute({
    method: 'get',
    path: '/hashtags/{tag}/days',
    summary: 'How much a hashtag was used day by day, the newest first',
    request: {
      params: z.object({ tag: tagSchema.openapi({ param: { name: 'tag', in: 'path' } }) }),
      query: strictQuery(listShape),
    },
    responses: answersAbout('Days with posts', listSchema(hashtagDaySchema)),
  })
  api.openapi(tag, async (c) => {
    const request = requestOf(DAYS_OF_HASHTAG, c.req.valid('query'))
    return c.json(listJson(await daysOfHashtag(sql, c.req.valid('param').tag, request), hashtagDayJson), 200)
  })
}

function dateOf(day: number): string {
  return new Date(day * 86_400_000).toISOString().slice(0, 10)
}

function userDayJson(view: UserDayView): z.infer<typeof userDaySchema> {
  return {
    date: dateOf(view.day),
    posts: view.posts,
    replies: view.replies,
    retwists: view.retwists,
    favourites: view.favourites,
    custom: view.custom,
    privateFavourites: view.privateFavourites,
    directMessages: view.directMessages,
  }
}

function hashtagDayJson(view: HashtagUseView): z.infer<typeof hashtagDaySchema> {
  return { date: dateOf(view.day), posts: view.posts, people: view.people }
}

function networkDayJson(view: NetworkDayView): z.infer<typeof networkDaySchema> {
  return { date: dateOf(view.day), posts: view.posts, authors: view.authors, names: view.names }
}

function networkYearJson(view: NetworkYearView): z.infer<typeof networkYearSchema> {
  return { year: view.year, posts: view.posts, authors: view.authors, names: view.names }
}
