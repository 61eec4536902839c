import type { Transaction } from '../../db/client.ts'
import { dhtItemVersions, type KeySpan, type ProfileRow } from '../../db/writes/dht-item.ts'
import { type FollowingSpanRow, replaceHistories } from '../../db/writes/history.ts'
import { type DhtItem, parseDhtItem } from '../../node/protocol/dht-item.ts'
import { MAX_INT31 } from '../../node/protocol/limits.ts'
import { parseFollowing } from '../../node/protocol/resources/following.ts'
import type { Username } from '../../node/protocol/username.ts'
import type { NameTable } from '../chain/name-table.ts'
import { HISTORY_VERSIONS } from '../limits.ts'
import { type FollowingVersion, followingSpans } from './following-spans.ts'
import { profileRow } from './profile.ts'

/**
 * Derives what these users' profiles and following lists were from all their raw values: those signed by the key in
 * force at their height, and those by the current key, since a writer says "height: best−1" (§3.2) right after a new key,
 * too. The names are loaded.
 */
export async function deriveHistories(tx: Transaction, owners: readonly Username[], names: NameTable): Promise<void> {
  const profiles: ProfileRow[] = []
  const lists = new Map<Username, FollowingVersion[]>()
  const keys = owners.flatMap((owner) => keySpans(owner, names))
  for (const row of await dhtItemVersions(tx, keys, names.tipHeight + 1, HISTORY_VERSIONS)) {
    const item = parseDhtItem(row)
    if (item === undefined) throw new Error(`a stored value of ${row.sigUser} is damaged`)
    const profile = profileRow(item, row.contentHash)
    if (profile !== undefined) profiles.push(profile)
    const version = followingVersion(item)
    if (version !== undefined) lists.set(item.sigUser, [...(lists.get(item.sigUser) ?? []), version])
  }
  const spans = [...lists].flatMap(([username, versions]): FollowingSpanRow[] =>
    followingSpans(versions).map((span) => ({ username, ...span })),
  )
  await replaceHistories(tx, owners, { profiles, spans })
}

/** The current key counts at all heights, the others while they were in force. */
function keySpans(username: Username, names: NameTable): KeySpan[] {
  const records = names.history(username)
  return records.flatMap(({ keyId, height }, i) => {
    const next = records[i + 1]
    const [first, end] = next === undefined ? [0, MAX_INT31] : [height, next.height]
    return keyId === undefined ? [] : [{ username, keyId, first, end }]
  })
}

function followingVersion(item: DhtItem): FollowingVersion | undefined {
  const following = parseFollowing(item)
  return following && { ...following, time: item.time, height: item.height }
}
