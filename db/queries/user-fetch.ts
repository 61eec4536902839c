import { WANTED_CHANNEL } from '../schema/channels.ts'
import type { UserFetchView } from '../views.ts'
import type { Reader } from './reader.ts'

interface UserFetchRow {
  state: string
  since: number
  profile: boolean
  avatar: boolean
  following: number
  posts: number
  knownK: number | null
  code: string | null
}

const STATES = ['waiting', 'running', 'done', 'refused'] as const

/** How the last fetch on demand of a user got on; nothing if there was none, or long ago. */
export async function userFetchOf(sql: Reader, username: string): Promise<UserFetchView | undefined> {
  const rows = await sql<UserFetchRow[]>`
    select state, since, profile, avatar, following, posts, known_k, code from user_fetch where username = ${username}`
  const row = rows[0]
  const state = STATES.find((one) => one === row?.state)
  if (row === undefined || state === undefined) return undefined
  return {
    state,
    since: row.since,
    profile: row.profile,
    avatar: row.avatar,
    following: row.following,
    posts: row.posts,
    knownK: row.knownK ?? undefined,
    code: row.code ?? undefined,
  }
}

/** Says that somebody asks for this user. A role that may only read can say so: nothing is written. */
export async function notifyWanted(sql: Reader, username: string): Promise<void> {
  await sql`select pg_notify(${WANTED_CHANNEL}, ${username})`
}
