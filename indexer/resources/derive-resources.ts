import type { Transaction } from '../../db/client.ts'
import {
  currentDhtItems,
  type FollowingRow,
  type ResourceChanges,
  type ResourceRows,
  replaceResources,
} from '../../db/writes/dht-item.ts'
import { markRecounts } from '../../db/writes/recount.ts'
import { type DhtItem, parseDhtItem } from '../../node/protocol/dht-item.ts'
import { sha256 } from '../../node/protocol/hash.ts'
import { parseAvatar } from '../../node/protocol/resources/avatar.ts'
import { type Following, parseFollowing } from '../../node/protocol/resources/following.ts'
import type { Username } from '../../node/protocol/username.ts'
import type { NameTable } from '../chain/name-table.ts'
import { hideUsers } from '../hiding/hiding.ts'
import { FOLLOWING_PAGES } from '../limits.ts'
import { deriveHistories } from './derive-histories.ts'
import { profileRow } from './profile.ts'

export interface DerivedResources extends ResourceChanges {
  /** When the owner signed what counts now: unix seconds, the latest of each kind of value. */
  profileTimes: ReadonlyMap<string, number>
  avatarTimes: ReadonlyMap<string, number>
  followingTimes: ReadonlyMap<string, number>
}

/**
 * Derives profile, avatar, following list and their histories of these users from their raw values. What counts now:
 * "sig_p: current key of sig_user", highest seq, of equal ones the smallest content hash. The names are loaded.
 */
export async function deriveResources(
  tx: Transaction,
  owners: readonly Username[],
  names: NameTable,
): Promise<DerivedResources> {
  const keys = owners.flatMap((username) => {
    const keyId = names.currentKeyId(username)
    return keyId === undefined ? [] : [{ username, keyId }]
  })
  const rows: ResourceRows = { profiles: [], avatars: [], following: [] }
  const pages = new Map<Username, Following[]>()
  const followingTimes = new Map<string, number>()
  for (const row of await currentDhtItems(tx, keys, names.tipHeight + 1)) {
    const item = parseDhtItem(row)
    if (item === undefined) throw new Error(`a stored value of ${row.sigUser} is damaged`)
    const profile = profileRow(item, row.contentHash)
    if (profile !== undefined) rows.profiles.push(profile)
    addAvatar(rows, item)
    const following = parseFollowing(item)
    if (following !== undefined) {
      pages.set(item.sigUser, [...(pages.get(item.sigUser) ?? []), following])
      followingTimes.set(item.sigUser, Math.max(item.time, followingTimes.get(item.sigUser) ?? 0))
    }
  }
  for (const [username, some] of pages) rows.following.push(...followingRows(username, some))
  const changes = await replaceResources(tx, owners, rows)
  await markRecounts(
    tx,
    namesOfFollows(changes).map((name) => ({ what: 'user', name, number: 0 })),
  )
  await deriveHistories(tx, owners, names)
  await hideUsers(tx, owners)
  const times = (of: readonly { username: string; time: number }[]) =>
    new Map(of.map(({ username, time }) => [username, time]))
  return { ...changes, profileTimes: times(rows.profiles), avatarTimes: times(rows.avatars), followingTimes }
}

/** Who follows or is followed since, or no longer. */
export function namesOfFollows({ followed, unfollowed }: ResourceChanges): string[] {
  return [...new Set([...followed, ...unfollowed].flatMap((follow) => [follow.username, follow.followed]))]
}

function addAvatar(rows: ResourceRows, item: DhtItem): void {
  const avatar = parseAvatar(item)
  if (avatar === undefined) return
  const { mime, bytes } = avatar
  rows.avatars.push({ username: item.sigUser, mime, bytes, contentHash: sha256(bytes), ...stamp(item) })
}

function stamp({ seq, height, time }: DhtItem) {
  return { seq: seq ?? 0, height, time }
}

// "pages from N=1; an empty list terminates"; "≤ 50 pages, stops at first missing/empty page" (§3.8).
function followingRows(username: Username, pages: readonly Following[]): FollowingRow[] {
  const byNumber = new Map(pages.map((one) => [one.page, one.usernames]))
  const rows = new Map<Username, FollowingRow>()
  for (let page = 1; page <= FOLLOWING_PAGES; page++) {
    const names = byNumber.get(page) ?? []
    if (names.length === 0) break
    for (const followed of names) {
      if (!rows.has(followed)) rows.set(followed, { username, followed, page, position: rows.size })
    }
  }
  return [...rows.values()]
}
