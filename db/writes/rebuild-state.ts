import type { Database, Transaction } from '../client.ts'

/** One rebuild or check of a database at a time. Held by a session, so it goes with its process, however that ends. */
const REBUILD_LOCK = 7_763_112

/** `session` has one connection. */
export async function takeRebuildLock(session: Database): Promise<boolean> {
  const [row] = await session<{ isTaken: boolean }[]>`SELECT pg_try_advisory_lock(${REBUILD_LOCK}) AS is_taken`
  return row?.isTaken === true
}

/** A connection that was lost and made again holds nothing, and somebody else may have begun. */
export async function holdsRebuildLock(tx: Transaction): Promise<boolean> {
  const rows = await tx`
    SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid() AND granted
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND classid = 0 AND objid = ${REBUILD_LOCK}::int8::oid`
  return rows.length > 0
}

/** How far the rebuild is, for the status page. `startedAt` in unix seconds, by the clock that the indexer goes by. */
export interface RebuildState {
  phase: string
  done: number
  total: number
  startedAt: number
}

/** With the server's time: whoever reads it can tell one that is at work from one that was killed. */
export async function writeRebuildState(tx: Transaction, state: RebuildState): Promise<void> {
  const [row] = await tx<{ now: number }[]>`SELECT extract(epoch FROM clock_timestamp())::float8 AS now`
  await writeMeta(tx, 'rebuild', JSON.stringify({ ...state, writtenAt: row?.now ?? 0 }))
}

/** By what version of the derivation all derived rows were made. */
export async function writeDerivation(tx: Transaction, version: number): Promise<void> {
  await writeMeta(tx, 'derivation', String(version))
}

export async function endRebuildState(tx: Transaction): Promise<void> {
  await tx`DELETE FROM meta WHERE key = 'rebuild'`
}

/** The last check's result, for the status page. */
export async function writeVerification(tx: Transaction, json: object): Promise<void> {
  await writeMeta(tx, 'verification', JSON.stringify(json))
}

/** Has anything but the genesis block ever come here? */
export async function isIndexEmpty(tx: Transaction): Promise<boolean> {
  const [row] = await tx<{ isEmpty: boolean }[]>`
    SELECT NOT EXISTS (SELECT 1 FROM block WHERE height > 0) AND NOT EXISTS (SELECT 1 FROM raw_userpost)
      AND NOT EXISTS (SELECT 1 FROM raw_dht_item) AS is_empty`
  return row?.isEmpty === true
}

async function writeMeta(tx: Transaction, key: string, value: string): Promise<void> {
  await tx`INSERT INTO meta (key, value) VALUES (${key}, ${value}) ON CONFLICT (key) DO UPDATE SET value = excluded.value`
}
