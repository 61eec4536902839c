import type { CompletenessView, ProfileView, UserView } from '../views.ts'
import { isUserShown } from './hidden.ts'
import { hexOf, type Reader } from './reader.ts'
import { registrationsOf } from './registrations.ts'
import { show } from './topics.ts'

interface UserRow {
  publicKey: Uint8Array | null
  firstHeight: number
  firstTime: number
  fullname: string | null
  bio: string
  location: string
  url: string
  tox: string
  bitmessage: string
  profileTime: number
  profileHeight: number
  avatar: Uint8Array | null
  knownK: number | null
  postCount: number | null
  plainCount: number | null
  replyCount: number | null
  retwistCount: number | null
  favouriteCount: number | null
  privateFavouriteCount: number | null
  directCount: number | null
  customCount: number | null
  followingCount: number | null
  followerCount: number | null
  firstPostTime: number | null
  lastPostTime: number | null
  inventoryK: number | null
  inventoryAt: number | null
  inventoryPeers: number | null
}

/** A registered name and all that is known of it; nothing for a name that the chain does not hold. */
export async function userByName(sql: Reader, username: string): Promise<UserView | undefined> {
  show.user(username)
  show.author(username)
  const [rows, keys] = await Promise.all([userRows(sql, username), registrationsOf(sql, username)])
  const row = rows[0]
  if (row === undefined) return undefined
  return {
    n: username,
    publicKey: row.publicKey === null ? undefined : hexOf(row.publicKey),
    registeredHeight: row.firstHeight,
    registeredTime: row.firstTime,
    keys,
    profile: profileOf(row),
    avatar: row.avatar === null ? undefined : hexOf(row.avatar),
    counts: {
      posts: row.plainCount ?? 0,
      replies: row.replyCount ?? 0,
      retwists: row.retwistCount ?? 0,
      favourites: row.favouriteCount ?? 0,
      custom: row.customCount ?? 0,
      privateFavourites: row.privateFavouriteCount ?? 0,
      directMessages: row.directCount ?? 0,
      following: row.followingCount ?? 0,
      followers: row.followerCount ?? 0,
    },
    completeness: completenessOf(row),
    firstTime: row.firstPostTime ?? undefined,
    lastTime: row.lastPostTime ?? undefined,
  }
}

function userRows(sql: Reader, username: string): Promise<UserRow[]> {
  return sql<UserRow[]>`
    select n.public_key, n.first_height, n.first_time,
      p.fullname, p.bio, p.location, p.url, p.tox, p.bitmessage, p.time as profile_time, p.height as profile_height,
      a.content_hash as avatar,
      s.known_k, s.post_count, s.plain_count, s.reply_count, s.retwist_count, s.favourite_count,
      s.private_favourite_count, s.direct_count, s.custom_count,
      s.first_time as first_post_time, s.last_time as last_post_time,
      s.following_count, s.follower_count,
      i.known_k as inventory_k, i.at as inventory_at, i.peers as inventory_peers
    from name n
    left join profile p on p.username = n.username
    left join avatar a on a.username = n.username
    left join user_state s on s.username = n.username
    left join lateral (
      select max(known_k) as known_k, max(at) as at, max(peers) as peers from inventory where username = n.username
    ) i on true
    where n.username = ${username} and ${isUserShown(sql, sql`n.username`)}`
}

function profileOf(row: UserRow): ProfileView | undefined {
  if (row.fullname === null) return undefined
  return {
    fullname: row.fullname,
    bio: row.bio,
    location: row.location,
    url: row.url,
    tox: row.tox,
    bitmessage: row.bitmessage,
    time: row.profileTime,
    height: row.profileHeight,
  }
}

function completenessOf(row: UserRow): CompletenessView {
  const known = [row.knownK, row.inventoryK].filter((k) => k !== null)
  return {
    knownK: known.length === 0 ? undefined : Math.max(...known),
    held: row.postCount ?? 0,
    isFollowed: row.inventoryAt !== null,
    reportedAt: row.inventoryAt ?? undefined,
    peers: row.inventoryPeers ?? undefined,
  }
}
