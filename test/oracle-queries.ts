import { expect } from 'vitest'
import type { Page, PageRequest } from '../db/page.ts'
import { avatarBytes } from '../db/queries/avatar.ts'
import { bestChain, blockByHash, blockByHeight, newestBlocks, tip } from '../db/queries/blocks.ts'
import { hashtagSummary, hashtagsSince } from '../db/queries/hashtags.ts'
import { mentionsOfUser } from '../db/queries/mentions-of-user.ts'
import { newestOriginals, newestPosts } from '../db/queries/newest-posts.ts'
import {
  followersOf,
  followingOf,
  namesByPrefix,
  namesNewest,
  usersByActivity,
  usersByFollowers,
  usersByPrefix,
} from '../db/queries/people.ts'
import { postByNumber } from '../db/queries/post.ts'
import { favouritesOf, repliesTo, retwistsOf } from '../db/queries/posts-about-post.ts'
import { postsByHashtag } from '../db/queries/posts-by-hashtag.ts'
import { postsByIds, standingsOfPosts } from '../db/queries/posts-by-id.ts'
import { encryptedRanges, postsOfUser } from '../db/queries/posts-of-user.ts'
import { promotedMessages } from '../db/queries/promoted.ts'
import type { Reader } from '../db/queries/reader.ts'
import { keysOfUser } from '../db/queries/registrations.ts'
import { userByName } from '../db/queries/user.ts'
import type { PostView, ShownKind } from '../db/views.ts'
import { formatHash } from '../node/protocol/hash.ts'
import type { Oracle } from './oracle.ts'
import { PEOPLE } from './oracle-cast.ts'
import { comparePast } from './oracle-past.ts'
import { compareRankings } from './oracle-rankings.ts'
import { compareThread } from './oracle-thread.ts'

const KINDS: readonly (ShownKind | undefined)[] = [undefined, 'post', 'reply', 'retwist', 'favourite', 'custom']
/** Names that need not be registered. */
const NAMES = [...PEOPLE, 'nobody', 'stranger']

/** Asks the index everything that the oracle can answer, lists in pages of `limit`, there and back again. */
export async function compareEverything(sql: Reader, oracle: Oracle, limit: number): Promise<void> {
  await comparePeople(sql, oracle, limit)
  await comparePosts(sql, oracle, limit)
  await compareChain(sql, oracle, limit)
  await compareRankings(sql, oracle)
  await comparePast(sql, oracle)
}

async function comparePeople(sql: Reader, oracle: Oracle, limit: number): Promise<void> {
  const whole = lister(limit)
  await Promise.all([
    whole('names', (page) => namesByPrefix(sql, '', page), oracle.namesByPrefix('')),
    whole('names of a letter', (page) => namesByPrefix(sql, 'carol_', page), oracle.namesByPrefix('carol_')),
    whole('newest names', (page) => namesNewest(sql, page), oracle.namesNewest()),
    whole('active people', (page) => usersByActivity(sql, page), oracle.usersByActivity()),
    whole('people A-Z', (page) => usersByPrefix(sql, '', page), oracle.usersByPrefix('')),
    whole('people of a letter', (page) => usersByPrefix(sql, 'carol_', page), oracle.usersByPrefix('carol_')),
    whole('followed people', (page) => usersByFollowers(sql, page), oracle.usersByFollowers()),
  ])
  for (const name of namesIn(oracle)) {
    const user = oracle.userByName(name)
    expect(await userByName(sql, name), `user ${name}`).toEqual(user)
    await Promise.all([
      whole(`keys of ${name}`, (page) => keysOfUser(sql, name, page), user?.keys ?? []),
      ...(oracle.isHidden(name)
        ? []
        : [
            whole(`whom ${name} follows`, (page) => followingOf(sql, name, page), oracle.followingOf(name)),
            whole(`who follows ${name}`, (page) => followersOf(sql, name, page), oracle.followersOf(name)),
          ]),
      whole(`mentions of ${name}`, (page) => mentionsOfUser(sql, name, page), oracle.mentionsOfUser(name)),
    ])
    const avatar = oracle.people.get(name)?.avatar
    if (avatar === undefined || oracle.isHidden(name)) continue
    const { mime, bytes, contentHash } = avatar
    expect(await avatarBytes(sql, name, contentHash)).toEqual({ mime, bytes: Buffer.from(bytes) })
  }
}

