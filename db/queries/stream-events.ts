import type { Backlog, StreamPostKind } from '../schema/stream-kind.ts'
import type { BlockLineView, PostView, PromotedView } from '../views.ts'
import { blockLineOf } from './blocks.ts'
import { isOwnPostShown, isPromotedShown, isUserShown } from './hidden.ts'
import type { ProfileVersionView } from './history.ts'
import { isShown, type PostRow, postColumns, postJoins, postViewOf } from './post-row.ts'
import { type PromotedRow, promotedViewOf } from './promoted.ts'
import { type Fragment, hashOf, hexOf, type Reader } from './reader.ts'
import type { StreamPosition, StreamRow } from './stream.ts'

/** What happened, with what is shown of it now. */
export type StreamEventView = StreamPosition & StreamHappening

type StreamHappening =
  | { kind: StreamPostKind; post: PostView; tags: readonly string[] }
  | { kind: 'removed'; n: string; k: number }
  | { kind: 'profile'; n: string; profile: ProfileVersionView | undefined }
  | { kind: 'avatar'; n: string; contentHash: string | undefined }
  | { kind: 'follow' | 'unfollow'; n: string; followed: string }
  | { kind: 'promoted'; promoted: PromotedView }
  | { kind: 'block'; block: BlockLineView; prevHash: string }
  | { kind: 'reorganisation'; forkHeight: number; height: number; hash: string }
  | { kind: 'backlog'; of: Backlog; n: string | undefined; first: number | undefined; last: number | undefined }

/**
 * What is shown of these events as things stand: what has been hidden since is left out, as is what was replaced since,
 * of which a later event tells. In their order.
 */
export async function streamEvents(sql: Reader, rows: readonly StreamRow[]): Promise<StreamEventView[]> {
  const found = new Map<number, StreamHappening>()
  const tell = async <Row extends { eventId: number }>(
    ids: number[],
    ask: (events: Fragment) => PromiseLike<Row[]>,
    happeningOf: (row: Row) => StreamHappening,
  ) => {
    if (ids.length === 0) return
    const events = sql`(select * from stream_event where id = any(${ids}::bigint[])) e`
    for (const row of await ask(events)) found.set(row.eventId, happeningOf(row))
  }
  const idsOf = (...kinds: StreamRow['kind'][]) => rows.filter(({ kind }) => kinds.includes(kind)).map(({ id }) => id)
  await Promise.all([
    tell(idsOf('post', 'reply', 'retwist', 'favourite', 'custom'), (events) => postsOf(sql, events), postOf),
    tell(
      idsOf('removed'),
      (events) => removedOf(sql, events),
      ({ n, k }) => ({ kind: 'removed', n, k }),
    ),
    tell(idsOf('profile'), (events) => profilesOf(sql, events), profileOf),
    tell(idsOf('avatar'), (events) => avatarsOf(sql, events), avatarOf),
    tell(
      idsOf('follow', 'unfollow'),
      (events) => followsOf(sql, events),
      ({ kind, n, followed }) => ({ kind, n, followed }),
    ),
    tell(
      idsOf('promoted'),
      (events) => messagesOf(sql, events),
      (row) => ({ kind: 'promoted', promoted: promotedViewOf(row) }),
    ),
    tell(idsOf('block', 'reorganisation'), (events) => blocksOf(sql, events), blockOf),
    tell(idsOf('backlog'), (events) => backlogsOf(sql, events), backlogOf),
  ])
  return rows.flatMap(({ id, atMs }) => {
    const happening = found.get(id)
    return happening === undefined ? [] : [{ id, atMs, ...happening }]
  })
}

interface PostEventRow extends PostRow {
  eventId: number
  kind: StreamPostKind
  tags: string[]
}

function postsOf(sql: Reader, events: Fragment) {
  return sql<PostEventRow[]>`
    select e.id as event_id, array(select tag from hashtag h where h.username = p.username and h.k = p.k) as tags,
      ${postColumns(sql)}
    from ${events} join userpost p on p.username = e.username and p.k = e.number and p.content_hash = e.hash
    ${postJoins(sql)} where ${isShown(sql)}`
}

