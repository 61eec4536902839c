import type { Transaction } from '../../db/client.ts'
import { notifyChanged } from '../../db/writes/change.ts'
import { lockIndex } from '../../db/writes/meta.ts'
import { holdsRebuildLock, writeDerivation } from '../../db/writes/rebuild-state.ts'
import { enterRebuilt, noteUserposts, swapTables, takeNotedModeration } from '../../db/writes/rebuild-tables.ts'
import { lockCounter } from '../../db/writes/recount.ts'
import { DERIVATION_VERSION } from './derivation.ts'
import { catchUp, catchUpIn } from './rebuild-catch-up.ts'
import type { ReplayedChain } from './rebuild-chain.ts'
import { type RebuildOptions, type RebuildRun, retried, withRebuild } from './rebuild-run.ts'
import { countTables, fillTables } from './rebuild-tables.ts'

export interface RebuildResult {
  blocks: number
  userposts: number
  values: number
}

/**
 * Derives everything anew from the raw data, beside the old rows, which are served and written on meanwhile; then puts
 * the new ones in their place in one transaction. Killed at any moment, it leaves the old ones whole.
 */
export async function rebuildIndex(options: RebuildOptions): Promise<RebuildResult> {
  return withRebuild(options, async (run) => {
    const { chain, counts } = await fillTables(run, {
      onCorrected: (keys) => run.write((tx) => noteUserposts(tx, keys)),
    })
    let caughtUp = await catchUp(run, chain)
    run.say('switching')
    while (!(await retried(run.signal, () => swap(run, caughtUp)))) {
      await countTables(run)
      caughtUp = await catchUp(run, caughtUp)
      run.say('switching')
    }
    return { ...counts }
  })
}

/** Answers false when the operator has blocked or unblocked something: then everything is counted anew. */
async function swap(run: RebuildRun, chain: ReplayedChain): Promise<boolean> {
  run.signal.throwIfAborted()
  return (await run.lockSession.begin(async (tx: Transaction) => {
    await lockIndex(tx)
    if (!(await holdsRebuildLock(tx))) throw new Error('the session of the rebuild was lost')
    await enterRebuilt(tx)
    if (await takeNotedModeration(tx)) return false
    await catchUpIn(tx, chain)
    // A count of the old tables is no count of the new ones.
    await lockCounter(tx)
    await swapTables(tx)
    await writeDerivation(tx, DERIVATION_VERSION)
    await notifyChanged(tx, { kind: 'hidden' })
    return true
  })) as boolean
}
