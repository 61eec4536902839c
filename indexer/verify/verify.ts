import type { Transaction } from '../../db/client.ts'
import { compareTables, type TableDifference } from '../../db/compare-tables.ts'
import { digestOf, holdTables, type IndexDigest } from '../../db/digest.ts'
import { countMarked } from '../../db/writes/count.ts'
import { lockIndexOfSession, metaValue, unlockIndexOfSession } from '../../db/writes/meta.ts'
import { writeVerification } from '../../db/writes/rebuild-state.ts'
import { enterRebuilt, takeNotedModeration } from '../../db/writes/rebuild-tables.ts'
import { takeRecounts } from '../../db/writes/recount.ts'
import { type NetworkParams, networkParams } from '../../node/protocol/params.ts'
import { checkBlockInContext } from '../../node/protocol/rules/check-block.ts'
import { settleCounts } from '../counter.ts'
import type { Recoverer } from '../ingest/recoverer.ts'
import { COUNT_MARKS, VERIFY_ATTEMPTS } from '../limits.ts'
import { catchUp, catchUpIn } from '../rebuild/rebuild-catch-up.ts'
import type { ReplayedChain } from '../rebuild/rebuild-chain.ts'
import { RebuildError, type RebuildOptions, type RebuildRun, withRebuild } from '../rebuild/rebuild-run.ts'
import { countTables, fillTables } from '../rebuild/rebuild-tables.ts'
import { verifyBlocks } from './verify-blocks.ts'
import { type Problem, Problems } from './verify-problems.ts'
import { verifyUserposts, verifyValues } from './verify-signed.ts'

export interface Verification {
  isGood: boolean
  height: number
  blocks: number
  userposts: number
  values: number
  signatures: number
  badWorts: number
  problems: number
  /** The first of them. */
  first: Problem[]
  digest: IndexDigest
}

/**
 * Checks everything the index holds: every block's work, links and rules, every signature, what stands beside raw bytes;
 * then derives all anew beside the rows that are served, and compares these with it, at a moment when nobody writes.
 */
export async function verifyIndex(options: RebuildOptions, recoverer: Recoverer): Promise<Verification> {
  return withRebuild(options, async (run) => {
    const params = await paramsOf(run)
    const problems = new Problems()
    const raw = await verifyRaw(run, params, recoverer, problems)
    const { chain } = await fillTables(run, {
      onCorrected: async (keys) => {
        for (const { username, k } of keys)
          problems.add('raw_userpost', `${username}/${k}`, 'has another verdict than it must')
      },
      checkBlock: (block, names) => {
        const verdict = checkBlockInContext(block, names, params)
        if (verdict.kind !== 'accept') problems.add('block', String(block.header.height), verdict.code)
      },
    })
    const { differences, digest, height } = await compareAtRest(run, await catchUp(run, chain))
    for (const difference of differences) addDifference(problems, difference)
    const { count, first } = problems
    const { network, pages } = digest
    const isGood = count === 0
    const said = { at: options.now(), isGood, height, problems: count, network, pages }
    await run.work.begin((tx) => writeVerification(tx, said))
    return { isGood, height, ...raw, problems: count, first, digest }
  })
}

async function verifyRaw(run: RebuildRun, params: NetworkParams, recoverer: Recoverer, problems: Problems) {
  return (await run.work.begin('isolation level repeatable read read only', async (tx) => {
    const check = { tx, params, recoverer, problems }
    const blocks = await verifyBlocks(tx, params, problems, (done) => run.say('work of blocks', done))
    const posts = await verifyUserposts(check, (done) => run.say('signatures of posts', done))
    const values = await verifyValues(check, (done) => run.say('signatures of values', done))
    const signatures = posts.signatures + values.signatures
    return { blocks, userposts: posts.rows, values: values.rows, signatures, badWorts: posts.badWorts }
  })) as Pick<Verification, 'blocks' | 'userposts' | 'values' | 'signatures' | 'badWorts'>
}

interface Compared {
  differences: TableDifference[]
  digest: IndexDigest
  height: number
}

/** Writers wait for as long as it takes to catch up with the last of them; what is compared is that moment's. */
async function compareAtRest(run: RebuildRun, caughtUp: ReplayedChain): Promise<Compared> {
  let chain = caughtUp
  for (let attempt = 1; attempt <= VERIFY_ATTEMPTS; attempt++) {
    await settleCounts(run.work)
    await lockIndexOfSession(run.lockSession)
    let isLocked = true
    const unlock = async () => {
      if (isLocked) await unlockIndexOfSession(run.lockSession)
      isLocked = false
    }
    try {
      const settled = await run.lockSession.begin((tx) => settleRebuilt(tx, chain))
      if (settled !== undefined) {
        chain = settled
        await settleCounts(run.work)
        return (await run.work.begin('isolation level repeatable read', async (tx) => {
          await holdTables(tx)
          const digest = await startedDigest(tx, unlock)
          run.say('comparing')
          const differences = await compareTables(tx, (done) => run.say('comparing', done))
          return { differences, digest, height: chain.tip.height }
        })) as Compared
      }
    } finally {
      await unlock()
    }
    await countTables(run)
    chain = await catchUp(run, chain)
  }
  throw new RebuildError('the operator blocks and unblocks too often for a check: try again')
}

/** From its first statement on, the transaction sees one moment: then others may write again. */
async function startedDigest(tx: Transaction, onStarted: () => Promise<void>): Promise<IndexDigest> {
  await metaValue(tx, 'network')
  await onStarted()
  return digestOf(tx)
}

/** Undefined when something was blocked or unblocked meanwhile: then all is counted anew. */
async function settleRebuilt(tx: Transaction, chain: ReplayedChain): Promise<ReplayedChain | undefined> {
  await enterRebuilt(tx)
  if (await takeNotedModeration(tx)) return undefined
  const settled = await catchUpIn(tx, chain)
  for (let marks = await takeRecounts(tx, COUNT_MARKS); marks.count > 0; marks = await takeRecounts(tx, COUNT_MARKS)) {
    await countMarked(tx, marks)
  }
  return settled
}

async function paramsOf(run: RebuildRun): Promise<NetworkParams> {
  const network = await run.work.begin((tx) => metaValue(tx, 'network'))
  if (network !== 'main' && network !== 'regtest') throw new RebuildError('the database holds no index yet')
  // Checkpoints say which chain to take, not whether a stored one is sound.
  return networkParams(network, { checkpoints: false })
}

function addDifference(problems: Problems, { table, rows, first }: TableDifference): void {
  for (const { key, kind, columns } of first) {
    problems.add(table, key, kind === 'differs' ? `is another in ${columns.join(', ')}` : `is ${kind}`)
  }
  if (rows > first.length) problems.add(table, '…', `and ${rows - first.length} more`, rows - first.length)
}
