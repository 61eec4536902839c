import type { UserLineView } from '../views.ts'
import { type Fragment, hexOf, type Reader } from './reader.ts'

/** A name with what its line in a list of people needs. */
export interface PersonRow {
  username: string
  firstHeight: number | null
  firstTime: number | null
  firstTxIndex: number | null
  fullname: string | null
  bio: string | null
  avatar: Uint8Array | null
  postCount: number | null
  followerCount: number | null
  lastTime: number | null
  isFollowed: boolean
}

/** The columns of PersonRow, for a query whose people are `u` and which ends its FROM with personJoins. */
export function personColumns(sql: Reader): Fragment {
  return sql`
    u.username, n.first_height, n.first_time, n.first_tx_index, p.fullname, p.bio, a.content_hash as avatar,
    s.post_count - s.direct_count - s.private_favourite_count as post_count, s.follower_count, s.last_time,
    hidden.username is null and exists (select from inventory i where i.username = u.username) as is_followed`
}

/** Of who is hidden the bare name is left. */
export function personJoins(sql: Reader): Fragment {
  return sql`
    left join hidden_user hidden on hidden.username = u.username
    left join name n on n.username = u.username
    left join profile p on p.username = u.username and hidden.username is null
    left join avatar a on a.username = u.username and hidden.username is null
    left join user_state s on s.username = u.username and hidden.username is null`
}

export function userLineOf(row: PersonRow): UserLineView {
  return {
    n: row.username,
    fullname: row.fullname || undefined,
    avatar: row.avatar === null ? undefined : hexOf(row.avatar),
    bio: row.bio || undefined,
    registeredHeight: row.firstHeight ?? undefined,
    registeredTime: row.firstTime ?? undefined,
    postCount: row.postCount ?? 0,
    followerCount: row.followerCount ?? 0,
    lastTime: row.lastTime ?? undefined,
    isIndexed: row.isFollowed || row.fullname !== null || (row.postCount ?? 0) > 0,
  }
}
