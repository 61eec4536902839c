import type { Block, BlockHeader } from '../protocol/block.ts'
import { bytesEqual } from '../protocol/bytes.ts'
import { RETARGET_INTERVAL } from '../protocol/compact-target.ts'
import { hashKey } from '../protocol/hash.ts'
import { accept, ignore, type Verdict } from '../protocol/verdict.ts'
import { acceptBlock, type BlockEffects } from './accept-block.ts'
import { acceptHeader, isWorthless } from './accept-header.ts'
import type { ChainState } from './chain-state.ts'
import type { Arrival } from './connect.ts'
import type { WorkChecks } from './proof-of-work.ts'

/** How many of some headers, from the first on, were accepted; and the verdict on the one after them, if there is one. */
export interface TakenHeaders {
  readonly accepted: number
  readonly verdict: Verdict
}

/**
 * Checks the work of headers, which takes time, and adds them, a group in one durable transaction. Other headers have to
 * wait meanwhile, or their work might be checked twice; blocks of known headers need not.
 */
export async function takeHeaders(
  state: ChainState,
  work: WorkChecks,
  headers: readonly BlockHeader[],
  now: number,
): Promise<TakenHeaders> {
  const { tree } = state
  let accepted = 0
  for (let header = headers[0]; header !== undefined; header = headers[accepted]) {
    const known = tree.indexOf(header.hash)
    if (known !== undefined) {
      if (tree.isFailed(known)) return { accepted, verdict: ignore('known-invalid') }
      accepted++
      continue
    }
    const taken = await takeRun(state, work, headers.slice(accepted), now)
    accepted += taken.accepted
    if (taken.verdict.kind !== 'accept') return { accepted, verdict: taken.verdict }
    if (state.isClosing()) return { accepted, verdict: ignore('closing') }
  }
  return { accepted, verdict: accept }
}

/** Takes blocks one after the other, all in one durable transaction, after checking the work of those with new headers. */
export async function takeBlocks(
  state: ChainState,
  work: WorkChecks,
  blocks: readonly Block[],
  now: number,
  arrival: Arrival,
): Promise<{ verdicts: Verdict[] } & BlockEffects> {
  const lacking = await lackingWork(state, work, blocks)
  const taken = takeWorkedBlocks(state, blocks, now, arrival, lacking)
  for (const block of blocks) {
    if (!lacking.has(block) && state.tree.indexOf(block.header.hash) === undefined) work.remember(block.header)
  }
  return taken
}

/** takeBlocks for blocks whose header is known, or has its work, but for those that are `lacking`. */
export function takeWorkedBlocks(
  state: ChainState,
  blocks: readonly Block[],
  now: number,
  arrival: Arrival,
  lacking: ReadonlyMap<Block, Verdict> = new Map(),
): { verdicts: Verdict[] } & BlockEffects {
  const effects: BlockEffects = { changes: [], lateRefusals: [] }
  const verdicts = state.store.write(() => {
    const found = blocks.map((block) => lacking.get(block) ?? acceptBlock(state, block, now, arrival, effects))
    if (effects.changes.length > 0) state.store.headers.setBest(state.active.tip)
    return found
  })
  return { verdicts, ...effects }
}

/** Takes the first of `headers`, which is new, and those after it that may well be built on it. */
async function takeRun(
  state: ChainState,
  work: WorkChecks,
  headers: readonly BlockHeader[],
  now: number,
): Promise<TakenHeaders> {
  const [first] = headers
  const parent = first && state.tree.indexOf(first.prevHash)
  // What is refused for its place alone is refused before any work is checked for nothing.
  if (first === undefined || parent === undefined) return { accepted: 0, verdict: ignore('prev-block-not-found') }
  const run = headers.slice(0, runLength(headers, state.tree.height(parent), state.headerAt(parent).bits))
  if (isWorthless(state, parent, run.length)) return { accepted: 0, verdict: ignore('too-little-chain-work') }
  let accepted = 0
  for await (const verdicts of work.inGroups(run)) {
    const group = run.slice(accepted, accepted + verdicts.length)
    const taken = state.store.write(() => takeGroup(state, group, verdicts, now))
    accepted += taken.accepted
    const refused = group[taken.accepted]
    if (verdicts[taken.accepted]?.kind === 'accept' && refused !== undefined) work.remember(refused)
    if (taken.verdict.kind !== 'accept' || state.isClosing()) return { accepted, verdict: taken.verdict }
  }
  return { accepted, verdict: accept }
}

function takeGroup(state: ChainState, group: readonly BlockHeader[], work: Verdict[], now: number): TakenHeaders {
  for (const [accepted, header] of group.entries()) {
    const worked = work[accepted] ?? accept
    const verdict = worked.kind === 'accept' ? acceptHeader(state, header, now) : worked
    if (verdict.kind !== 'accept') return { accepted, verdict }
  }
  return { accepted: group.length, verdict: accept }
}

/**
 * How many headers follow one another with the same difficulty, up to and including the first that claims another where
 * the rules allow none: hashing what follows such a claim would be work that a liar got for nothing.
 */
function runLength(headers: readonly BlockHeader[], parentHeight: number, parentBits: number): number {
  let bits = parentBits
  for (const [index, header] of headers.entries()) {
    const previous = headers[index - 1]
    if (previous !== undefined && !bytesEqual(header.prevHash, previous.hash)) return index
    const isRetarget = (parentHeight + 1 + index) % RETARGET_INTERVAL === 0
    if (header.bits !== bits && !isRetarget) return index + 1
    bits = header.bits
  }
  return headers.length
}

/** Verdicts on those blocks whose header is new and lacks its work, or is not worth checking for it. */
async function lackingWork(state: ChainState, work: WorkChecks, blocks: readonly Block[]) {
  const { tree } = state
  const inBatch = new Set(blocks.map(({ header }) => hashKey(header.hash)))
  const lacking = new Map<Block, Verdict>()
  const fresh = new Map<string, BlockHeader>()
  for (const block of blocks) {
    const { header } = block
    if (tree.indexOf(header.hash) !== undefined) continue
    const parent = tree.indexOf(header.prevHash)
    if (parent === undefined && !inBatch.has(hashKey(header.prevHash)))
      lacking.set(block, ignore('prev-block-not-found'))
    else if (parent !== undefined && isWorthless(state, parent, 1)) {
      lacking.set(block, ignore('too-little-chain-work'))
    } else fresh.set(hashKey(header.hash), header)
  }
  const headers = [...fresh.values()]
  const verdicts = await work.all(headers)
  const found = new Map(headers.map((header, index) => [hashKey(header.hash), verdicts[index] ?? accept]))
  for (const block of blocks) {
    const verdict = found.get(hashKey(block.header.hash))
    if (verdict !== undefined && verdict.kind !== 'accept') lacking.set(block, verdict)
  }
  return lacking
}