function postOf(row: PostEventRow): StreamHappening {
  return { kind: row.kind, post: postViewOf(row), tags: row.tags }
}

/** A post that came back was told of since. */
function removedOf(sql: Reader, events: Fragment) {
  return sql<{ eventId: number; n: string; k: number }[]>`
    select e.id as event_id, e.username as n, e.number as k from ${events}
    where ${isUserShown(sql, sql`e.username`)} and ${isOwnPostShown(sql, sql`e.username`, sql`e.number`)}`
}

interface ProfileEventRow extends Omit<ProfileVersionView, 'contentHash'> {
  eventId: number
  n: string
  contentHash: Uint8Array | null
}

function profilesOf(sql: Reader, events: Fragment) {
  return sql<ProfileEventRow[]>`
    select e.id as event_id, e.username as n, p.content_hash, p.seq, p.height, p.time, p.fullname, p.bio, p.location, p.url,
      p.tox, p.bitmessage
    from ${events} left join profile p on p.username = e.username
    where p.content_hash is not distinct from e.hash and ${isUserShown(sql, sql`e.username`)}`
}

function profileOf({ eventId: _, n, contentHash, ...profile }: ProfileEventRow): StreamHappening {
  const isThere = contentHash !== null
  return { kind: 'profile', n, profile: isThere ? { ...profile, contentHash: hexOf(contentHash) } : undefined }
}

interface AvatarEventRow {
  eventId: number
  n: string
  hash: Uint8Array | null
}

function avatarsOf(sql: Reader, events: Fragment) {
  return sql<AvatarEventRow[]>`
    select e.id as event_id, e.username as n, e.hash from ${events} left join avatar a on a.username = e.username
    where a.content_hash is not distinct from e.hash and ${isUserShown(sql, sql`e.username`)}`
}

function avatarOf({ n, hash }: AvatarEventRow): StreamHappening {
  return { kind: 'avatar', n, contentHash: hash === null ? undefined : hexOf(hash) }
}

function followsOf(sql: Reader, events: Fragment) {
  return sql<{ eventId: number; kind: 'follow' | 'unfollow'; n: string; followed: string }[]>`
    select e.id as event_id, e.kind, e.username as n, e.other as followed from ${events}
    where ${isUserShown(sql, sql`e.username`)} and ${isUserShown(sql, sql`e.other`)}`
}

function messagesOf(sql: Reader, events: Fragment) {
  return sql<(PromotedRow & { eventId: number })[]>`
    select e.id as event_id, p.height, p.block_hash, p.username, p.message, p.has_signature, p.time
    from ${events} join promoted p on p.height = e.number and p.block_hash = e.hash
    where ${isPromotedShown(sql, sql`p.username`, sql`p.height`)}`
}

interface BlockEventRow {
  eventId: number
  kind: 'block' | 'reorganisation'
  number: number
  height: number
  hash: Uint8Array
  prevHash: Uint8Array
  time: number
  txCount: number
  sizeBytes: number
}

/** Of whatever branch it is now. */
function blocksOf(sql: Reader, events: Fragment) {
  return sql<BlockEventRow[]>`
    select e.id as event_id, e.kind, e.number, b.height, b.hash, b.prev_hash, b.time, b.tx_count,
      length(b.raw) as size_bytes
    from ${events} join block b on b.hash = e.hash`
}

function blockOf(row: BlockEventRow): StreamHappening {
  return row.kind === 'block'
    ? { kind: 'block', block: blockLineOf(row), prevHash: hashOf(row.prevHash) }
    : { kind: 'reorganisation', forkHeight: row.number, height: row.height, hash: hashOf(row.hash) }
}

interface BacklogRow {
  eventId: number
  of: Backlog
  n: string | null
  first: number | null
  last: number | null
}

function backlogsOf(sql: Reader, events: Fragment) {
  return sql<BacklogRow[]>`
    select e.id as event_id, e.other as of, e.username as n, e.number as first, e.until as last from ${events}
    where e.username is null or ${isUserShown(sql, sql`e.username`)}`
}

function backlogOf({ of, n, first, last }: BacklogRow): StreamHappening {
  return { kind: 'backlog', of, n: n ?? undefined, first: first ?? undefined, last: last ?? undefined }
}
