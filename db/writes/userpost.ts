import type { Transaction } from '../client.ts'
import { type UserpostKey, userpostKey } from './raw-userpost.ts'
import { columnOf, insertRows, type RowShape } from './rows.ts'
import { gatherWords, insertWords } from './search-word.ts'

export interface UserpostRow extends UserpostKey {
  contentHash: Uint8Array
  keyId: Uint8Array
  kind: string
  height: number
  time: number
  sortTime: number
  msg: string
  msg2: string
  textLength: number
  lastk: number | undefined
  replyN: string | undefined
  replyK: number | undefined
  innerN: string | undefined
  innerK: number | undefined
  innerTime: number | undefined
  innerHeight: number | undefined
  innerMsg: string | undefined
  innerMsg2: string | undefined
  innerReplyN: string | undefined
  innerReplyK: number | undefined
  innerContentHash: Uint8Array | undefined
  url: string | undefined
  mimetype: string | undefined
  hasWort: boolean
  lang: string | undefined
  rivalCount: number
  /** As PostgreSQL reads a tsvector. */
  words: string | undefined
  vocabulary: readonly string[]
  hashtags: readonly PostWord[]
  mentions: readonly PostWord[]
  twistLinks: readonly { link: string; uid: number; k: number }[]
}

/** A #word or an @name: as the network files it, as readers see it linked, or both. */
interface PostWord {
  word: string
  isDispatched: boolean
  isLinked: boolean
}

const USERPOST: RowShape<UserpostRow> = {
  username: ['text', (row) => row.username],
  k: ['int4', (row) => row.k],
  content_hash: ['bytea', (row) => row.contentHash],
  key_id: ['bytea', (row) => row.keyId],
  kind: ['text', (row) => row.kind],
  height: ['int4', (row) => row.height],
  time: ['int8', (row) => row.time],
  sort_time: ['int8', (row) => row.sortTime],
  msg: ['text', (row) => row.msg],
  msg2: ['text', (row) => row.msg2],
  text_length: ['int4', (row) => row.textLength],
  lastk: ['int4', (row) => row.lastk],
  reply_n: ['text', (row) => row.replyN],
  reply_k: ['int4', (row) => row.replyK],
  inner_n: ['text', (row) => row.innerN],
  inner_k: ['int4', (row) => row.innerK],
  inner_time: ['int8', (row) => row.innerTime],
  inner_height: ['int4', (row) => row.innerHeight],
  inner_msg: ['text', (row) => row.innerMsg],
  inner_msg2: ['text', (row) => row.innerMsg2],
  inner_reply_n: ['text', (row) => row.innerReplyN],
  inner_reply_k: ['int4', (row) => row.innerReplyK],
  inner_content_hash: ['bytea', (row) => row.innerContentHash],
  url: ['text', (row) => row.url],
  mimetype: ['text', (row) => row.mimetype],
  has_wort: ['bool', (row) => row.hasWort],
  lang: ['text', (row) => row.lang],
  rival_count: ['int4', (row) => row.rivalCount],
  words: ['tsvector', (row) => row.words],
}

interface WordRow extends UserpostKey, PostWord {
  sortTime: number
}

const WORD: RowShape<WordRow> = {
  username: ['text', (row) => row.username],
  k: ['int4', (row) => row.k],
  sort_time: ['int8', (row) => row.sortTime],
  is_dispatched: ['bool', (row) => row.isDispatched],
  is_linked: ['bool', (row) => row.isLinked],
}
const HASHTAG: RowShape<WordRow> = { tag: ['text', (row) => row.word], ...WORD }
const MENTION: RowShape<WordRow> = { mentioned: ['text', (row) => row.word], ...WORD }

interface TwistLinkRow extends UserpostKey {
  link: string
  uid: number
  targetK: number
}

const TWIST_LINK: RowShape<TwistLinkRow> = {
  username: ['text', (row) => row.username],
  k: ['int4', (row) => row.k],
  link: ['text', (row) => row.link],
  uid: ['int8', (row) => row.uid],
  target_k: ['int4', (row) => row.targetK],
}

/** What stands under a number before it is derived again. */
export interface StandingUserpost extends UserpostKey {
  contentHash: Uint8Array
  kind: string
  sortTime: number
  replyN: string | undefined
  replyK: number | undefined
  innerN: string | undefined
  innerK: number | undefined
  hashtags: readonly { word: string }[]
}

/** Of a rebuild, under numbers that have no rows. */
export async function insertUserposts(tx: Transaction, rows: readonly UserpostRow[]): Promise<void> {
  await insertRows(tx, 'userpost', USERPOST, rows, '')
  await insertParts(tx, rows, gatherWords)
}

/**
 * Writes those under whose numbers nothing stands, and answers their numbers. Of two writers of one number the second
 * waits here for the first, and then finds that something stands: rows in the order of their keys, in one statement, so
 * that none waits in a circle.
 */
export async function placeUserposts(tx: Transaction, rows: readonly UserpostRow[]): Promise<UserpostKey[]> {
  const conflict = 'ON CONFLICT (username, k) DO NOTHING RETURNING username, k'
  return insertRows<UserpostRow, UserpostKey>(tx, 'userpost', USERPOST, rows, conflict)
}

