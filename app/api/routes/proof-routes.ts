import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import { standingsOfPosts } from '../../../db/queries/posts-by-id.ts'
import { chainHeight, hashesAt } from '../../../db/queries/proof.ts'
import { type Reader, readOneMoment } from '../../../db/queries/reader.ts'
import { NETWORKS } from '../../../verify/checkpoints.ts'
import { answersAbout, answersOfOne } from '../list.ts'
import { postParams, strictQuery, userParams } from '../parameters.ts'
import { ApiProblem, postProblem } from '../problem.ts'
import { checkpointHeights } from '../proofs/checkpoint-heights.ts'
import { NoProof } from '../proofs/no-proof.ts'
import { userProof, userpostProof } from '../proofs/proof.ts'
import { checkpointsSchema, proofSchema } from '../schemas/proof-schema.ts'

const tags = ['Proofs']

/** What is needed to check a post or a key without trusting this site. */
export function addProofRoutes(api: OpenAPIHono, sql: Reader): void {
  const post = createRoute({
    method: 'get',
    path: '/posts/{n}/{k}/proof',
    operationId: 'postProof',
    tags,
    summary: 'What proves a post: signed bytes, signature, and how the chain gave its author the key',
    request: { params: postParams, query: strictQuery({}) },
    responses: answersAbout('The proof', proofSchema),
  })
  api.openapi(post, async (c) => {
    const id = c.req.valid('param')
    const proof = await proved(userpostProof(sql, id.n, id.k))
    if (proof !== undefined) return c.json(proof, 200)
    const [standing] = await standingsOfPosts(sql, [id])
    // It came between the two questions.
    throw (standing && postProblem(standing)) ?? postProblem({ ...id, kind: 'post-not-seen' })
  })

  const user = createRoute({
    method: 'get',
    path: '/users/{n}/proof',
    operationId: 'userProof',
    tags,
    summary: 'What proves the key that a name holds now',
    request: { params: userParams, query: strictQuery({}) },
    responses: answersAbout('The proof', proofSchema),
  })
  api.openapi(user, async (c) => c.json(await proved(userProof(sql, c.req.valid('param').n)), 200))
  addCheckpoints(api, sql)
}

function addCheckpoints(api: OpenAPIHono, sql: Reader): void {
  const checkpoints = createRoute({
    method: 'get',
    path: '/checkpoints',
    operationId: 'checkpoints',
    tags,
    summary: 'The blocks that proofs lead to: one every 2016 blocks up to the tip. Compare them with any node',
    request: { query: strictQuery({}) },
    responses: answersOfOne('The checkpoints', checkpointsSchema),
  })
  api.openapi(checkpoints, async (c) => {
    const found = await readOneMoment(sql, async (tx) => {
      const tip = await chainHeight(tx)
      const network = NETWORKS.find((one) => one === tip?.network)
      if (tip === undefined || network === undefined) return undefined
      return { network, items: await hashesAt(tx, checkpointHeights(network, tip.height)) }
    })
    if (found === undefined) throw new ApiProblem(404, 'no-chain-yet', 'the indexer has not seen a block yet')
    return c.json(found, 200)
  })
}

/** What cannot be proved is told as what is not here. */
async function proved<Proof>(proof: Promise<Proof>): Promise<Proof> {
  try {
    return await proof
  } catch (error) {
    if (error instanceof NoProof) throw new ApiProblem(404, 'no-proof', `there is no proof: ${error.message}`)
    throw error
  }
}
