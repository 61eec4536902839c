import { isUnjudgedShown, isUserShown, namesNobodyHidden } from './hidden.ts'
import type { Fragment, Reader, ReadTransaction } from './reader.ts'

const BLOCKS = 200
const RECORDS = 500

/** However slow its reader is, an archive is not of a moment longer ago. */
const ARCHIVE_TIMEOUT_MS = 30 * 60_000

/** The time that a query may take runs on while what its cursor gave is being taken. */
export async function allowArchive(tx: ReadTransaction): Promise<void> {
  await tx`select set_config('statement_timeout', ${String(ARCHIVE_TIMEOUT_MS)}, true)`
}

/** Facts about the database that an archive begins with; undefined before there is an index. */
export interface ArchiveFacts {
  network: string
  height: number
  hash: Uint8Array
}

export async function archiveFacts(tx: ReadTransaction): Promise<ArchiveFacts | undefined> {
  const [row] = await tx<ArchiveFacts[]>`
    select meta.value as network, height, hash from meta, block
    where meta.key = 'network' and is_active order by height desc limit 1`
  return row
}

export interface ArchivedBlockRow {
  hash: Uint8Array
  height: number
  raw: Uint8Array
  firstSeen: number
  source: string
}

/** Blocks that could become active, parents first, some of them after a place. */
export async function archivedBlocks(
  tx: ReadTransaction,
  after: { height: number; hash: Uint8Array },
): Promise<ArchivedBlockRow[]> {
  return tx<ArchivedBlockRow[]>`
    select hash, height, raw, first_seen, source from block
    where refused is null and height > 0 and (height, hash) > (${after.height}::int4, ${after.hash})
    order by height, hash limit ${BLOCKS}`
}

/** Of whom, and whether for everybody: then without what is hidden. */
export interface ArchiveScope {
  /** Undefined: everybody's. */
  username: string | undefined
  isPublic: boolean
}

export interface RegistrationPlaceRow {
  username: string
  height: number
  txIndex: number
  /** The whole block; null when it is that of the row before. */
  raw: Uint8Array | null
}

/** Where the keys of a user were registered, and of those whose posts stand inside of the user's. */
export function registrationPlaces(
  sql: Reader,
  tx: ReadTransaction,
  { username, isPublic }: { username: string; isPublic: boolean },
): AsyncIterable<RegistrationPlaceRow[]> {
  const posts = sql`from raw_userpost post where ${isArchived(sql, { username, isPublic })}`
  return tx<RegistrationPlaceRow[]>`
    select r.username, r.height, r.tx_index,
      case when r.block_hash is distinct from lag(r.block_hash) over (order by r.height, r.tx_index) then b.raw end as raw
    from registration r join block b on b.hash = r.block_hash
    where r.username in (select ${username}::text union select rt_name ${posts} union select fav_name ${posts})
    order by r.height, r.tx_index`.cursor(RECORDS)
}

export interface ArchivedUserpostRow {
  username: string
  k: number
  /** The signed bencoded dict {userpost, sig_userpost[, sig_wort]}. */
  piece: Uint8Array
  /** Unix seconds. */
  firstSeen: number
  source: string
  tipHeight: number
}

/** Signed pieces by author and number: rivals, and encrypted ones as they travelled, too. */
export function archivedUserposts(
  sql: Reader,
  tx: ReadTransaction,
  scope: ArchiveScope,
): AsyncIterable<ArchivedUserpostRow[]> {
  return tx<ArchivedUserpostRow[]>`
    select username, k, piece, first_seen, source, tip_height from raw_userpost post where ${isArchived(sql, scope)}
    order by username, k, content_hash, key_id`.cursor(RECORDS)
}

export interface ArchivedValueRow {
  sigUser: string
  p: Uint8Array
  sigP: Uint8Array
  /** Unix seconds. */
  firstSeen: number
  source: string
  tipHeight: number
}

/** Signed values of the DHT, by who signed them. */
export function archivedValues(
  sql: Reader,
  tx: ReadTransaction,
  scope: ArchiveScope,
): AsyncIterable<ArchivedValueRow[]> {
  const { username, isPublic } = scope
  return tx<ArchivedValueRow[]>`
    select sig_user, p, sig_p, first_seen, source, tip_height from raw_dht_item item
    where ${username === undefined ? sql`true` : sql`sig_user = ${username}`}
      ${isPublic ? sql`and ${isValueShown(sql)}` : sql``}
    order by sig_user, target, content_hash, key_id`.cursor(RECORDS)
}

/**
 * "What an operator has blocked, or an author has opted out of, stays out". What does not stand (a rival, what waits) is
 * left out as soon as it may hold any of that.
 */
function isArchived(sql: Reader, { username, isPublic }: ArchiveScope): Fragment {
  const ofUser = username === undefined ? sql`true` : sql`post.username = ${username}`
  if (!isPublic) return ofUser
  return sql`${ofUser} and ${isUserShown(sql, sql`post.username`)}
    and not exists (
      select from hidden_userpost hidden where hidden.username = post.username and hidden.k = post.k)
    and ${isUserShown(sql, sql`post.rt_name`)} and ${isUserShown(sql, sql`post.fav_name`)}
    and (post.verdict = 'accept' or ${isUnjudgedShown(sql, sql`post.piece`)})`
}

/**
 * What is signed cannot be cut: a list that names somebody who is hidden is left out, and so is whatever else names one
 * where a name stands alone, as that of a post inside.
 */
function isValueShown(sql: Reader): Fragment {
  return sql`${isUserShown(sql, sql`item.sig_user`)}
    and (${holdsNoPost(sql)} or not ${isAnyPostHidden(sql)})
    and (item.r in ('profile', 'avatar') or ${namesNobodyHidden(sql, sql`item.p`)})`
}

/** Of the resources of dht-swarm-posts.md 3.8 those without a post inside. */
function holdsNoPost(sql: Reader): Fragment {
  return sql`(item.r in ('profile', 'avatar') or item.r ~ '^following[0-9]+$')`
}

function isAnyPostHidden(sql: Reader): Fragment {
  return sql`(exists (select from moderation where kind <> 'user')
    or exists (select from hidden_userpost hidden where hidden.username = item.sig_user))`
}
