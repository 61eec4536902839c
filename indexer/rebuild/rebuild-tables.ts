import { countAll } from '../../db/writes/count.ts'
import type { UserpostKey } from '../../db/writes/raw-userpost.ts'
import { type RawCounts, rawCounts, valueOwners } from '../../db/writes/rebuild-source.ts'
import { analyzeRebuilt, BULK_TABLES, makeBulkIndexes } from '../../db/writes/rebuild-tables.ts'
import { deriveAllNames } from '../../db/writes/registration.ts'
import type { Block } from '../../node/protocol/block.ts'
import { parseUsername } from '../../node/protocol/username.ts'
import { NameTable } from '../chain/name-table.ts'
import { rebuildHidden } from '../hiding/hiding.ts'
import { deriveResources } from '../resources/derive-resources.ts'
import { type ReplayedChain, replayChain } from './rebuild-chain.ts'
import type { RebuildRun } from './rebuild-run.ts'
import { rebuildUserposts } from './rebuild-userposts.ts'

export interface FilledTables {
  chain: ReplayedChain
  counts: RawCounts
}

interface FillOptions {
  /** Posts beside whose raw rows something else stands than must. */
  onCorrected: (keys: readonly UserpostKey[]) => Promise<void>
  /** With each block of the best chain, and the names as they were before it. */
  checkBlock?: (block: Block, names: NameTable) => void
}

/** Fills the tables of the rebuild from one moment's raw data. What comes meanwhile is noted, for the catch-up. */
export async function fillTables(run: RebuildRun, { onCorrected, checkBlock }: FillOptions): Promise<FilledTables> {
  const filled = (await run.work.begin('isolation level repeatable read read only', async (read) => {
    const counts = await rawCounts(read)
    const onBlocks = (done: number) => run.say('blocks', done, counts.blocks)
    const { chain } = await replayChain(read, run.write, undefined, onBlocks, checkBlock)
    await run.write(deriveAllNames)
    const onPosts = (done: number) => run.say('posts', done, counts.userposts)
    await onCorrected(await rebuildUserposts(read, run.write, chain, onPosts))
    await makeIndexes(run)
    let owners = 0
    for await (const rows of valueOwners(read)) {
      const usernames = rows.flatMap(({ sigUser }) => parseUsername(sigUser) ?? [])
      await run.write(async (tx) => {
        const names = new NameTable(chain.tip.height)
        await names.load(tx, usernames)
        await deriveResources(tx, usernames, names)
      })
      owners += rows.length
      run.say('values', owners)
    }
    return { chain, counts }
  })) as FilledTables
  await countTables(run)
  await run.write(analyzeRebuilt)
  return filled
}

/** Everything that depends on what the operator hides. */
export async function countTables(run: RebuildRun): Promise<void> {
  run.say('hidden')
  await run.write(rebuildHidden)
  run.say('totals')
  await run.write(analyzeRebuilt)
  await run.write(countAll)
}

/** Two at a time: two cores are what a small server has. */
async function makeIndexes(run: RebuildRun): Promise<void> {
  const waiting = [...BULK_TABLES]
  let done = 0
  const work = async () => {
    for (let table = waiting.shift(); table !== undefined; table = waiting.shift()) {
      const name = table
      await run.write((tx) => makeBulkIndexes(tx, name))
      run.say('indexes', ++done, BULK_TABLES.length)
    }
  }
  run.say('indexes', 0, BULK_TABLES.length)
  await Promise.all([work(), work()])
}