async function comparePosts(sql: Reader, oracle: Oracle, limit: number): Promise<void> {
  const whole = lister(limit)
  const some = PEOPLE.slice(0, 2)
  await whole('the front', (page) => newestPosts(sql, [], page), oracle.newestPosts([]))
  await whole('the front of two', (page) => newestPosts(sql, some, page), oracle.newestPosts(some))
  const isOriginal = ({ kind }: PostView) => kind === 'post'
  await whole('originals', (page) => newestOriginals(sql, [], page), oracle.newestPosts([]).filter(isOriginal))
  await whole(
    'originals of two',
    (page) => newestOriginals(sql, some, page),
    oracle.newestPosts(some).filter(isOriginal),
  )
  for (const name of namesIn(oracle)) {
    await Promise.all(
      KINDS.map((kind) =>
        whole(
          `${name}: ${kind ?? 'everything'}`,
          (page) => postsOfUser(sql, name, kind, page),
          oracle.postsOfUser(name, kind),
        ),
      ),
    )
    if (oracle.isHidden(name)) continue
    const ranges = await encryptedRanges(sql, name, 0, 1000)
    const numbers = ranges.flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, i) => from + i))
    expect(numbers, `closed posts of ${name}`).toEqual(oracle.hiddenNumbers(name))
  }
  const asked = askedPosts(oracle)
  const known = asked.map(({ n, k }) => oracle.postByNumber(n, k))
  expect(await postsByIds(sql, asked)).toEqual(known.filter((post) => post !== undefined))
  const standings = await standingsOfPosts(sql, asked)
  expect(standings.map(({ kind }) => kind === 'here')).toEqual(known.map((post) => post !== undefined))
  for (const { n, k } of asked) await comparePost(sql, oracle, limit, n, k)
  for (const tag of oracle.tags()) {
    await whole(`#${tag}`, (page) => postsByHashtag(sql, tag, page), oracle.postsByHashtag(tag))
    expect(await hashtagSummary(sql, tag), `#${tag}`).toEqual(oracle.hashtagSummary(tag))
  }
  for (const since of [0, 1_296_692_000]) {
    await whole('hashtags', (page) => hashtagsSince(sql, since, page), oracle.hashtagsSince(since))
  }
}

function namesIn(oracle: Oracle): string[] {
  return [...new Set([...NAMES, ...oracle.chain.histories.keys()])]
}

/** Every post there is, every one that some post names, and one that nobody knows of. */
function askedPosts(oracle: Oracle): { n: string; k: number }[] {
  const named = [...oracle.posts.values()].flatMap(({ n, k, post: { userpost }, inner }) => [
    { n, k },
    ...(userpost.reply === undefined ? [] : [userpost.reply]),
    ...(inner === undefined ? [] : [{ n: inner.userpost.n as string, k: inner.userpost.k }]),
  ])
  return [...new Map([...named, { n: 'stranger', k: 7 }].map((one) => [`${one.n}/${one.k}`, one])).values()]
}

async function comparePost(sql: Reader, oracle: Oracle, limit: number, n: string, k: number): Promise<void> {
  const whole = lister(limit)
  const expected = oracle.postByNumber(n, k)
  const found = await postByNumber(sql, n, k)
  if (expected === undefined || found === undefined) expect(found, `${n}/${k}`).toEqual(expected)
  else {
    const { provenance, ...post } = found
    expect(post, `${n}/${k}`).toEqual(expected)
    expect(provenance.registration).toEqual(oracle.registrationAt(n, expected.height))
  }
  await Promise.all([
    whole(`replies to ${n}/${k}`, (page) => repliesTo(sql, n, k, page), oracle.repliesTo(n, k)),
    whole(`retwists of ${n}/${k}`, (page) => retwistsOf(sql, n, k, page), oracle.retwistsOf(n, k)),
    whole(`favourites of ${n}/${k}`, (page) => favouritesOf(sql, n, k, page), oracle.favouritesOf(n, k)),
    // A promoted message has a page of its own.
    n.startsWith('!') ? undefined : compareThread(sql, oracle, n, k),
  ])
}

async function compareChain(sql: Reader, oracle: Oracle, limit: number): Promise<void> {
  const whole = lister(limit)
  const { blocks, tip: top, all } = oracle.chain
  const { hash, height, time } = top.header
  expect(await tip(sql)).toEqual({ height, hash: formatHash(hash), time })
  const txCount = blocks.reduce((sum, block) => sum + oracle.block(block).txCount, 0)
  const nameCount = oracle.chain.histories.size
  expect(await bestChain(sql)).toMatchObject({ height, hash: formatHash(hash), time, txCount, nameCount })
  await whole('promoted', (page) => promotedMessages(sql, page), oracle.promotedMessages())
  const lines = blocks.map((block) => {
    const { height, hash, time, txCount, sizeBytes } = oracle.block(block)
    return { height, hash, time, txCount, sizeBytes }
  })
  await whole('blocks', (page) => newestBlocks(sql, page), lines.reverse())
  // Of a long chain every tenth block will do.
  const isAsked = (height: number): boolean => all.size < 40 || height % 10 === 0
  for (const block of all.values()) {
    if (!isAsked(block.header.height)) continue
    expect(await blockByHash(sql, formatHash(block.header.hash))).toEqual(oracle.block(block))
  }
  for (const block of blocks) {
    const { height } = block.header
    if (isAsked(height)) expect(await blockByHeight(sql, height)).toEqual(oracle.block(block))
  }
}

/** Compares a list of the index with that of the oracle: forwards page by page, and backwards from its end. */
function lister(limit: number) {
  return async <T>(
    what: string,
    ask: (request: PageRequest) => Promise<Page<T>>,
    expected: readonly T[],
  ): Promise<void> => {
    const forwards: T[] = []
    let page = await ask({ limit })
    forwards.push(...page.items)
    while (page.next !== undefined && forwards.length <= expected.length) {
      page = await ask({ limit, cursor: page.next })
      forwards.push(...page.items)
    }
    expect(forwards, what).toEqual(expected)
    const backwards = [...page.items]
    while (page.prev !== undefined && backwards.length < expected.length) {
      page = await ask({ limit, cursor: page.prev })
      backwards.unshift(...page.items)
    }
    expect(backwards, `${what}, backwards`).toEqual(expected)
  }
}
