import type { CursorPart, PageRequest } from '../db/page.ts'
import { activePeople } from '../db/queries/active-people.ts'
import { blockByHeight, newestBlocks } from '../db/queries/blocks.ts'
import { completenessOf } from '../db/queries/completeness.ts'
import { followsOfNode } from '../db/queries/follows.ts'
import { hashtagSummary, hashtagsSince } from '../db/queries/hashtags.ts'
import { mentionsOfUser } from '../db/queries/mentions-of-user.ts'
import { newestPosts } from '../db/queries/newest-posts.ts'
import {
  followersOf,
  followingOf,
  namesByPrefix,
  namesNewest,
  usersByActivity,
  usersByFollowers,
} from '../db/queries/people.ts'
import { peopleToFollow } from '../db/queries/people-to-follow.ts'
import { postByNumber } from '../db/queries/post.ts'
import { postPresence } from '../db/queries/post-presence.ts'
import { favouritesOf, repliesTo, retwistsOf } from '../db/queries/posts-about-post.ts'
import { postsByHashtag } from '../db/queries/posts-by-hashtag.ts'
import { encryptedRanges, postsOfUser } from '../db/queries/posts-of-user.ts'
import { promotedMessages } from '../db/queries/promoted.ts'
import type { Reader } from '../db/queries/reader.ts'
import { siteStatus } from '../db/queries/status.ts'
import { threadOf } from '../db/queries/thread.ts'
import { missingInThread } from '../db/queries/thread-completeness.ts'
import { type TopWindow, topPosts } from '../db/queries/top-posts.ts'
import { twistTarget } from '../db/queries/twist-target.ts'
import { userByName } from '../db/queries/user.ts'
import { LONG_THREAD } from './long-thread.ts'
import { at, type Subjects } from './query-subjects.ts'

/** One query of a page; `at` says which of the subjects. */
export type QueryCase = (sql: Reader, subjects: Subjects, at: number) => Promise<unknown>

const FIRST: PageRequest = { limit: 20 }
const DAY_S = 86_400
const MONTH_S = 30 * DAY_S
const MAX_USERS = 50

/** A page in the middle of a list, forwards. */
function deep(...key: CursorPart[]): PageRequest {
  return { limit: 20, cursor: { list: 'deep', direction: 'next', key } }
}

function dayOf(time: number): number {
  return Math.floor(time / DAY_S)
}

function daysBefore(endTime: number, back: number, count: number): TopWindow {
  const last = dayOf(endTime) - back
  return { kind: 'days', first: last - count + 1, last }
}

