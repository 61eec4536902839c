import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import type { Reader } from '../../../db/queries/reader.ts'
import { DAYS_OF_NETWORK, daysOfNetwork, yearsOfNetwork } from '../../../db/queries/statistics.ts'
import { answers, listJson, listSchema, wholeListSchema } from '../list.ts'
import { listShape, requestOf, strictQuery } from '../parameters.ts'
import { networkDayJson, networkDaySchema, networkYearJson, networkYearSchema } from '../schemas/statistics-schema.ts'

const tags = ['Statistics']

export function addStatisticsRoutes(api: OpenAPIHono, sql: Reader): void {
  const days = createRoute({
    method: 'get',
    path: '/stats/days',
    operationId: 'statsDays',
    tags,
    summary: 'Posts, authors, registrations and new hashtags of the whole network day by day, the newest first',
    request: { query: strictQuery(listShape) },
    responses: answers('Days with anything to count', listSchema(networkDaySchema)),
  })
  api.openapi(days, async (c) => {
    const page = await daysOfNetwork(sql, await requestOf(sql, DAYS_OF_NETWORK, c.req.valid('query')))
    return c.json(await listJson(sql, page, networkDayJson), 200)
  })

  const years = createRoute({
    method: 'get',
    path: '/stats/years',
    operationId: 'statsYears',
    tags,
    summary: 'Posts, authors, registrations and new hashtags of the whole network year by year, the newest first',
    request: { query: strictQuery({}) },
    responses: answers('Years', wholeListSchema(networkYearSchema)),
  })
  api.openapi(years, async (c) => c.json({ items: (await yearsOfNetwork(sql)).map(networkYearJson) }, 200))
}
