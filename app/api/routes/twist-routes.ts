import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import type { Reader } from '../../../db/queries/reader.ts'
import { postTombstone } from '../../../db/queries/tombstone.ts'
import { twistTarget } from '../../../db/queries/twist-target.ts'
import { answersAbout } from '../list.ts'
import { strictQuery, twistParams } from '../parameters.ts'
import { ApiProblem } from '../problem.ts'
import { twistTargetJson, twistTargetSchema } from '../schemas/twist-link-schema.ts'
import { refuse } from '../tombstones.ts'

export function addTwistRoutes(api: OpenAPIHono, sql: Reader): void {
  const target = createRoute({
    method: 'get',
    path: '/twist/{code}',
    operationId: 'twistTarget',
    tags: ['Posts'],
    summary: 'Whose a twist: short link is, and where it leads',
    request: { params: twistParams, query: strictQuery({}) },
    responses: answersAbout('The post it stands for, and its address', twistTargetSchema),
  })
  api.openapi(target, async (c) => {
    const { uid, k } = c.req.valid('param').code
    const found = await twistTarget(sql, uid, k)
    if (found === undefined) {
      throw new ApiProblem(404, 'unknown-registration', 'the best chain does not hold the registration it names')
    }
    refuse(await postTombstone(sql, found.n, found.k), 'short link')
    return c.json(twistTargetJson(found), 200)
  })
}
