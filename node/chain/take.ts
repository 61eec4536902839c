import type { Block, BlockHeader } from '../protocol/block.ts'
import { hashKey } from '../protocol/hash.ts'
import { accept, ignore, type Verdict } from '../protocol/verdict.ts'
import { acceptBlock, type BlockEffects } from './accept-block.ts'
import { acceptHeader } from './accept-header.ts'
import type { ChainState } from './chain-state.ts'
import type { Arrival } from './connect.ts'
import { HEADERS_PER_WRITE } from './limits.ts'
import { checkWork } from './proof-of-work.ts'

/** Checks the work of headers, which takes time, and adds them, one durable transaction at a time. */
export async function takeHeaders(
  state: ChainState,
  headers: readonly BlockHeader[],
  now: number,
): Promise<{ accepted: number; verdict: Verdict }> {
  let accepted = 0
  while (accepted < headers.length) {
    const result = await takeHeaderBatch(state, headers.slice(accepted, accepted + HEADERS_PER_WRITE), now)
    accepted += result.accepted
    if (result.verdict.kind !== 'accept') return { accepted, verdict: result.verdict }
  }
  return { accepted, verdict: accept }
}

/** Takes blocks one after the other, all in one durable transaction. */
export async function takeBlocks(
  state: ChainState,
  blocks: readonly Block[],
  now: number,
  arrival: Arrival,
): Promise<{ verdicts: Verdict[] } & BlockEffects> {
  const lacking = await checkNewWork(state, blocks)
  const effects: BlockEffects = { changes: [], lateRefusals: [] }
  const verdicts = state.store.write(() =>
    blocks.map((block) => {
      const refusal = lacking.get(block)
      return refusal ?? acceptBlock(state, block, now, arrival, effects)
    }),
  )
  return { verdicts, ...effects }
}

async function takeHeaderBatch(state: ChainState, batch: readonly BlockHeader[], now: number) {
  const { tree, params, store } = state
  const fresh = batch.filter((header) => tree.indexOf(header.hash) === undefined)
  const [first] = fresh
  // An unknown parent is noticed before any work is checked for nothing.
  const isOrphan = first !== undefined && tree.indexOf(first.prevHash) === undefined
  const verdicts = isOrphan ? [ignore('bad-prevblk')] : await checkWork(fresh, params)
  const refusal = verdicts.find((verdict) => verdict.kind !== 'accept')
  const refused = refusal && fresh[verdicts.length - 1]
  const worked = refused === undefined ? batch : batch.slice(0, batch.indexOf(refused))
  return store.write(() => {
    for (const [accepted, header] of worked.entries()) {
      const verdict = acceptHeader(state, header, now)
      if (verdict.kind !== 'accept') return { accepted, verdict }
    }
    return { accepted: worked.length, verdict: refusal ?? accept }
  })
}

/** Verdicts on the work of those blocks whose header is new and lacks it. */
async function checkNewWork({ tree, params }: ChainState, blocks: readonly Block[]): Promise<Map<Block, Verdict>> {
  const inBatch = new Set(blocks.map((block) => hashKey(block.header.hash)))
  const fresh = blocks.filter(
    ({ header }) =>
      tree.indexOf(header.hash) === undefined &&
      // An unknown parent is noticed later, and before any work is checked for nothing.
      (tree.indexOf(header.prevHash) !== undefined || inBatch.has(hashKey(header.prevHash))),
  )
  const checked = fresh.map(async (block) => [block, (await checkWork([block.header], params))[0] ?? accept] as const)
  return new Map((await Promise.all(checked)).filter(([, verdict]) => verdict.kind !== 'accept'))
}
