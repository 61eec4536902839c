import { bytesEqual } from '../../node/protocol/bytes.ts'
import type { Transaction } from '../client.ts'
import { columnOf, insertRows, type RowShape } from './rows.ts'

export interface RawDhtItemRow {
  target: Uint8Array
  contentHash: Uint8Array
  sigUser: string
  keyId: Uint8Array
  n: Uint8Array
  r: string
  t: string
  seq: number | undefined
  height: number
  time: number
  p: Uint8Array
  sigP: Uint8Array
  firstSeen: number
  source: string
  tipHeight: number
}

const RAW_DHT_ITEM: RowShape<RawDhtItemRow> = {
  target: ['bytea', (row) => row.target],
  content_hash: ['bytea', (row) => row.contentHash],
  sig_user: ['text', (row) => row.sigUser],
  key_id: ['bytea', (row) => row.keyId],
  n: ['bytea', (row) => row.n],
  r: ['text', (row) => row.r],
  t: ['text', (row) => row.t],
  seq: ['int4', (row) => row.seq],
  height: ['int4', (row) => row.height],
  time: ['int8', (row) => row.time],
  p: ['bytea', (row) => row.p],
  sig_p: ['bytea', (row) => row.sigP],
  first_seen: ['float8', (row) => row.firstSeen],
  source: ['text', (row) => row.source],
  tip_height: ['int4', (row) => row.tipHeight],
}

/** Answers whose profiles, avatars and following lists were not there yet. */
export async function insertRawDhtItems(tx: Transaction, rows: readonly RawDhtItemRow[]): Promise<string[]> {
  const inserted = await insertRows<RawDhtItemRow, { sigUser: string; r: string; t: string }>(
    tx,
    'raw_dht_item',
    RAW_DHT_ITEM,
    rows,
    'ON CONFLICT (target, content_hash, sig_user, key_id) DO NOTHING RETURNING sig_user, r, t',
  )
  const own = inserted.filter(({ r, t }) => t === 's' && /^(?:profile|avatar|following[0-9]+)$/.test(r))
  return [...new Set(own.map((row) => row.sigUser))]
}

/** Owners of single values whose height the tip passed when it moved between two heights, either way. */
export async function dhtOwnersDue(tx: Transaction, from: number, to: number): Promise<string[]> {
  const rows = await tx<{ sigUser: string }[]>`
    SELECT DISTINCT sig_user FROM raw_dht_item WHERE height > ${from} AND height <= ${to} AND t = 's'`
  return rows.map((row) => row.sigUser)
}

export interface CurrentDhtItemRow {
  sigUser: string
  p: Uint8Array
  sigP: Uint8Array
  contentHash: Uint8Array
}

/**
 * Of each profile, avatar and following target of these owners the value that counts: by the owner's current key, not
 * ahead of the chain, highest seq, of equal ones the smallest content hash.
 */
export async function currentDhtItems(
  tx: Transaction,
  owners: readonly { username: string; keyId: Uint8Array }[],
  maxHeight: number,
): Promise<CurrentDhtItemRow[]> {
  return tx<CurrentDhtItemRow[]>`
    SELECT DISTINCT ON (i.target) i.sig_user, i.p, i.sig_p, i.content_hash
    FROM unnest(${columnOf(
      tx,
      'text',
      owners.map((owner) => owner.username),
    )}::text[],
      ${columnOf(
        tx,
        'bytea',
        owners.map((owner) => owner.keyId),
      )}::bytea[]) AS owner (username, key_id)
    JOIN raw_dht_item i ON i.sig_user = owner.username AND i.key_id = owner.key_id
    WHERE i.t = 's' AND i.height <= ${maxHeight} AND (i.r IN ('profile', 'avatar') OR i.r LIKE 'following%')
    ORDER BY i.target, i.seq DESC, i.content_hash`
}

/** A key and the heights at which the chain holds it for the name: from `first` up to, and without, `end`. */
export interface KeySpan {
  username: string
  keyId: Uint8Array
  first: number
  end: number
}

/**
 * Of each profile and following target all values by these keys, seq after seq, of equal ones the one with the smallest
 * content hash; of more than `perTarget` the newest. In the order of (owner, target, seq).
 */
export async function dhtItemVersions(
  tx: Transaction,
  keys: readonly KeySpan[],
  maxHeight: number,
  perTarget: number,
): Promise<CurrentDhtItemRow[]> {
  const column = (type: 'text' | 'bytea' | 'int4', cellOf: (key: KeySpan) => string | Uint8Array | number) =>
    columnOf(tx, type, keys.map(cellOf))
  return tx<CurrentDhtItemRow[]>`
    SELECT sig_user, p, sig_p, content_hash FROM (
      SELECT v.*, row_number() OVER (PARTITION BY v.target ORDER BY v.seq DESC) AS place FROM (
        SELECT DISTINCT ON (i.target, i.seq) i.sig_user, i.target, i.seq, i.p, i.sig_p, i.content_hash
        FROM unnest(${column('text', ({ username }) => username)}::text[], ${column('bytea', ({ keyId }) => keyId)}::bytea[],
          ${column('int4', ({ first }) => first)}::int4[], ${column('int4', ({ end }) => end)}::int4[])
          AS key (username, key_id, first, "end")
        JOIN raw_dht_item i ON i.sig_user = key.username AND i.key_id = key.key_id
          AND i.height >= key.first AND i.height < key.end
        WHERE i.t = 's' AND i.height <= ${maxHeight} AND (i.r = 'profile' OR i.r LIKE 'following%')
        ORDER BY i.target, i.seq, i.content_hash
      ) AS v
    ) AS w WHERE place <= ${perTarget} ORDER BY sig_user, target, seq`
}

