import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Reader } from '../../../db/queries/reader.ts'
import { MAX_TRENDS, trends } from '../../../db/queries/trends.ts'
import type { Clock } from '../../../node/protocol/clock.ts'
import { isoTime } from '../../_lib/format.ts'
import { answers, wholeListSchema } from '../list.ts'
import { atSchema, parameterText, strictQuery, wholeNumberOr } from '../parameters.ts'
import { clockTime, timeIso } from '../schemas/field.ts'
import { trendJson, trendSchema } from '../schemas/hashtag-schema.ts'

const trendsSchema = wholeListSchema(trendSchema)
  .extend({ at: clockTime.openapi({ description: 'The moment: posts after it do not count' }), atIso: timeIso })
  .openapi('Trends')

export function addTrendRoutes(api: OpenAPIHono, sql: Reader, clock: Clock): void {
  const list = createRoute({
    method: 'get',
    path: '/trends',
    operationId: 'trends',
    tags: ['Hashtags'],
    summary: 'Hashtags that more people use than their own past lets expect, at any moment, and why',
    request: {
      query: strictQuery({
        at: atSchema,
        by: z.enum(['people', 'twister']).default('people').openapi({ description: "twister: by twister's own score" }),
        lang: parameterText()
          .regex(/^[a-z]{2,3}$/)
          .optional()
          .openapi({ description: 'Only posts in this language count (ISO 639; und: those that cannot be told)' }),
        limit: wholeNumberOr(10, 1, MAX_TRENDS, `How many: 1 to ${MAX_TRENDS}`),
      }),
    },
    responses: answers('Trends, the strongest first', trendsSchema),
  })
  api.openapi(list, async (c) => {
    const { at = clock.now(), by, lang, limit } = c.req.valid('query')
    const view = await trends(sql, { at, by, lang, limit })
    return c.json({ at: view.at, atIso: isoTime(view.at), items: view.items.map(trendJson) }, 200)
  })
}
