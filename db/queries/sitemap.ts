import { isOwnPostShown, isTagShown, isUserShown } from './hidden.ts'
import type { Fragment, Reader } from './reader.ts'

/** "A Sitemap file … must have no more than 50,000 URLs" (sitemaps.org). */
export const SITEMAP_ENTRIES = 50_000
/** Who wrote more has files of his own, so that any others fit into one beside each other. */
const MANY_POSTS = 10_000
/** A page with one post says no more than that post's own. */
const MIN_POSTS_OF_TAG = 2

/** Users beside each other in the order of their names, both ends included. */
export interface UserRange {
  from: string
  to: string
  /** Of the newest post in it. */
  lastTime: number
}

/** Where a user with many posts has some of them. */
export interface PostRange {
  username: string
  knownK: number
  lastTime: number
}

export interface SitemapUser {
  username: string
  lastTime: number
}

export interface SitemapPost {
  username: string
  k: number
  sortTime: number
}

export interface SitemapTag {
  tag: string
  lastTime: number
}

/** Whose posts are here, cut into files. */
export async function sitemapOfUsers(sql: Reader): Promise<UserRange[]> {
  return [
    ...(await sql<UserRange[]>`
      select min(username) as "from", max(username) as "to", max(last_time) as last_time
      from (
        select s.username, s.last_time, (row_number() over (order by s.username) - 1) / ${SITEMAP_ENTRIES}::bigint as file
        from user_state s where s.last_time is not null and ${isUserShown(sql, sql`s.username`)}
      ) numbered
      group by file order by file`),
  ]
}

/** Posts and replies of those who wrote not too many, cut into files of so many at most. */
export async function sitemapOfPosts(sql: Reader): Promise<UserRange[]> {
  return [
    ...(await sql<UserRange[]>`
      select min(username) as "from", max(username) as "to", max(last_time) as last_time
      from (
        select s.username, s.last_time, div(
          sum(${written(sql)}) over (order by s.username) - ${written(sql)}, ${SITEMAP_ENTRIES - MANY_POSTS}::bigint
        ) as file
        from user_state s where ${written(sql)} between 1 and ${MANY_POSTS}::bigint and ${isUserShown(sql, sql`s.username`)}
      ) numbered
      group by file order by file`),
  ]
}

/** Who wrote more than that. */
export async function sitemapOfProlific(sql: Reader): Promise<PostRange[]> {
  return [
    ...(await sql<PostRange[]>`
      select s.username, s.known_k, s.last_time from user_state s
      where ${written(sql)} > ${MANY_POSTS}::bigint and ${isUserShown(sql, sql`s.username`)}
      order by s.username limit ${SITEMAP_ENTRIES}::bigint`),
  ]
}

export async function sitemapUsers(sql: Reader, from: string, to: string): Promise<SitemapUser[]> {
  return [
    ...(await sql<SitemapUser[]>`
      select s.username, s.last_time from user_state s
      where s.username >= ${from} and s.username <= ${to} and s.last_time is not null
        and ${isUserShown(sql, sql`s.username`)}
      order by s.username limit ${SITEMAP_ENTRIES}::bigint`),
  ]
}

/** The posts of a range of users, without those of whom who has files of his own. */
export async function sitemapPosts(sql: Reader, from: string, to: string): Promise<SitemapPost[]> {
  return [
    ...(await sql<SitemapPost[]>`
      select p.username, p.k, p.sort_time
      from user_state s join userpost p on p.username = s.username
      where s.username >= ${from} and s.username <= ${to} and ${written(sql)} <= ${MANY_POSTS}::bigint
        and ${isListed(sql)}
      order by p.username, p.k limit ${SITEMAP_ENTRIES}::bigint`),
  ]
}

/** The posts of one user whose numbers begin at `k`, as far as one file goes. */
export async function sitemapPostsOf(sql: Reader, username: string, k: number): Promise<SitemapPost[]> {
  return [
    ...(await sql<SitemapPost[]>`
      select p.username, p.k, p.sort_time from userpost p
      where p.username = ${username} and p.k >= ${k}::bigint and p.k < ${k + SITEMAP_ENTRIES}::bigint and ${isListed(sql)}
      order by p.k`),
  ]
}

/** The tags that were used most. */
export async function sitemapHashtags(sql: Reader): Promise<SitemapTag[]> {
  return [
    ...(await sql<SitemapTag[]>`
      select s.tag, s.last_time from hashtag_state s
      where s.post_count >= ${MIN_POSTS_OF_TAG}::int and ${isTagShown(sql, sql`s.tag`)}
      order by s.post_count desc, s.tag limit ${SITEMAP_ENTRIES}::bigint`),
  ]
}

function written(sql: Reader): Fragment {
  return sql`(s.plain_count + s.reply_count)::bigint`
}

/** What has words of its own; retwists and favourites show those of others. */
function isListed(sql: Reader): Fragment {
  return sql`p.kind in ('post', 'reply') and ${isUserShown(sql, sql`p.username`)}
    and ${isOwnPostShown(sql, sql`p.username`, sql`p.k`)}`
}
