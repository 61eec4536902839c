import { STREAM_POST_KINDS, type StreamPostKind } from '../../db/schema/stream-kind.ts'
import type { ResourceChange } from '../../db/writes/dht-item.ts'
import type { StreamDraft } from '../../db/writes/stream.ts'
import type { UserpostRow } from '../../db/writes/userpost.ts'
import type { ChainMove } from '../chain/chain.ts'
import { STREAM_FOLLOWS, STREAM_NEW_S } from '../limits.ts'
import type { UserpostChanges } from '../posts/derive-userposts.ts'
import type { DerivedResources } from '../resources/derive-resources.ts'

// What is told of a commit. What was signed long ago, which a node that catches up brings by the thousand, is told of
// in one event for each user: a backlog.

/** Encrypted posts are counted, never told of. `now`: unix seconds. */
export function draftsOfPosts({ placed, replaced }: UserpostChanges, now: number): StreamDraft[] {
  const open = placed.filter((row): row is UserpostRow & { kind: StreamPostKind } => isOpen(row.kind))
  const standing = new Set(open.map(keyOf))
  const removed = replaced.filter((row) => isOpen(row.kind) && !standing.has(keyOf(row)))
  const late = open.filter(({ time }) => isLate(time, now))
  return [
    ...removed.map(({ username, k }) => ({ kind: 'removed', username, number: k }) as const),
    ...backlogsOfPosts(late),
    ...open
      .filter(({ time }) => !isLate(time, now))
      .map(({ kind, username, k, contentHash }) => ({ kind, username, number: k, hash: contentHash })),
  ]
}

export function draftsOfResources(changes: DerivedResources, now: number): StreamDraft[] {
  return [
    ...changes.profiles.map((change) => contentDraft('profile', change, changes.profileTimes, now)),
    ...changes.avatars.map((change) => contentDraft('avatar', change, changes.avatarTimes, now)),
    ...draftsOfFollows(changes, now),
  ]
}

/** In the order in which the chain moved. */
export function draftsOfChain(moves: readonly ChainMove[], now: number): StreamDraft[] {
  const drafts: StreamDraft[] = []
  for (const move of moves) {
    if (move.kind === 'disconnected') {
      drafts.push({ kind: 'reorganisation', number: move.forkHeight, hash: move.tipHash })
      continue
    }
    const { height, hash, time, promoter } = move
    if (!isLate(time, now)) {
      drafts.push({ kind: 'block', number: height, hash })
      if (promoter !== undefined) drafts.push({ kind: 'promoted', username: promoter, number: height, hash })
      continue
    }
    const last = drafts.at(-1)
    if (last?.kind === 'backlog') last.until = height
    else drafts.push({ kind: 'backlog', other: 'blocks', number: height, until: height })
  }
  return drafts
}

function backlogsOfPosts(late: readonly UserpostRow[]): StreamDraft[] {
  const backlogs = new Map<string, StreamDraft & { number: number; until: number }>()
  for (const { username, k } of late) {
    const known = backlogs.get(username)
    const [number, until] = [Math.min(k, known?.number ?? k), Math.max(k, known?.until ?? k)]
    backlogs.set(username, { kind: 'backlog', other: 'posts', username, number, until })
  }
  return [...backlogs.values()]
}

/** One that is gone without another was taken away just now: by a new key, or by another branch of the chain. */
function contentDraft(
  kind: 'profile' | 'avatar',
  { username, contentHash }: ResourceChange,
  times: ReadonlyMap<string, number>,
  now: number,
): StreamDraft {
  const isNews = contentHash === undefined || !isLate(times.get(username) ?? now, now)
  return isNews ? { kind, username, hash: contentHash } : { kind: 'backlog', other: kind, username }
}

function draftsOfFollows({ followed, unfollowed, followingTimes }: DerivedResources, now: number): StreamDraft[] {
  const changes = [
    ...unfollowed.map((follow) => ({ kind: 'unfollow', ...follow }) as const),
    ...followed.map((follow) => ({ kind: 'follow', ...follow }) as const),
  ]
  const counts = new Map<string, number>()
  for (const { username } of changes) counts.set(username, (counts.get(username) ?? 0) + 1)
  const isBacklog = (username: string) =>
    (counts.get(username) ?? 0) > STREAM_FOLLOWS || isLate(followingTimes.get(username) ?? now, now)
  return [
    ...[...counts.keys()]
      .filter(isBacklog)
      .map((username) => ({ kind: 'backlog', other: 'following', username }) as const),
    ...changes
      .filter(({ username }) => !isBacklog(username))
      .map(({ kind, username, followed: other }) => ({ kind, username, other })),
  ]
}

/** By what the author says: times of the future are new. */
function isLate(time: number, now: number): boolean {
  return time < now - STREAM_NEW_S
}

function isOpen(kind: string): kind is StreamPostKind {
  return (STREAM_POST_KINDS as readonly string[]).includes(kind)
}

function keyOf({ username, k }: { username: string; k: number }): string {
  return `${username}/${k}`
}
