import type { Transaction } from '../db/client.ts'
import { blockTimes, type TipRow } from '../db/writes/block.ts'
import { rawUserpostsByKey, type UserpostKey, updateUserpostVerdicts } from '../db/writes/raw-userpost.ts'
import { replaceUserposts } from '../db/writes/userpost.ts'
import { hidePosts } from './hiding.ts'
import { judgeUserposts, namesOfUserpost, storedUserpost } from './judge-userposts.ts'
import { DERIVE_KEYS } from './limits.ts'
import type { NameTable } from './name-table.ts'
import type { UserpostReading } from './reading.ts'
import { innerPost, type StoredUserpost } from './userpost.ts'
import { readSignedUserpost } from './userpost-reading.ts'

export interface Derivation {
  /** Authors whose posts may have changed. */
  authors: Set<string>
  /** Posts found inside of accepted retwists and favourites. */
  inner: UserpostReading[]
}

/** Derives everything under these post numbers from the raw rows, the names and the tip; nothing else enters. */
export async function deriveUserposts(
  tx: Transaction,
  keys: readonly UserpostKey[],
  names: NameTable,
  tip: TipRow,
): Promise<Derivation> {
  const derivation: Derivation = { authors: new Set(), inner: [] }
  for (let i = 0; i < keys.length; i += DERIVE_KEYS) {
    await deriveSome(tx, keys.slice(i, i + DERIVE_KEYS), names, tip, derivation)
  }
  return derivation
}

async function deriveSome(
  tx: Transaction,
  keys: readonly UserpostKey[],
  names: NameTable,
  tip: TipRow,
  derivation: Derivation,
): Promise<void> {
  const stored = (await rawUserpostsByKey(tx, keys)).map(storedUserpost)
  await names.load(
    tx,
    stored.flatMap(({ post: { userpost } }) => namesOfUserpost(userpost)),
  )
  const times = await blockTimes(tx, [...new Set(stored.map(({ post }) => post.userpost.height))])
  const { rows, verdicts, accepted } = judgeUserposts(stored, names, (height) => times.get(height) ?? tip.time)
  derivation.inner.push(...accepted.flatMap(innerReadings))
  await updateUserpostVerdicts(tx, verdicts)
  await replaceUserposts(tx, keys, rows)
  await hidePosts(tx, keys, rows)
  for (const key of keys) derivation.authors.add(key.username)
}

function innerReadings({ row, post }: StoredUserpost): UserpostReading[] {
  const provenance = { firstSeen: row.firstSeen, source: 'retwist', tipHeight: row.tipHeight }
  return [post.userpost.rt, post.userpost.fav].flatMap((inner) => {
    const found = innerPost(inner)
    const reading = found && readSignedUserpost(found, provenance)
    return reading?.kind === 'userpost' ? [reading] : []
  })
}
