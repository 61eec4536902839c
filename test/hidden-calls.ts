import { activePeople } from '../db/queries/active-people.ts'
import { archivedUserposts, archivedValues, registrationPlaces } from '../db/queries/archive.ts'
import { authorPlace } from '../db/queries/author-place.ts'
import { avatarBytes } from '../db/queries/avatar.ts'
import { bestChain, blockByHash, blockByHeight, newestBlocks, tip } from '../db/queries/blocks.ts'
import { completenessOf } from '../db/queries/completeness.ts'
import { derivationReport } from '../db/queries/derivation.ts'
import { dhtValuesBy, followerCount, singleDhtValue } from '../db/queries/dht-values.ts'
import { followCount, followsAmong, followsOfNode, followsSummary } from '../db/queries/follows.ts'
import { hashtagSeries, peopleOfHashtag, relatedHashtags, topPostsOfHashtag } from '../db/queries/hashtag-past.ts'
import { hashtagSummary, hashtagsSince } from '../db/queries/hashtags.ts'
import { followerHistory, followingHistory, profileHistory } from '../db/queries/history.ts'
import { mentionsOfUser } from '../db/queries/mentions-of-user.ts'
import { nameOfUid, nameRecord } from '../db/queries/name.ts'
import { newestOriginals, newestPosts } from '../db/queries/newest-posts.ts'
import { oftenAnswered } from '../db/queries/often-answered.ts'
import { ownThread } from '../db/queries/own-thread.ts'
import {
  followersOf,
  followingOf,
  namesByPrefix,
  namesNewest,
  usersByActivity,
  usersByFollowers,
  usersByPrefix,
} from '../db/queries/people.ts'
import { peopleToFollow } from '../db/queries/people-to-follow.ts'
import { peopleTotals } from '../db/queries/people-totals.ts'
import { mentionPieces, newestPieces, pieceOfUser, piecesOfResource } from '../db/queries/pieces.ts'
import { postByNumber, rawPost } from '../db/queries/post.ts'
import { postPresence } from '../db/queries/post-presence.ts'
import { favouritesOf, repliesTo, retwistsOf } from '../db/queries/posts-about-post.ts'
import { postsByHashtag } from '../db/queries/posts-by-hashtag.ts'
import { postsByIds, standingsOfPosts } from '../db/queries/posts-by-id.ts'
import { encryptedRanges, postsOfUser, withheldRanges } from '../db/queries/posts-of-user.ts'
import { promotedAt, promotedMessages } from '../db/queries/promoted.ts'
import { promotedRuns } from '../db/queries/promoted-runs.ts'
import { rawBlock } from '../db/queries/raw-block.ts'
import type { Reader, ReadTransaction } from '../db/queries/reader.ts'
import { reconciliationSummary } from '../db/queries/reconciliation.ts'
import { registrationBlock } from '../db/queries/registration-block.ts'
import { keysOfUser, registrationAt, registrationsOf } from '../db/queries/registrations.ts'
import { searchHashtags } from '../db/queries/search-hashtags.ts'
import { searchPeople } from '../db/queries/search-people.ts'
import { searchBest, searchNewest } from '../db/queries/search-posts.ts'
import { parseSearchQuery } from '../db/queries/search-query.ts'
import {
  sitemapHashtags,
  sitemapOfPosts,
  sitemapOfProlific,
  sitemapOfUsers,
  sitemapPosts,
  sitemapPostsOf,
  sitemapUsers,
} from '../db/queries/sitemap.ts'
import {
  authorCounts,
  daysOfHashtag,
  daysOfNetwork,
  daysOfUser,
  yearsOfNetwork,
  yearsOfUser,
} from '../db/queries/statistics.ts'
import { nodeReports, siteStatus } from '../db/queries/status.ts'
import { streamRows } from '../db/queries/stream.ts'
import { streamEvents } from '../db/queries/stream-events.ts'
import { followedNames, holdersOfPost, swarmNumbers } from '../db/queries/swarm-numbers.ts'
import {
  favouriteMatches,
  hashtagMatches,
  messageMatches,
  nameMatches,
  profileMatches,
  type TextMatch,
} from '../db/queries/text-matches.ts'
import { threadOf } from '../db/queries/thread.ts'
import { missingInThread } from '../db/queries/thread-completeness.ts'
import { hiddenReplies } from '../db/queries/thread-hidden.ts'
import { hashtagTombstone, postTombstone, standingOfUser, userTombstone } from '../db/queries/tombstone.ts'
import { topPosts } from '../db/queries/top-posts.ts'
import { blockedSubjects, blockTotals } from '../db/queries/transparency.ts'
import { trendPasts } from '../db/queries/trend-pasts.ts'
import { trends } from '../db/queries/trends.ts'
import { postsLinkingTo, twistLinksOf } from '../db/queries/twist-links.ts'
import { twistTarget } from '../db/queries/twist-target.ts'
import { userByName } from '../db/queries/user.ts'
import { userFetchOf } from '../db/queries/user-fetch.ts'
import { valuesOfUser } from '../db/queries/user-values.ts'
import { worthFollowing } from '../db/queries/worth-following.ts'
import { targetHash } from '../node/protocol/dht-target.ts'
import { hash160, parseHash, sha256 } from '../node/protocol/hash.ts'
import { publicKeyOf } from '../node/protocol/signature.ts'
import { SCENE_NOW, SCENE_PEOPLE, SCENE_PICTURE, SCENE_TAGS } from './hidden-scene.ts'
import { keyOf } from './tiny-chain.ts'

