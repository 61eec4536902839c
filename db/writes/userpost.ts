import type { Transaction } from '../client.ts'
import type { UserpostKey } from './raw-userpost.ts'
import { columnOf, insertRows, type RowShape } from './rows.ts'

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
  rivalCount: number
  hashtags: readonly string[]
  mentions: readonly string[]
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
  rival_count: ['int4', (row) => row.rivalCount],
}

interface TagRow extends UserpostKey {
  tag: string
  sortTime: number
}

const HASHTAG: RowShape<TagRow> = {
  tag: ['text', (row) => row.tag],
  username: ['text', (row) => row.username],
  k: ['int4', (row) => row.k],
  sort_time: ['int8', (row) => row.sortTime],
}

const MENTION: RowShape<TagRow> = {
  mentioned: ['text', (row) => row.tag],
  username: ['text', (row) => row.username],
  k: ['int4', (row) => row.k],
  sort_time: ['int8', (row) => row.sortTime],
}

/** Whatever stood under these numbers is replaced by `rows`: a number without a row has no post any more. */
export async function replaceUserposts(
  tx: Transaction,
  keys: readonly UserpostKey[],
  rows: readonly UserpostRow[],
): Promise<void> {
  if (keys.length === 0) return
  for (const table of ['userpost', 'hashtag', 'mention']) {
    await tx`
      DELETE FROM ${tx(table)} USING unnest(
        ${columnOf(
          tx,
          'text',
          keys.map((key) => key.username),
        )}::text[],
        ${columnOf(
          tx,
          'int4',
          keys.map((key) => key.k),
        )}::int4[]) AS gone (username, k)
      WHERE ${tx(table)}.username = gone.username AND ${tx(table)}.k = gone.k`
  }
  await insertUserposts(tx, rows)
}

/** Under numbers that have no rows. */
export async function insertUserposts(tx: Transaction, rows: readonly UserpostRow[]): Promise<void> {
  await insertRows(tx, 'userpost', USERPOST, rows, '')
  const tagRows = (tagsOf: (row: UserpostRow) => readonly string[]) =>
    rows.flatMap((row) => tagsOf(row).map((tag) => ({ tag, username: row.username, k: row.k, sortTime: row.sortTime })))
  await insertRows(
    tx,
    'hashtag',
    HASHTAG,
    tagRows((row) => row.hashtags),
    '',
  )
  await insertRows(
    tx,
    'mention',
    MENTION,
    tagRows((row) => row.mentions),
    '',
  )
}
