import type { Transaction } from '../../db/client.ts'
import { blockTimes, type TipRow } from '../../db/writes/block.ts'
import {
  rawUserpostsByKey,
  type UserpostKey,
  updateUserpostVerdicts,
  userpostKey,
} from '../../db/writes/raw-userpost.ts'
import { markRecounts, userpostMarks } from '../../db/writes/recount.ts'
import { lockUserposts, replaceUserposts } from '../../db/writes/userpost.ts'
import type { NameTable } from '../chain/name-table.ts'
import { hidePosts } from '../hiding/hiding.ts'
import { DERIVE_KEYS } from '../limits.ts'
import { judgeUserposts, namesOfUserpost, storedUserpost } from './judge-userposts.ts'

/** Derives everything under these post numbers from the raw rows, the names and the tip; nothing else enters. */
export async function deriveUserposts(
  tx: Transaction,
  keys: readonly UserpostKey[],
  names: NameTable,
  tip: TipRow,
): Promise<void> {
  for (let i = 0; i < keys.length; i += DERIVE_KEYS) {
    await deriveSome(tx, keys.slice(i, i + DERIVE_KEYS), names, tip)
  }
}

async function deriveSome(tx: Transaction, keys: readonly UserpostKey[], names: NameTable, tip: TipRow): Promise<void> {
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
}