type Call = (sql: Reader) => Promise<unknown>

const all = { limit: 100 }
/** A post is filed no later than its block: all of the scene at this moment. */
const FILED_AT = 1_296_696_402
const DAY = Math.floor(FILED_AT / 86_400)
const NUMBERS = Array.from({ length: 10 }, (_, k) => k)
const POSTS = SCENE_PEOPLE.flatMap((n) => NUMBERS.map((k) => ({ n, k })))

function ofEachUser(query: (sql: Reader, username: string) => Promise<unknown>): Call {
  return (sql) => Promise.all(SCENE_PEOPLE.map((username) => query(sql, username)))
}

function inArchives(query: (sql: Reader, tx: ReadTransaction, username: string) => AsyncIterable<unknown[]>): Call {
  return ofEachUser((sql, username) =>
    sql.begin(async (tx) => {
      const rows: unknown[] = []
      for await (const some of query(sql, tx, username)) rows.push(...some)
      return rows
    }),
  )
}

function ofEachPost(query: (sql: Reader, username: string, k: number) => Promise<unknown>): Call {
  return (sql) => Promise.all([...POSTS, { n: '!nobody', k: 2 }].map(({ n, k }) => query(sql, n, k)))
}

function ofEachTag(query: (sql: Reader, tag: string) => Promise<unknown>): Call {
  return (sql) => Promise.all(SCENE_TAGS.map((tag) => query(sql, tag)))
}

function ofEachText(query: (sql: Reader, match: TextMatch) => Promise<unknown>): Call {
  return (sql) =>
    Promise.all(['o', 'i'].map((text) => query(sql, { mode: 'all', keywords: [text], isCaseSensitive: false })))
}

/** All posts; those of one; those with a word; those with words that are like one that nobody wrote. */
const SEARCHES = ['', 'from:mallory', 'malloryspost OR erinspost', 'malloryspost', 'openposd', 'wordbodi -openpost']

