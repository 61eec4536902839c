import type { Transaction } from '../client.ts'
import { notifyChanged } from './change.ts'
import { insertRows, type RowShape } from './rows.ts'

export interface UserFetchRow {
  username: string
  state: string
  since: number
  profile: boolean
  avatar: boolean
  following: number
  posts: number
  knownK: number | undefined
  code: string | undefined
}

/** How fetches on demand get on, the newest word about each; at most `keep` users in all, the oldest go. */
export async function replaceUserFetches(
  tx: Transaction,
  nodeId: string,
  rows: readonly UserFetchRow[],
  at: number,
  keep: number,
): Promise<void> {
  const shape: RowShape<UserFetchRow> = {
    username: ['text', (row) => row.username.replaceAll('\0', '')],
    node_id: ['text', () => nodeId],
    state: ['text', (row) => row.state],
    since: ['float8', (row) => row.since],
    profile: ['bool', (row) => row.profile],
    avatar: ['bool', (row) => row.avatar],
    following: ['int4', (row) => row.following],
    posts: ['int4', (row) => row.posts],
    known_k: ['int4', (row) => row.knownK],
    code: ['text', (row) => row.code?.replaceAll('\0', '')],
    at: ['float8', () => at],
  }
  const newest = [...new Map(rows.map((row) => [row.username, row])).values()]
  await insertRows(
    tx,
    'user_fetch',
    shape,
    newest,
    `ON CONFLICT (username) DO UPDATE SET node_id = excluded.node_id, state = excluded.state, since = excluded.since,
      profile = excluded.profile, avatar = excluded.avatar, following = excluded.following, posts = excluded.posts,
      known_k = excluded.known_k, code = excluded.code, at = excluded.at`,
  )
  await tx`
    DELETE FROM user_fetch WHERE username IN (
      SELECT username FROM (SELECT username, row_number() OVER (ORDER BY at DESC, username) AS place FROM user_fetch) AS f
      WHERE place > ${keep}
    )`
  await notifyChanged(tx, { users: newest.map((row) => row.username.replaceAll('\0', '')) })
}
