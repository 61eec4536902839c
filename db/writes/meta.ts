import type { Transaction } from '../client.ts'
import { CHANGED_CHANNEL } from '../schema/channels.ts'

/** One writer at a time: what is derived depends on rows that another batch may be writing. */
const WRITE_LOCK = 7_763_109

export async function lockIndex(tx: Transaction): Promise<void> {
  await tx`SELECT pg_advisory_xact_lock(${WRITE_LOCK})`
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

/** Tells the site what changed, when the transaction commits. The payload is bounded by the caller (PostgreSQL: 8000 bytes). */
export async function notifyChanged(tx: Transaction, payload: object): Promise<void> {
  await tx`SELECT pg_notify(${CHANGED_CHANNEL}, ${JSON.stringify(payload)})`
}