/** Every query that could show something, asked for everything: by file of db/queries and name. */
export const CALLS: Readonly<Record<string, Readonly<Record<string, Call>>>> = {
  'active-people.ts': { activePeople: (sql) => activePeople(sql, DAY, 7, all) },
  'archive.ts': {
    registrationPlaces: inArchives((sql, tx, username) => registrationPlaces(sql, tx, { username, isPublic: true })),
    archivedUserposts: inArchives((sql, tx, username) => archivedUserposts(sql, tx, { username, isPublic: true })),
    archivedValues: inArchives((sql, tx, username) => archivedValues(sql, tx, { username, isPublic: true })),
  },
  'author-place.ts': { authorPlace: ofEachPost(authorPlace) },
  'avatar.ts': {
    avatarBytes: ofEachUser((sql, n) => avatarBytes(sql, n, Buffer.from(sha256(SCENE_PICTURE)).toString('hex'))),
  },
  'blocks.ts': {
    tip,
    bestChain,
    newestBlocks: (sql) => newestBlocks(sql, all),
    blockByHeight: (sql) => Promise.all([1, 2].map((height) => blockByHeight(sql, height))),
    blockByHash: async (sql) => blockByHash(sql, (await tip(sql))?.hash ?? ''),
  },
  'completeness.ts': { completenessOf: ofEachUser((sql, n) => completenessOf(sql, n, undefined)) },
  'dht-values.ts': {
    singleDhtValue: ofEachUser((sql, username) => {
      const keyId = hash160(publicKeyOf(keyOf(username)))
      return Promise.all(['profile', 'avatar', 'following1'].map((r) => singleDhtValue(sql, { username, r, keyId })))
    }),
    dhtValuesBy: ofEachUser((sql, n) => dhtValuesBy(sql, targetHash({ n, r: 'profile', t: 's' }), SCENE_PEOPLE)),
    followerCount: ofEachUser(followerCount),
  },
  'follows.ts': {
    followsOfNode: (sql) => followsOfNode(sql, all),
    followsAmong: (sql) => followsAmong(sql, SCENE_PEOPLE),
    followCount,
    followsSummary,
  },
  'hashtags.ts': {
    hashtagsSince: (sql) => hashtagsSince(sql, 0, all),
    hashtagSummary: async (sql) =>
      // A tag that is asked for is told back: whether there are posts is the question.
      Promise.all(
        SCENE_TAGS.map(async (tag) => {
          const { postCount } = await hashtagSummary(sql, tag)
          return postCount === 0 ? undefined : tag
        }),
      ),
  },
  'hashtag-past.ts': {
    hashtagSeries: ofEachTag((sql, tag) => hashtagSeries(sql, tag, FILED_AT)),
    relatedHashtags: ofEachTag((sql, tag) => relatedHashtags(sql, tag, 10)),
    peopleOfHashtag: ofEachTag((sql, tag) => peopleOfHashtag(sql, tag, all)),
    topPostsOfHashtag: ofEachTag((sql, tag) => topPostsOfHashtag(sql, tag, 10)),
  },
  'history.ts': {
    profileHistory: ofEachUser((sql, n) => profileHistory(sql, n, all)),
    followingHistory: ofEachUser((sql, n) => followingHistory(sql, n, all)),
    followerHistory: ofEachUser((sql, n) => followerHistory(sql, n, all)),
  },
  'mentions-of-user.ts': { mentionsOfUser: ofEachUser((sql, n) => mentionsOfUser(sql, n, all)) },
  'name.ts': {
    nameRecord: ofEachUser(nameRecord),
    nameOfUid: (sql) => Promise.all(NUMBERS.map((uid) => nameOfUid(sql, uid))),
  },
  'newest-posts.ts': {
    newestPosts: (sql) => Promise.all([newestPosts(sql, [], all), newestPosts(sql, SCENE_PEOPLE, all)]),
    newestOriginals: (sql) => Promise.all([newestOriginals(sql, [], all), newestOriginals(sql, SCENE_PEOPLE, all)]),
  },
  'often-answered.ts': { oftenAnswered: ofEachUser(oftenAnswered) },
  'own-thread.ts': { ownThread: ofEachPost(ownThread) },
  'people.ts': {
    namesNewest: (sql) => namesNewest(sql, all),
    namesByPrefix: (sql) => namesByPrefix(sql, '', all),
    usersByActivity: (sql) => usersByActivity(sql, all),
    usersByFollowers: (sql) => usersByFollowers(sql, all),
    usersByPrefix: (sql) => usersByPrefix(sql, '', all),
    followingOf: ofEachUser((sql, n) => followingOf(sql, n, all)),
    followersOf: ofEachUser((sql, n) => followersOf(sql, n, all)),
  },
  'people-totals.ts': { peopleTotals: (sql) => peopleTotals(sql, 0) },
  'people-to-follow.ts': { peopleToFollow: ofEachUser(peopleToFollow) },
  'pieces.ts': {
    newestPieces: (sql) => {
      const asked = SCENE_PEOPLE.map((username) => ({ username, maxId: 99, sinceId: -1 }))
      return newestPieces(sql, asked, ['post', 'reply', 'retwist', 'favourite', 'custom'], 100)
    },
    mentionPieces: ofEachUser((sql, username) => mentionPieces(sql, { username, maxId: 99, sinceId: -1 }, 100)),
    pieceOfUser: async (sql) => [
      await ofEachPost((_, username, k) => pieceOfUser(sql, username, { k }))(sql),
      await ofEachUser((_, username) => pieceOfUser(sql, username, { kinds: ['post', 'reply', 'retwist'] }))(sql),
    ],
    piecesOfResource: async (sql) => [
      await ofEachTag((_, word) => piecesOfResource(sql, { kind: 'hashtag', word }, 100))(sql),
      await ofEachUser((_, word) => piecesOfResource(sql, { kind: 'mention', word }, 100))(sql),
      await ofEachPost((_, username, k) => piecesOfResource(sql, { kind: 'replies', username, k }, 100))(sql),
      await ofEachPost((_, username, k) => piecesOfResource(sql, { kind: 'rts', username, k }, 100))(sql),
    ],
  },
  'post.ts': {
    postByNumber: ofEachPost(postByNumber),
    rawPost: ofEachPost((sql, n, k) => rawPost(sql, n, k, undefined)),
  },
  'post-presence.ts': { postPresence: ofEachPost(postPresence) },
  'posts-about-post.ts': {
    repliesTo: ofEachPost((sql, n, k) => repliesTo(sql, n, k, all)),
    retwistsOf: ofEachPost((sql, n, k) => retwistsOf(sql, n, k, all)),
    favouritesOf: ofEachPost((sql, n, k) => favouritesOf(sql, n, k, all)),
  },
  'posts-by-id.ts': {
    postsByIds: (sql) => postsByIds(sql, [...POSTS, { n: '!nobody', k: 2 }]),
    standingsOfPosts: (sql) => standingsOfPosts(sql, [...POSTS, { n: '!nobody', k: 2 }]),
  },
  'posts-by-hashtag.ts': { postsByHashtag: ofEachTag((sql, tag) => postsByHashtag(sql, tag, all)) },
  'posts-of-user.ts': {
    postsOfUser: ofEachUser((sql, n) => postsOfUser(sql, n, undefined, all)),
    encryptedRanges: ofEachUser((sql, n) => encryptedRanges(sql, n, 0, 99)),
    withheldRanges: ofEachUser((sql, n) => withheldRanges(sql, n, 0, 99)),
  },
  'promoted.ts': {
    promotedMessages: (sql) => promotedMessages(sql, all),
    promotedAt: (sql) => Promise.all([1, 2].map((height) => promotedAt(sql, height))),
  },
  'promoted-runs.ts': { promotedRuns: (sql) => promotedRuns(sql, { maxHeight: 9, sinceHeight: -1, count: 100 }) },
  // The bytes of a block hold its message: whoever shows them looks at isMessageShown.
  'raw-block.ts': {
    rawBlock: async (sql) => {
      const hash = parseHash((await tip(sql))?.hash ?? '')
      const found = hash && (await rawBlock(sql, hash))
      return found?.isMessageShown ? found : undefined
    },
  },
  'registration-block.ts': {
    registrationBlock: ofEachUser(async (sql, n) => (await registrationBlock(sql, n))?.txIndex),
  },
  'derivation.ts': { derivationReport },
  'reconciliation.ts': { reconciliationSummary },
  'registrations.ts': {
    registrationsOf: ofEachUser(registrationsOf),
    keysOfUser: ofEachUser((sql, n) => keysOfUser(sql, n, all)),
    registrationAt: ofEachUser((sql, n) => registrationAt(sql, n, 5)),
  },
  'search-hashtags.ts': {
    searchHashtags: (sql) =>
      Promise.all(['tag', 'o', '#mallorystaq'].map((text) => searchHashtags(sql, parseSearchQuery(text), all))),
  },
  'search-people.ts': {
    searchPeople: (sql) =>
      Promise.all(['m', 'mallorysname', 'bio', 'erin'].map((text) => searchPeople(sql, parseSearchQuery(text), all))),
  },
  'search-posts.ts': {
    searchNewest: (sql) => Promise.all(SEARCHES.map((text) => searchNewest(sql, parseSearchQuery(text), all))),
    searchBest: (sql) => Promise.all(SEARCHES.map((text) => searchBest(sql, parseSearchQuery(text), all))),
  },
  'sitemap.ts': {
    sitemapOfUsers,
    sitemapOfPosts,
    sitemapOfProlific,
    sitemapUsers: (sql) => sitemapUsers(sql, 'a', 'zzz'),
    sitemapPosts: (sql) => sitemapPosts(sql, 'a', 'zzz'),
    sitemapPostsOf: ofEachUser((sql, n) => sitemapPostsOf(sql, n, 0)),
    sitemapHashtags,
  },
  'statistics.ts': {
    daysOfUser: ofEachUser((sql, n) => daysOfUser(sql, n, all)),
    daysOfHashtag: ofEachTag((sql, tag) => daysOfHashtag(sql, tag, all)),
    authorCounts: (sql) => authorCounts(sql, SCENE_NOW),
    daysOfNetwork: (sql) => daysOfNetwork(sql, all),
    yearsOfNetwork,
    yearsOfUser: ofEachUser(yearsOfUser),
  },
  'status.ts': { siteStatus, nodeReports },
  'stream-events.ts': {
    streamEvents: async (sql) =>
      streamEvents(sql, await streamRows(sql, { after: 0, upTo: 1e9, limit: 1e9 }, { users: [], kinds: [] })),
  },
  'swarm-numbers.ts': {
    swarmNumbers: (sql) => swarmNumbers(sql, SCENE_PEOPLE),
    followedNames: ofEachUser(followedNames),
    holdersOfPost: ofEachPost(holdersOfPost),
  },
  'text-matches.ts': {
    messageMatches: ofEachText((sql, match) => messageMatches(sql, match, 100)),
    favouriteMatches: ofEachText((sql, match) =>
      ofEachUser((_, username) => favouriteMatches(sql, { ...match, username }, 100))(sql),
    ),
    profileMatches: ofEachText((sql, match) => profileMatches(sql, match, 100)),
    nameMatches: (sql) => nameMatches(sql, 'm', 100),
    hashtagMatches: (sql) => hashtagMatches(sql, 'tag', 100),
  },
  'thread.ts': { threadOf: ofEachPost(threadOf) },
  'thread-completeness.ts': {
    missingInThread: ofEachPost(async (sql, n, k) => missingInThread(sql, await threadOf(sql, n, k))),
  },
  'thread-hidden.ts': {
    hiddenReplies: ofEachPost(async (sql, n, k) => hiddenReplies(sql, await threadOf(sql, n, k), { n, k })),
  },
  'tombstone.ts': {
    userTombstone: ofEachUser(userTombstone),
    postTombstone: ofEachPost(postTombstone),
    hashtagTombstone: ofEachTag(hashtagTombstone),
    standingOfUser: ofEachUser(standingOfUser),
  },
  'top-posts.ts': {
    topPosts: (sql) =>
      Promise.all([
        topPosts(sql, 'answers', { kind: 'all' }, all),
        topPosts(sql, 'replies', { kind: 'days', first: DAY - 30, last: DAY }, all),
      ]),
  },
  'transparency.ts': { blockedSubjects: (sql) => blockedSubjects(sql, all), blockTotals },
  'trend-pasts.ts': {
    // A tag that is asked for is told back: what was done with it is the question.
    trendPasts: async (sql) =>
      (await trendPasts(sql, SCENE_TAGS, FILED_AT)).map(({ tag, people, leaders }) => ({
        tag: leaders.length > 0 || people.some((count) => count > 0) ? tag : undefined,
        leaders,
      })),
  },
  'trends.ts': {
    trends: (sql) =>
      Promise.all([
        trends(sql, { at: FILED_AT, by: 'people', limit: 50 }),
        trends(sql, { at: FILED_AT, by: 'twister', limit: 50 }),
      ]),
  },
  'twist-links.ts': {
    twistLinksOf: ofEachPost(twistLinksOf),
    postsLinkingTo: ofEachPost((sql, n, k) => postsLinkingTo(sql, n, k, all)),
  },
  'twist-target.ts': {
    twistTarget: (sql) => Promise.all(NUMBERS.flatMap((uid) => NUMBERS.map((k) => twistTarget(sql, uid, k)))),
  },
  'worth-following.ts': { worthFollowing },
  'user.ts': { userByName: ofEachUser(userByName) },
  'user-fetch.ts': { userFetchOf: ofEachUser(userFetchOf) },
  'user-values.ts': { valuesOfUser: ofEachUser((sql, n) => valuesOfUser(sql, n, all)) },
}