export interface ProfileRow {
  username: string
  fullname: string
  bio: string
  location: string
  url: string
  tox: string
  bitmessage: string
  seq: number
  height: number
  time: number
  contentHash: Uint8Array
}

export const PROFILE: RowShape<ProfileRow> = {
  username: ['text', (row) => row.username],
  fullname: ['text', (row) => row.fullname],
  bio: ['text', (row) => row.bio],
  location: ['text', (row) => row.location],
  url: ['text', (row) => row.url],
  tox: ['text', (row) => row.tox],
  bitmessage: ['text', (row) => row.bitmessage],
  seq: ['int4', (row) => row.seq],
  height: ['int4', (row) => row.height],
  time: ['int8', (row) => row.time],
  content_hash: ['bytea', (row) => row.contentHash],
}

export interface AvatarRow {
  username: string
  mime: string
  bytes: Uint8Array
  contentHash: Uint8Array
  seq: number
  height: number
  time: number
}

const AVATAR: RowShape<AvatarRow> = {
  username: ['text', (row) => row.username],
  mime: ['text', (row) => row.mime],
  bytes: ['bytea', (row) => row.bytes],
  content_hash: ['bytea', (row) => row.contentHash],
  seq: ['int4', (row) => row.seq],
  height: ['int4', (row) => row.height],
  time: ['int8', (row) => row.time],
}

export interface FollowingRow {
  username: string
  followed: string
  page: number
  position: number
}

const FOLLOWING: RowShape<FollowingRow> = {
  username: ['text', (row) => row.username],
  followed: ['text', (row) => row.followed],
  page: ['int4', (row) => row.page],
  position: ['int4', (row) => row.position],
}

export interface ResourceRows {
  profiles: ProfileRow[]
  avatars: AvatarRow[]
  following: FollowingRow[]
}

/** What is another than before; without a hash there is none any more. */
export interface ResourceChange {
  username: string
  contentHash: Uint8Array | undefined
}

export interface ResourceChanges {
  profiles: readonly ResourceChange[]
  avatars: readonly ResourceChange[]
  /** Who is followed since, and who no longer is. */
  followed: readonly Follow[]
  unfollowed: readonly Follow[]
}

type Follow = Pick<FollowingRow, 'username' | 'followed'>

/** Replaces what is derived of these owners' values. */
export async function replaceResources(
  tx: Transaction,
  owners: readonly string[],
  rows: ResourceRows,
): Promise<ResourceChanges> {
  if (owners.length === 0) return { profiles: [], avatars: [], followed: [], unfollowed: [] }
  const names = columnOf(tx, 'text', owners)
  const profiles = await tx<Content[]>`
    DELETE FROM profile WHERE username = ANY(${names}::text[]) RETURNING username, content_hash`
  const avatars = await tx<Content[]>`
    DELETE FROM avatar WHERE username = ANY(${names}::text[]) RETURNING username, content_hash`
  const before = await tx<Follow[]>`
    DELETE FROM following WHERE username = ANY(${names}::text[]) RETURNING username, followed`
  await insertRows(tx, 'profile', PROFILE, rows.profiles, '')
  await insertRows(tx, 'avatar', AVATAR, rows.avatars, '')
  await insertRows(tx, 'following', FOLLOWING, rows.following, '')
  return {
    profiles: contentChanges(profiles, rows.profiles),
    avatars: contentChanges(avatars, rows.avatars),
    ...followChanges(before, rows.following),
  }
}

type Content = { username: string; contentHash: Uint8Array }

function contentChanges(before: readonly Content[], after: readonly Content[]): ResourceChange[] {
  const [old, now] = [before, after].map((rows) => new Map(rows.map((row) => [row.username, row.contentHash])))
  return [...new Set([...before, ...after].map(({ username }) => username))].flatMap((username) => {
    const [was, is] = [old?.get(username), now?.get(username)]
    const isSame = was !== undefined && is !== undefined && bytesEqual(was, is)
    return isSame ? [] : [{ username, contentHash: is }]
  })
}

function followChanges(before: readonly Follow[], after: readonly Follow[]) {
  const keyOf = ({ username, followed }: Follow) => `${username}/${followed}`
  const [old, now] = [new Set(before.map(keyOf)), new Set(after.map(keyOf))]
  return {
    followed: after.filter((row) => !old.has(keyOf(row))),
    unfollowed: before.filter((row) => !now.has(keyOf(row))),
  }
}