/** Every query behind a page or an address of the API, with the bounds their callers give. */
export const QUERY_CASES: Readonly<Record<string, QueryCase>> = {
  newest_posts: (sql) => newestPosts(sql, [], FIRST),
  newest_posts_deep: (sql, { middleTime }, i) => newestPosts(sql, [], deep(middleTime - i * 1000, 'm', 1)),
  newest_posts_of_some: (sql, { users }, i) => newestPosts(sql, [at(users, i), at(users, i + 1)], FIRST),
  newest_posts_of_many: (sql, { users }, i) =>
    newestPosts(sql, [...new Set(users.slice(i % 50, (i % 50) + MAX_USERS))], FIRST),
  posts_of_user: (sql, { users }, i) => postsOfUser(sql, at(users, i), undefined, FIRST),
  posts_of_user_deep: (sql, { posts }, i) =>
    postsOfUser(sql, at(posts, i).username, undefined, deep(Math.floor(at(posts, i).k / 2))),
  replies_of_user: (sql, { users }, i) => postsOfUser(sql, at(users, i), 'reply', FIRST),
  favourites_of_user: (sql, { users }, i) => postsOfUser(sql, at(users, i), 'favourite', FIRST),
  custom_posts_of_user: (sql, { users }, i) => postsOfUser(sql, at(users, i), 'custom', FIRST),
  encrypted_numbers: (sql, { posts }, i) =>
    encryptedRanges(sql, at(posts, i).username, Math.max(0, at(posts, i).k - 100), at(posts, i).k),
  mentions: (sql, { mentioned }, i) => mentionsOfUser(sql, at(mentioned, i), FIRST),
  mentions_deep: (sql, { mentioned, middleTime }, i) => mentionsOfUser(sql, at(mentioned, i), deep(middleTime, 'm', 1)),
  hashtag: (sql, { tags }, i) => postsByHashtag(sql, at(tags, i), FIRST),
  hashtag_deep: (sql, { tags, middleTime }, i) => postsByHashtag(sql, at(tags, i), deep(middleTime, 'm', 1)),
  hashtag_summary: (sql, { tags }, i) => hashtagSummary(sql, at(tags, i)),
  hashtags_of_month: (sql, { endTime }) => hashtagsSince(sql, endTime - MONTH_S, FIRST),
  post: (sql, { posts }, i) => postByNumber(sql, at(posts, i).username, at(posts, i).k),
  post_presence: (sql, { posts }, i) => postPresence(sql, at(posts, i).username, at(posts, i).k + 1),
  replies: (sql, { posts }, i) => repliesTo(sql, at(posts, i).username, at(posts, i).k, FIRST),
  retwists: (sql, { posts }, i) => retwistsOf(sql, at(posts, i).username, at(posts, i).k, FIRST),
  favourites: (sql, { posts }, i) => favouritesOf(sql, at(posts, i).username, at(posts, i).k, FIRST),
  thread: (sql, { posts }, i) => threadOf(sql, at(posts, i).username, at(posts, i).k),
  thread_of_1000: (sql) => threadOf(sql, LONG_THREAD.username, LONG_THREAD.k),
  thread_completeness: async (sql, { posts }, i) =>
    missingInThread(sql, await threadOf(sql, at(posts, i).username, at(posts, i).k)),
  user_completeness: (sql, { users }, i) => completenessOf(sql, at(users, i), undefined),
  user: (sql, { users }, i) => userByName(sql, at(users, i)),
  following: (sql, { users }, i) => followingOf(sql, at(users, i), FIRST),
  followers: (sql, { users }, i) => followersOf(sql, at(users, i), FIRST),
  followers_deep: (sql, { users }, i) => followersOf(sql, at(users, i), deep(at(users, i + 1))),
  names_newest: (sql) => namesNewest(sql, FIRST),
  names_newest_deep: (sql, { heights }, i) => namesNewest(sql, deep(at(heights, i), 1)),
  names_by_prefix: (sql, { prefixes }, i) => namesByPrefix(sql, at(prefixes, i), FIRST),
  names_by_prefix_deep: (sql, { prefixes, users }, i) =>
    namesByPrefix(sql, at(prefixes, i).slice(0, 1), deep(at(users, i))),
  users_by_activity: (sql) => usersByActivity(sql, FIRST),
  users_by_activity_deep: (sql, { middleTime }, i) => usersByActivity(sql, deep(middleTime + i * 1000, 'm')),
  users_by_followers: (sql) => usersByFollowers(sql, FIRST),
  users_by_followers_deep: (sql, { users }, i) => usersByFollowers(sql, deep(20, at(users, i))),
  top_posts: (sql) => topPosts(sql, 'answers', { kind: 'all' }, FIRST),
  top_posts_deep: (sql, { users }, i) => topPosts(sql, 'answers', { kind: 'all' }, deep(2, at(users, i), 1)),
  top_posts_of_week: (sql, { endTime }, i) => topPosts(sql, 'answers', daysBefore(endTime, i, 7), FIRST),
  top_posts_of_month: (sql, { endTime }, i) => topPosts(sql, 'answers', daysBefore(endTime, i, 31), FIRST),
  most_replied_to: (sql) => topPosts(sql, 'replies', { kind: 'all' }, FIRST),
  most_replied_to_of_month: (sql, { endTime }, i) => topPosts(sql, 'replies', daysBefore(endTime, i, 31), FIRST),
  active_people: (sql, { endTime }, i) => activePeople(sql, dayOf(endTime) - i, 7, FIRST),
  people_to_follow: (sql, { users }, i) => peopleToFollow(sql, at(users, i)),
  blocks: (sql) => newestBlocks(sql, FIRST),
  block: (sql, { heights }, i) => blockByHeight(sql, at(heights, i)),
  promoted: (sql, { heights }, i) => promotedMessages(sql, deep(at(heights, i))),
  twist_link: (sql, { uids }, i) => twistTarget(sql, at(uids, i), 1),
  followed_users: (sql) => followsOfNode(sql, FIRST),
  status: (sql) => siteStatus(sql),
}