/**
 * Until the transaction ends nobody else derives what stands under these numbers; who waited for another sees the raw
 * posts that the other has written. A row stays the same row when it is replaced, so that those who wait get it.
 */
export async function lockUserposts(tx: Transaction, keys: readonly UserpostKey[]): Promise<StandingUserpost[]> {
  const rows = await tx<(Omit<StandingUserpost, 'hashtags'> & { [column: string]: unknown })[]>`
    SELECT p.username, p.k, p.content_hash, p.kind, p.sort_time, p.reply_n, p.reply_k, p.inner_n, p.inner_k FROM userpost p
    JOIN ${wanted(tx, keys)} USING (username, k) ORDER BY p.username, p.k FOR UPDATE OF p`
  const tags = await tx<{ username: string; k: number; tags: string[] }[]>`
    SELECT username, k, array_agg(tag) AS tags FROM hashtag JOIN ${wanted(tx, keys)} USING (username, k)
    GROUP BY username, k`
  const tagsByKey = new Map(tags.map((row) => [userpostKey(row), row.tags]))
  return rows.map((row) => ({
    username: row.username,
    k: row.k,
    contentHash: row.contentHash,
    kind: row.kind,
    sortTime: row.sortTime,
    replyN: row.replyN ?? undefined,
    replyK: row.replyK ?? undefined,
    innerN: row.innerN ?? undefined,
    innerK: row.innerK ?? undefined,
    hashtags: (tagsByKey.get(userpostKey(row)) ?? []).map((word) => ({ word })),
  }))
}

/**
 * What stands under locked numbers is replaced by `rows`: a number without a row has no post any more. Answers the
 * numbers of which something is other than before.
 */
export async function replaceUserposts(
  tx: Transaction,
  standing: readonly UserpostKey[],
  rows: readonly UserpostRow[],
): Promise<Set<string>> {
  const kept = new Set(rows.map(userpostKey))
  const gone = standing.filter((key) => !kept.has(userpostKey(key)))
  const changed = await insertRows<UserpostRow, UserpostKey>(tx, 'userpost', USERPOST, rows, REPLACE)
  const isChanged = new Set([...gone, ...changed].map(userpostKey))
  const others = standing.filter((key) => isChanged.has(userpostKey(key)))
  if (gone.length > 0) await deleteFrom(tx, 'userpost', gone)
  for (const table of PARTS) if (others.length > 0) await deleteFrom(tx, table, others)
  await insertParts(
    tx,
    rows.filter((row) => isChanged.has(userpostKey(row))),
  )
  return isChanged
}

const CONTENT = Object.keys(USERPOST).filter((column) => column !== 'username' && column !== 'k')
const REPLACE = `ON CONFLICT (username, k) DO UPDATE SET ${CONTENT.map((column) => `${column} = excluded.${column}`).join(', ')}
  WHERE (${CONTENT.map((column) => `userpost.${column}`).join(', ')})
    IS DISTINCT FROM (${CONTENT.map((column) => `excluded.${column}`).join(', ')})
  RETURNING username, k`

/** Tables of what posts hold, by author and number. */
const PARTS = ['hashtag', 'mention', 'twist_link'] as const

/** What posts hold, under numbers that have none of it. */
export async function insertParts(
  tx: Transaction,
  rows: readonly UserpostRow[],
  addWords = insertWords,
): Promise<void> {
  const wordRows = (wordsOf: (row: UserpostRow) => readonly PostWord[]): WordRow[] =>
    rows.flatMap((row) =>
      wordsOf(row).map((word) => ({ ...word, username: row.username, k: row.k, sortTime: row.sortTime })),
    )
  const hashtags = wordRows((row) => row.hashtags)
  const mentions = wordRows((row) => row.mentions)
  const links = rows.flatMap(({ username, k, twistLinks }) =>
    twistLinks.map(({ link, uid, k: targetK }) => ({ username, k, link, uid, targetK })),
  )
  await Promise.all([
    // What of it is there already, in a database that lost other rows, is no reason to lose the post.
    insertRows(tx, 'hashtag', HASHTAG, hashtags, 'ON CONFLICT DO NOTHING'),
    insertRows(tx, 'mention', MENTION, mentions, 'ON CONFLICT DO NOTHING'),
    insertRows(tx, 'twist_link', TWIST_LINK, links, 'ON CONFLICT DO NOTHING'),
    addWords(
      tx,
      rows.flatMap((row) => row.vocabulary),
    ),
  ])
}

async function deleteFrom(tx: Transaction, table: string, keys: readonly UserpostKey[]): Promise<void> {
  await tx`
    DELETE FROM ${tx(table)} USING ${wanted(tx, keys)}
    WHERE ${tx(table)}.username = wanted.username AND ${tx(table)}.k = wanted.k`
}

function wanted(tx: Transaction, keys: readonly UserpostKey[]) {
  const [usernames, ks] = [keys.map((key) => key.username), keys.map((key) => key.k)]
  return tx`unnest(${columnOf(tx, 'text', usernames)}::text[], ${columnOf(tx, 'int4', ks)}::int4[]) AS wanted (username, k)`
}
