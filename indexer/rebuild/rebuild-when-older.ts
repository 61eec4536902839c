import { setTimeout as delay } from 'node:timers/promises'
import type { Database, Transaction } from '../../db/client.ts'
import { claimMeta, lockIndex, metaValue } from '../../db/writes/meta.ts'
import { isIndexEmpty } from '../../db/writes/rebuild-state.ts'
import type { Log } from '../../node/log.ts'
import type { Clock } from '../../node/protocol/clock.ts'
import { REBUILD_AGAIN_MS, REBUILD_LOGGED_MS } from '../limits.ts'
import { reasonOf } from '../open-index.ts'
import { DERIVATION_VERSION } from './derivation.ts'
import { rebuildIndex } from './rebuild.ts'
import { RebuildError, type RebuildProgress } from './rebuild-run.ts'

interface WhenOlderOptions {
  db: Database
  databaseUrl: string
  clock: Clock
  log: Log
  signal: AbortSignal
}

/**
 * Rebuilds an index whose derived rows were made by an older version, while it is served and written on. Of several
 * indexers one does it; the others look again now and then. Ends when there is nothing to do, or nobody is to do it.
 */
export async function rebuildWhenOlder(options: WhenOlderOptions): Promise<void> {
  const { db, signal, log } = options
  while (!signal.aborted) {
    try {
      if ((await db.begin(claimDerivation)) >= DERIVATION_VERSION) return
      await rebuildLogged(options)
    } catch (error) {
      if (signal.aborted) return
      if (error instanceof RebuildError) log.debug({ reason: error.message }, 'not rebuilt now')
      else log.error({ err: error }, `the index could not be rebuilt (${reasonOf(error)}); trying again`)
      await delay(REBUILD_AGAIN_MS, undefined, { signal }).catch(() => undefined)
    }
  }
}

/** By which version all is derived. What was never derived by anybody need not be derived anew. */
export async function claimDerivation(tx: Transaction): Promise<number> {
  const found = await metaValue(tx, 'derivation')
  if (found !== undefined) return Number(found)
  await lockIndex(tx)
  return (await isIndexEmpty(tx)) ? Number(await claimMeta(tx, 'derivation', String(DERIVATION_VERSION))) : 0
}

async function rebuildLogged({ databaseUrl, clock, log, signal }: WhenOlderOptions): Promise<void> {
  let loggedAtMs = 0
  let logged = ''
  const onProgress = ({ phase, done, total }: RebuildProgress) => {
    if (phase === logged && performance.now() - loggedAtMs < REBUILD_LOGGED_MS) return
    logged = phase
    loggedAtMs = performance.now()
    log.info({ phase, done, total }, 'rebuilding the index')
  }
  log.info({ derivation: DERIVATION_VERSION }, 'the index was derived by an older version: rebuilding it')
  const counts = await rebuildIndex({ databaseUrl, signal, now: () => clock.now(), onProgress })
  log.info(counts, 'the index is rebuilt')
}
