import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { completenessOf } from '../../../db/queries/completeness.ts'
import { peopleToFollow } from '../../../db/queries/people-to-follow.ts'
import type { Reader } from '../../../db/queries/reader.ts'
import { threadOf } from '../../../db/queries/thread.ts'
import { missingInThread } from '../../../db/queries/thread-completeness.ts'
import { answersAbout } from '../list.ts'
import { postNumberSchema, postParams, strictQuery, userParams } from '../parameters.ts'
import {
  completenessJson,
  completenessSchema,
  threadCompletenessJson,
  threadCompletenessSchema,
} from '../schemas/completeness-schema.ts'
import { userLineJson, userLineSchema } from '../schemas/user-schema.ts'

export function addCompletenessRoutes(api: OpenAPIHono, sql: Reader): void {
  const ofUser = createRoute({
    method: 'get',
    path: '/users/{n}/completeness',
    summary: 'Which posts of a user are known of and not here, and why',
    request: {
      params: userParams,
      query: strictQuery({ below: postNumberSchema.optional().openapi({ description: 'next of an earlier answer' }) }),
    },
    responses: answersAbout('What is missing', completenessSchema),
  })
  api.openapi(ofUser, async (c) => {
    const { n } = c.req.valid('param')
    return c.json(completenessJson(await completenessOf(sql, n, c.req.valid('query').below)), 200)
  })

  const ofThread = createRoute({
    method: 'get',
    path: '/posts/{n}/{k}/completeness',
    summary: 'Which posts a thread names that are not here, and why',
    request: { params: postParams, query: strictQuery({}) },
    responses: answersAbout('What is missing', threadCompletenessSchema),
  })
  api.openapi(ofThread, async (c) => {
    const { n, k } = c.req.valid('param')
    return c.json(threadCompletenessJson(await missingInThread(sql, await threadOf(sql, n, k))), 200)
  })
}

export function addSuggestionsRoute(api: OpenAPIHono, sql: Reader): void {
  const suggestions = createRoute({
    method: 'get',
    path: '/users/{n}/suggestions',
    summary: 'Whom those follow whom a user follows, and the user does not: the most followed first',
    request: { params: userParams, query: strictQuery({}) },
    responses: answersAbout('People', z.object({ items: z.array(suggestedPersonSchema) })),
  })
  api.openapi(suggestions, async (c) => {
    const people = await peopleToFollow(sql, c.req.valid('param').n)
    return c.json({ items: people.map((view) => ({ ...userLineJson(view), listCount: view.listCount })) }, 200)
  })
}

const suggestedPersonSchema = userLineSchema
  .extend({ listCount: z.number().int().openapi({ description: 'In how many of the followed users’ lists' }) })
  .openapi('SuggestedPerson')
