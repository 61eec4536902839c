import type { Database, Transaction } from '../client.ts'
import { columnOf } from './rows.ts'

const WRITE_LOCK = 7_763_109
/** First number of the locks on names; the second is a bucket, so that a transaction holds a bounded number of them. */
const NAME_LOCK = 7_763_110
const NAME_BUCKETS = 512

/** For what moves the chain: everything derived depends on it, so nobody else writes meanwhile. */
export async function lockIndex(tx: Transaction): Promise<void> {
  await tx`SELECT pg_advisory_xact_lock(${WRITE_LOCK})`
}

/** For a session that looks at the index while nobody writes, over several transactions. */
export async function lockIndexOfSession(session: Database): Promise<void> {
  await session`SELECT pg_advisory_lock(${WRITE_LOCK})`
}

export async function unlockIndexOfSession(session: Database): Promise<void> {
  await session`SELECT pg_advisory_unlock(${WRITE_LOCK})`
}

/** For what only adds posts and values under the chain as it is: any number of writers side by side. */
export async function lockIndexShared(tx: Transaction): Promise<void> {
  await tx`SELECT pg_advisory_xact_lock_shared(${WRITE_LOCK})`
}

/**
 * `owned`: names whose values are written, one writer at a time. `shown`: names whose posts are shown inside of others,
 * which depend on the owner's values. All in one order, so that writers wait for each other in no circle.
 */
export async function lockNames(tx: Transaction, owned: readonly string[], shown: readonly string[]): Promise<void> {
  if (owned.length + shown.length === 0) return
  await tx`
    SELECT CASE WHEN is_owned THEN pg_advisory_xact_lock(${NAME_LOCK}, bucket)::text
      ELSE pg_advisory_xact_lock_shared(${NAME_LOCK}, bucket)::text END
    FROM (
      SELECT hashtext(name) & ${NAME_BUCKETS - 1} AS bucket, bool_or(is_owned) AS is_owned FROM (
        SELECT unnest(${columnOf(tx, 'text', owned)}::text[]), true
        UNION ALL SELECT unnest(${columnOf(tx, 'text', shown)}::text[]), false
      ) AS named (name, is_owned) GROUP BY bucket ORDER BY bucket
    ) AS locked`
}

/** Writes the value if there is none; answers the one that counts. */
export async function claimMeta(tx: Transaction, key: string, value: string): Promise<string> {
  await tx`INSERT INTO meta (key, value) VALUES (${key}, ${value}) ON CONFLICT (key) DO NOTHING`
  const [row] = await tx<{ value: string }[]>`SELECT value FROM meta WHERE key = ${key}`
  return row?.value ?? value
}

export async function metaValue(tx: Transaction, key: string): Promise<string | undefined> {
  const [row] = await tx<{ value: string }[]>`SELECT value FROM meta WHERE key = ${key}`
  return row?.value
}
