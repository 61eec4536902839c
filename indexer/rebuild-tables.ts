import { countAll } from '../db/writes/count.ts'
import { type RawCounts, rawCounts, valueOwners } from '../db/writes/rebuild-source.ts'
import { analyzeRebuilt, BULK_TABLES, makeBulkIndexes, noteUserposts } from '../db/writes/rebuild-tables.ts'
import { deriveAllNames } from '../db/writes/registration.ts'
import { parseUsername } from '../node/protocol/username.ts'
import { deriveResources } from './derive-resources.ts'
import { rebuildHidden } from './hiding.ts'
import { NameTable } from './name-table.ts'
import { type ReplayedChain, replayChain } from './rebuild-chain.ts'
import type { RebuildRun } from './rebuild-run.ts'
import { rebuildUserposts } from './rebuild-userposts.ts'

export interface FilledTables {
  chain: ReplayedChain
  counts: RawCounts
}

/** Fills the tables of the rebuild from one moment's raw data. What comes meanwhile is noted, for the catch-up. */
export async function fillTables(run: RebuildRun): Promise<FilledTables> {
  const filled = (await run.work.begin('isolation level repeatable read read only', async (read) => {
    const counts = await rawCounts(read)
    const { chain } = await replayChain(read, run.write, undefined, (height) =>
      run.say('blocks', height, counts.blocks),
    )
    await run.write(deriveAllNames)
    const onPosts = (done: number) => run.say('posts', done, counts.userposts)
    const corrected = await rebuildUserposts(read, run.write, chain, onPosts)
    await run.write((tx) => noteUserposts(tx, corrected))
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
