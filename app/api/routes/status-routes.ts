import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import { derivationReport } from '../../../db/queries/derivation.ts'
import { FOLLOWS, followsOfNode } from '../../../db/queries/follows.ts'
import type { Reader } from '../../../db/queries/reader.ts'
import { siteStatus } from '../../../db/queries/status.ts'
import { BLOCKED_SUBJECTS, blockedSubjects, blockTotals } from '../../../db/queries/transparency.ts'
import { answers, answersOfOne, listJson, listSchema } from '../list.ts'
import { listShape, requestOf, strictQuery } from '../parameters.ts'
import { ApiProblem } from '../problem.ts'
import { digestJson, digestSchema } from '../schemas/digest-schema.ts'
import { followJson, followSchema } from '../schemas/follow-schema.ts'
import { statusJson, statusSchema } from '../schemas/status-schema.ts'
import { blockedSubjectJson, blockTotalsJson, transparencySchema } from '../schemas/transparency-schema.ts'

const tags = ['This instance']

/** What this instance says of itself. */
export function addStatusRoutes(api: OpenAPIHono, sql: Reader): void {
  const status = createRoute({
    method: 'get',
    path: '/status',
    operationId: 'status',
    tags,
    summary: 'What the index holds; what the node and the indexer last said of themselves',
    request: { query: strictQuery({}) },
    responses: answers('Status', statusSchema),
  })
  api.openapi(status, async (c) => c.json(statusJson(await siteStatus(sql)), 200))

  const follows = createRoute({
    method: 'get',
    path: '/follows',
    operationId: 'follows',
    tags,
    summary: 'Whom the node follows, A–Z, and how it gets on with each',
    request: { query: strictQuery(listShape) },
    responses: answers('Followed users', listSchema(followSchema)),
  })
  api.openapi(follows, async (c) => {
    const page = await followsOfNode(sql, await requestOf(sql, FOLLOWS, c.req.valid('query')))
    return c.json(await listJson(sql, page, followJson), 200)
  })

  const digest = createRoute({
    method: 'get',
    path: '/digest',
    operationId: 'digest',
    tags,
    summary: 'The digest of the index, to compare with that of another instance',
    request: { query: strictQuery({}) },
    responses: answersOfOne('The digest of the last check', digestSchema),
  })
  api.openapi(digest, async (c) => {
    const { verification } = await derivationReport(sql)
    if (verification === undefined) {
      throw new ApiProblem(404, 'no-digest-yet', 'the operator has not had this index checked yet')
    }
    return c.json(digestJson(verification), 200)
  })
  addTransparency(api, sql)
}

function addTransparency(api: OpenAPIHono, sql: Reader): void {
  const transparency = createRoute({
    method: 'get',
    path: '/transparency',
    operationId: 'transparency',
    tags,
    summary: 'What the operator has blocked, since when and why, the newest first; how many authors have opted out',
    request: { query: strictQuery(listShape) },
    responses: answers('Blocks', transparencySchema),
  })
  api.openapi(transparency, async (c) => {
    const request = await requestOf(sql, BLOCKED_SUBJECTS, c.req.valid('query'))
    const [page, totals] = await Promise.all([blockedSubjects(sql, request), blockTotals(sql)])
    return c.json({ ...(await listJson(sql, page, blockedSubjectJson)), totals: blockTotalsJson(totals) }, 200)
  })
}
