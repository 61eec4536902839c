import type { Reader } from './reader.ts'
import { show } from './topics.ts'

/** What can be said of a post number that cannot be shown. */
export type PostPresence =
  /** A direct message or a private favourite. */
  { kind: 'encrypted' } | { kind: 'absent'; isRegistered: boolean; isFollowed: boolean; knownK?: number }

export async function postPresence(sql: Reader, username: string, k: number): Promise<PostPresence> {
  show.post(username, k)
  show.author(username)
  const rows = await sql<{ kind: string | null; isRegistered: boolean; isFollowed: boolean; knownK: number | null }[]>`
    select
      (select kind from userpost where username = ${username} and k = ${k}) as kind,
      exists (select 1 from name where username = ${username}) as is_registered,
      exists (select 1 from inventory where username = ${username}) as is_followed,
      greatest(
        (select max(known_k) from inventory where username = ${username}),
        (select known_k from user_state where username = ${username})
      ) as known_k`
  const row = rows[0]
  if (row?.kind === 'direct' || row?.kind === 'private-favourite') return { kind: 'encrypted' }
  return {
    kind: 'absent',
    isRegistered: row?.isRegistered ?? false,
    isFollowed: row?.isFollowed ?? false,
    knownK: row?.knownK ?? undefined,
  }
}
