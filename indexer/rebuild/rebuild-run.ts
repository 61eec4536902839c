import { setTimeout as delay } from 'node:timers/promises'
import { type Database, isWriteConflict, openDb, type Transaction } from '../../db/client.ts'
import { SCHEMA_VERSION } from '../../db/schema/version.ts'
import { metaValue } from '../../db/writes/meta.ts'
import {
  endRebuildState,
  type RebuildState,
  takeRebuildLock,
  writeRebuildState,
} from '../../db/writes/rebuild-state.ts'
import { cancelStatements, dropRebuilt, enterRebuilt, makeRebuilt } from '../../db/writes/rebuild-tables.ts'
import { REBUILD_CONNECTIONS, REBUILD_LOCK_RETRIES, REBUILD_LOCK_RETRY_MS, REBUILD_STATE_EVERY_MS } from '../limits.ts'

/** Why nothing was rebuilt or checked; the message is one sentence for people. */
export class RebuildError extends Error {}

export interface RebuildOptions {
  databaseUrl: string
  signal: AbortSignal
  /** Unix seconds. */
  now: () => number
  onProgress: (progress: RebuildProgress) => void
}

export type RebuildProgress = Pick<RebuildState, 'phase' | 'done' | 'total'>

const LOCK_SESSION = 'windsock rebuild lock'
const WORK_SESSION = 'windsock rebuild'

/** What the parts of a rebuild work with. */
export interface RebuildRun {
  /** The session that holds the lock: what it cannot commit, nobody else has overtaken. */
  lockSession: Database
  work: Database
  signal: AbortSignal
  say: (phase: string, done?: number, total?: number) => void
  /** One transaction of the rebuilt tables. */
  write: <T>(work: (tx: Transaction) => Promise<T>) => Promise<T>
}

/**
 * Runs `job` with fresh tables beside the old ones, alone; drops them afterwards, whatever came of it. A predecessor
 * that was killed has left tables and perhaps statements at work: they go first. An abort ends what the server does.
 */
export async function withRebuild<T>(options: RebuildOptions, job: (run: RebuildRun) => Promise<T>): Promise<T> {
  const lockSession = openDb(options.databaseUrl, { max: 1, name: LOCK_SESSION })
  const work = openDb(options.databaseUrl, { max: REBUILD_CONNECTIONS, name: WORK_SESSION })
  try {
    options.signal.throwIfAborted()
    await refuseOtherSchema(lockSession)
    if (!(await takeRebuildLock(lockSession)))
      throw new RebuildError('the index is being rebuilt or verified already: one at a time')
    return await inFreshTables(options, { lockSession, work }, job)
  } finally {
    await Promise.all([lockSession.end({ timeout: 1 }), work.end({ timeout: 1 })])
  }
}

async function inFreshTables<T>(
  { databaseUrl, signal, now, onProgress }: RebuildOptions,
  { lockSession, work }: Pick<RebuildRun, 'lockSession' | 'work'>,
  job: (run: RebuildRun) => Promise<T>,
): Promise<T> {
  let state: RebuildState = { phase: 'preparing', done: 0, total: 0, startedAt: now() }
  const publish = () => work.begin((tx) => writeRebuildState(tx, state)).catch(() => undefined)
  const run: RebuildRun = {
    lockSession,
    work,
    signal,
    say: (phase, done = 0, total = 0) => {
      state = { ...state, phase, done, total }
      onProgress({ phase, done, total })
    },
    write: async (transaction) => {
      signal.throwIfAborted()
      return (await work.begin(async (tx) => {
        await enterRebuilt(tx)
        return transaction(tx)
      })) as never
    },
  }
  const drop = () => lockSession.begin((tx) => dropRebuilt(tx, WORK_SESSION))
  await drop()
  const timer = setInterval(publish, REBUILD_STATE_EVERY_MS)
  const canceller = cancelWhenAborted(databaseUrl, signal)
  try {
    await retried(signal, () => lockSession.begin(makeRebuilt))
    return await job(run)
  } catch (error) {
    if (signal.aborted) throw signal.reason
    throw error
  } finally {
    clearInterval(timer)
    await canceller.close()
    await work.end({ timeout: 1 })
    await drop()
    await lockSession.begin(endRebuildState)
  }
}

/** What the server is at may last for minutes: it is told to stop, also what begins in the moment of the abort. */
function cancelWhenAborted(databaseUrl: string, signal: AbortSignal): { close(): Promise<void> } {
  const session = openDb(databaseUrl, { max: 1, name: 'windsock rebuild cancel' })
  let timer: NodeJS.Timeout | undefined
  const cancel = () => session.begin((tx) => cancelStatements(tx, [WORK_SESSION, LOCK_SESSION])).catch(() => undefined)
  const onAbort = () => {
    timer = setInterval(() => void cancel(), REBUILD_LOCK_RETRY_MS)
    void cancel()
  }
  signal.addEventListener('abort', onAbort, { once: true })
  return {
    close: async () => {
      signal.removeEventListener('abort', onAbort)
      clearInterval(timer)
      await session.end({ timeout: 1 })
    },
  }
}

const LOCK_NOT_AVAILABLE = '55P03'

/** Tries again while readers or writers are in the way, letting them through in between. */
export async function retried<T>(signal: AbortSignal, attempt: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    signal.throwIfAborted()
    try {
      return await attempt()
    } catch (error) {
      const isInTheWay =
        isWriteConflict(error) || (error instanceof Error && 'code' in error && error.code === LOCK_NOT_AVAILABLE)
      if (!isInTheWay || tries === REBUILD_LOCK_RETRIES) throw error
      await delay(REBUILD_LOCK_RETRY_MS)
    }
  }
}

async function refuseOtherSchema(db: Database): Promise<void> {
  const found = Number((await db.begin((tx) => metaValue(tx, 'schema'))) ?? 0)
  if (found === SCHEMA_VERSION) return
  throw new RebuildError(`the database has schema ${found}, this version knows ${SCHEMA_VERSION}: start Windsock once`)
}
