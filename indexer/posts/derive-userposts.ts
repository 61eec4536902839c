import type { Transaction } from '../../db/client.ts'
import { blockTimes, type TipRow } from '../../db/writes/block.ts'
import {
  rawUserpostsByKey,
  type UserpostKey,
  updateUserpostVerdicts,
  userpostKey,
} from '../../db/writes/raw-userpost.ts'
import { markRecounts, userpostMarks } from '../../db/writes/recount.ts'
import { lockUserposts, replaceUserposts, type StandingUserpost, type UserpostRow } from '../../db/writes/userpost.ts'
import { bytesEqual } from '../../node/protocol/bytes.ts'
import type { NameTable } from '../chain/name-table.ts'
import { hidePosts } from '../hiding/hiding.ts'
import { DERIVE_KEYS } from '../limits.ts'
import { judgeUserposts, namesOfUserpost, storedUserpost } from './judge-userposts.ts'

/** What stands now and did not before, and what stood under a number where it no longer does. */
export interface UserpostChanges {
  placed: readonly UserpostRow[]
  replaced: readonly StandingUserpost[]
}

/**
 * Derives everything under these post numbers from the raw rows, the names and the tip; nothing else enters. Answers
 * what other posts stand there since.
 */
export async function deriveUserposts(
  tx: Transaction,
  keys: readonly UserpostKey[],
  names: NameTable,
  tip: TipRow,
): Promise<UserpostChanges> {
  const changes: UserpostChanges[] = []
  for (let i = 0; i < keys.length; i += DERIVE_KEYS) {
    changes.push(await deriveSome(tx, keys.slice(i, i + DERIVE_KEYS), names, tip))
  }
  return {
    placed: changes.flatMap(({ placed }) => placed),
    replaced: changes.flatMap(({ replaced }) => replaced),
  }
}

async function deriveSome(
  tx: Transaction,
  keys: readonly UserpostKey[],
  names: NameTable,
  tip: TipRow,
): Promise<UserpostChanges> {
  const standing = await lockUserposts(tx, keys)
  const stored = (await rawUserpostsByKey(tx, keys)).map(storedUserpost)
  await names.load(
    tx,
    stored.flatMap(({ post: { userpost } }) => namesOfUserpost(userpost)),
  )
  const times = await blockTimes(tx, [...new Set(stored.map(({ post }) => post.userpost.height))])
  const { rows, verdicts } = judgeUserposts(stored, names, (height) => times.get(height) ?? tip.time)
  await updateUserpostVerdicts(tx, verdicts)
  const changed = await replaceUserposts(tx, standing, rows)
  await hidePosts(tx, keys, rows)
  await markRecounts(tx, userpostMarks([...standing, ...rows].filter((row) => changed.has(userpostKey(row)))))
  return changesOf(standing, rows)
}

/** The same post may stand with another time, which is no change of what it says. */
function changesOf(standing: readonly StandingUserpost[], rows: readonly UserpostRow[]): UserpostChanges {
  const before = new Map(standing.map((row) => [userpostKey(row), row.contentHash]))
  const after = new Map(rows.map((row) => [userpostKey(row), row.contentHash]))
  const isIn = (among: ReadonlyMap<string, Uint8Array>, row: StandingUserpost | UserpostRow) => {
    const contentHash = among.get(userpostKey(row))
    return contentHash !== undefined && bytesEqual(contentHash, row.contentHash)
  }
  return {
    placed: rows.filter((row) => !isIn(before, row)),
    replaced: standing.filter((row) => !isIn(after, row)),
  }
}
