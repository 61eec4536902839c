import type postgres from 'postgres'
import type { Transaction } from '../client.ts'
import type { TakenMarks } from './recount.ts'
import { columnOf } from './rows.ts'
import {
  deleteEmptyStates,
  insertHashtagAuthors,
  insertHashtagDays,
  insertHashtagStates,
  insertNetworkDays,
  insertNetworkYears,
  insertUserDays,
  insertUserpostCounts,
  insertUserYears,
  upsertFollowTotals,
  upsertPostTotals,
} from './totals.ts'

type Fragment = postgres.PendingQuery<postgres.Row[]>

/** Counts again what was marked, from the rows as they are now. The caller holds the counter's lock. */
export async function countMarked(tx: Transaction, marks: TakenMarks): Promise<void> {
  // A few keys of big tables: through their indexes, whatever the planner believes of tables that grew just now.
  await tx`
    SELECT set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true),
      set_config('enable_mergejoin', 'off', true), set_config('plan_cache_mode', 'force_generic_plan', true)`
  await countUserposts(tx, marks.userposts)
  await countUsers(tx, marks)
  await countHashtags(tx, marks.hashtags)
  await countNetwork(tx, [...new Set([...marks.networkDays, ...marks.userDays.map(({ number }) => number)])])
}

async function countUserposts(tx: Transaction, posts: TakenMarks['userposts']): Promise<void> {
  if (posts.length === 0) return
  const keys = keyTable(tx, posts)
  await tx`DELETE FROM userpost_count c USING ${keys} WHERE c.username = key.name AND c.k = key.number`
  await insertUserpostCounts(tx, keys)
}

async function countUsers(tx: Transaction, { userDays, users }: TakenMarks): Promise<void> {
  const authors = [...new Set(userDays.map(({ name }) => name))]
  if (userDays.length > 0) {
    const keys = keyTable(tx, userDays)
    await tx`DELETE FROM user_day d USING ${keys} WHERE d.username = key.name AND d.day = key.number`
    await insertUserDays(tx, keys)
    const inYears = userDays.map(({ name, number }) => ({ name, number: yearOf(number) }))
    const years = keyTable(
      tx,
      distinctBy(inYears, ({ name, number }) => `${number} ${name}`),
    )
    await tx`DELETE FROM user_year y USING ${years} WHERE y.username = key.name AND y.year = key.number`
    await insertUserYears(tx, years)
    await upsertPostTotals(tx, nameTable(tx, authors))
  }
  if (users.length > 0) await upsertFollowTotals(tx, nameTable(tx, users))
  const touched = [...new Set([...authors, ...users])]
  if (touched.length > 0) await deleteEmptyStates(tx, nameTable(tx, touched))
}

async function countHashtags(tx: Transaction, parts: TakenMarks['hashtags']): Promise<void> {
  if (parts.length === 0) return
  const days = keyTable(
    tx,
    distinctBy(parts, ({ name, number }) => `${number} ${name}`),
  )
  const authors = authorTable(
    tx,
    distinctBy(parts, ({ name, username }) => `${username}\0${name}`),
  )
  const tags = nameTable(tx, [...new Set(parts.map(({ name }) => name))])
  await tx`DELETE FROM hashtag_day d USING ${days} WHERE d.tag = key.name AND d.day = key.number`
  await insertHashtagDays(tx, days)
  await tx`DELETE FROM hashtag_author a USING ${authors} WHERE a.tag = key.name AND a.username = key.username`
  await insertHashtagAuthors(tx, authors)
  await tx`DELETE FROM hashtag_state s USING ${tags} WHERE s.tag = key.name`
  await insertHashtagStates(tx, tags)
}

async function countNetwork(tx: Transaction, days: readonly number[]): Promise<void> {
  if (days.length === 0) return
  const keys = numberTable(tx, days)
  await tx`DELETE FROM network_day d USING ${keys} WHERE d.day = key.number`
  await insertNetworkDays(tx, keys)
  const years = numberTable(tx, [...new Set(days.map(yearOf))])
  await tx`DELETE FROM network_year y USING ${years} WHERE y.year = key.number`
  await insertNetworkYears(tx, years)
}

const TOTALS = [
  ...['userpost_count', 'user_day', 'user_year', 'user_state', 'hashtag_day', 'hashtag_author', 'hashtag_state'],
  ...['network_day', 'network_year'],
].join(', ')

/**
 * Counts everything, whatever is marked; for tables of a rebuild or an index that nobody writes to. The marks that are
 * there go, and those that come later stay.
 */
export async function countAll(tx: Transaction): Promise<void> {
  await tx`SELECT set_config('work_mem', '128MB', true)`
  await tx`DELETE FROM recount`
  await tx.unsafe(`TRUNCATE ${TOTALS}`)
  await insertUserpostCounts(tx)
  await insertUserDays(tx)
  await insertUserYears(tx)
  await upsertPostTotals(tx)
  await upsertFollowTotals(tx)
  await insertHashtagDays(tx)
  await insertHashtagAuthors(tx)
  await tx`ANALYZE hashtag_day, hashtag_author`
  await insertHashtagStates(tx)
  await insertNetworkDays(tx)
  await insertNetworkYears(tx)
}

function yearOf(day: number): number {
  return new Date(day * 86_400_000).getUTCFullYear()
}

function numberTable(tx: Transaction, numbers: readonly number[]): Fragment {
  return tx`unnest(${columnOf(tx, 'int8', numbers)}::int8[]) AS key (number)`
}

function keyTable(tx: Transaction, keys: readonly { name: string; number: number }[]): Fragment {
  const names = keys.map(({ name }) => name)
  const numbers = keys.map(({ number }) => number)
  return tx`unnest(${columnOf(tx, 'text', names)}::text[], ${columnOf(tx, 'int8', numbers)}::int8[])
    AS key (name, number)`
}

function nameTable(tx: Transaction, names: readonly string[]): Fragment {
  return tx`unnest(${columnOf(tx, 'text', names)}::text[]) AS key (name)`
}

function authorTable(tx: Transaction, keys: readonly { name: string; username: string }[]): Fragment {
  const names = keys.map(({ name }) => name)
  const usernames = keys.map(({ username }) => username)
  return tx`unnest(${columnOf(tx, 'text', names)}::text[], ${columnOf(tx, 'text', usernames)}::text[])
    AS key (name, username)`
}

function distinctBy<T>(rows: readonly T[], keyOf: (row: T) => string): T[] {
  return [...new Map(rows.map((row) => [keyOf(row), row])).values()]
}
