import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import { BLOCKS, bestChain, blockByHash, blockByHeight, newestBlocks } from '../../../db/queries/blocks.ts'
import { PROMOTED, promotedMessages } from '../../../db/queries/promoted.ts'
import type { Reader } from '../../../db/queries/reader.ts'
import { answers, answersOfOne, listJson, listSchema } from '../list.ts'
import { blockParams, listShape, requestOf, strictQuery } from '../parameters.ts'
import { ApiProblem } from '../problem.ts'
import {
  blockJson,
  blockLineJson,
  blockLineSchema,
  blockSchema,
  chainJson,
  chainSchema,
  promotedJson,
  promotedSchema,
} from '../schemas/chain-schema.ts'

const tags = ['Chain']

export function addChainRoutes(api: OpenAPIHono, sql: Reader): void {
  const chain = createRoute({
    method: 'get',
    path: '/chain',
    operationId: 'chain',
    tags,
    summary: 'The best chain: its tip, its work, its names',
    request: { query: strictQuery({}) },
    responses: answersOfOne('The chain', chainSchema),
  })
  api.openapi(chain, async (c) => {
    const found = await bestChain(sql)
    if (found === undefined) throw new ApiProblem(404, 'no-chain-yet', 'the indexer has not seen a block yet')
    return c.json(chainJson(found), 200)
  })

  const promoted = createRoute({
    method: 'get',
    path: '/promoted',
    operationId: 'promoted',
    tags,
    summary: 'Messages that miners put into blocks, the newest first',
    request: { query: strictQuery(listShape) },
    responses: answers('Messages', listSchema(promotedSchema)),
  })
  api.openapi(promoted, async (c) => {
    const page = await promotedMessages(sql, await requestOf(sql, PROMOTED, c.req.valid('query')))
    return c.json(await listJson(sql, page, promotedJson), 200)
  })
  addBlocks(api, sql)
}

function addBlocks(api: OpenAPIHono, sql: Reader): void {
  const blocks = createRoute({
    method: 'get',
    path: '/blocks',
    operationId: 'blocks',
    tags,
    summary: 'Blocks of the best chain, the newest first',
    request: { query: strictQuery(listShape) },
    responses: answers('Blocks', listSchema(blockLineSchema)),
  })
  api.openapi(blocks, async (c) => {
    const page = await newestBlocks(sql, await requestOf(sql, BLOCKS, c.req.valid('query')))
    return c.json(await listJson(sql, page, blockLineJson), 200)
  })

  const block = createRoute({
    method: 'get',
    path: '/blocks/{id}',
    operationId: 'block',
    tags,
    summary: 'A block, its registrations and its promoted message',
    request: { params: blockParams, query: strictQuery({}) },
    responses: answersOfOne('The block', blockSchema),
  })
  api.openapi(block, async (c) => {
    const { id } = c.req.valid('param')
    const found = id.kind === 'height' ? await blockByHeight(sql, id.height) : await blockByHash(sql, id.hash)
    if (found === undefined) throw new ApiProblem(404, 'unknown-block', 'no such block is here')
    return c.json(blockJson(found), 200)
  })
}
