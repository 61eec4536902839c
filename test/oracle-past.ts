import { expect } from 'vitest'
import type { PageRequest } from '../db/page.ts'
import { profileHistory } from '../db/queries/history.ts'
import type { Reader } from '../db/queries/reader.ts'
import { daysOfHashtag, daysOfNetwork, daysOfUser, yearsOfNetwork, yearsOfUser } from '../db/queries/statistics.ts'
import { postsLinkingTo, twistLinksOf } from '../db/queries/twist-links.ts'
import type { UserpostKind } from '../node/protocol/userpost.ts'
import type { Oracle } from './oracle.ts'
import { compareText, type OraclePost } from './oracle-posts.ts'
import { hashtagsIn, twistLinksIn } from './oracle-words.ts'

const DAY_SECONDS = 86_400
const WHOLE: PageRequest = { limit: 100 }

/** What was, day by day, and what leads from post to post. Lists are short here: one page holds them. */
export async function comparePast(sql: Reader, oracle: Oracle): Promise<void> {
  for (const [name, records] of oracle.chain.histories) {
    expect((await daysOfUser(sql, name, WHOLE)).items, `days of ${name}`).toEqual(writtenBy(oracle, name, dayOf, 'day'))
    expect(await yearsOfUser(sql, name), `years of ${name}`).toEqual(writtenBy(oracle, name, yearOf, 'year'))
    expect((await profileHistory(sql, name, WHOLE)).items, `profiles of ${name}`).toEqual(oracle.profileHistory(name))
    const uids = records.map((record) => record.uid)
    for (const k of [0, 3]) {
      const { items } = await postsLinkingTo(sql, name, k, WHOLE)
      const expected = oracle.shown.filter(({ text }) =>
        twistLinksIn(text).some((link) => uids.includes(link.uid) && link.k === k),
      )
      const sorted = expected.sort((a, b) => compareText(a.n, b.n) || a.k - b.k)
      expect(items, `links to ${name}/${k}`).toEqual(sorted.map((post) => oracle.postView(post)))
    }
  }
  for (const post of oracle.shown) {
    expect(await twistLinksOf(sql, post.n, post.k)).toEqual(linksOf(oracle, post))
  }
  for (const tag of oracle.tags()) {
    expect((await daysOfHashtag(sql, tag, WHOLE)).items, `days of #${tag}`).toEqual(usesOf(oracle, tag))
  }
  expect((await daysOfNetwork(sql, WHOLE)).items).toEqual(networkBy(oracle, dayOf, 'day'))
  expect(await yearsOfNetwork(sql)).toEqual(networkBy(oracle, yearOf, 'year'))
}

function writtenBy<Unit extends string>(oracle: Oracle, name: string, unitOf: (time: number) => number, unit: Unit) {
  if (oracle.isHidden(name)) return []
  const own = [...oracle.posts.values()].filter((post) => post.n === name && !oracle.isPostHidden(post))
  return newestFirst(own.map(({ sortTime }) => unitOf(sortTime))).map((at) => {
    const count = (kind: UserpostKind) =>
      own.filter((post) => unitOf(post.sortTime) === at && post.kind === kind).length
    return {
      [unit]: at,
      posts: count('post'),
      replies: count('reply'),
      retwists: count('retwist'),
      favourites: count('favourite'),
      custom: count('custom'),
      privateFavourites: count('private-favourite'),
      directMessages: count('direct'),
    }
  })
}

function usesOf(oracle: Oracle, tag: string) {
  const posts = oracle.shown.filter(({ text }) => hashtagsIn(text).includes(tag))
  return newestFirst(posts.map(({ sortTime }) => dayOf(sortTime))).map((day) => {
    const own = posts.filter(({ sortTime }) => dayOf(sortTime) === day)
    return { day, posts: own.length, people: new Set(own.map(({ n }) => n)).size }
  })
}

function networkBy<Unit extends string>(oracle: Oracle, unitOf: (time: number) => number, unit: Unit) {
  const registered = [...oracle.chain.histories.values()].flatMap(([first]) =>
    first === undefined ? [] : [first.time],
  )
  const firstUses = firstUsesOf(oracle)
  const units = newestFirst([...registered, ...oracle.shown.map(({ sortTime }) => sortTime)].map(unitOf))
  return units.map((at) => {
    const posts = oracle.shown.filter(({ sortTime }) => unitOf(sortTime) === at)
    const names = registered.filter((time) => unitOf(time) === at).length
    const hashtags = firstUses.filter((time) => unitOf(time) === at).length
    return { [unit]: at, posts: posts.length, authors: new Set(posts.map(({ n }) => n)).size, names, hashtags }
  })
}

/** When each hashtag was used first. */
function firstUsesOf(oracle: Oracle): number[] {
  const first = new Map<string, number>()
  for (const { text, sortTime } of oracle.shown) {
    for (const tag of hashtagsIn(text)) first.set(tag, Math.min(sortTime, first.get(tag) ?? sortTime))
  }
  return [...first.values()]
}

/** "uid = … of the user's latest registration" (§5.7). */
function linksOf(oracle: Oracle, { text }: OraclePost) {
  const nameOf = (uid: number) =>
    [...oracle.chain.histories].find(([name, records]) => records.at(-1)?.uid === uid && !oracle.isHidden(name))?.[0]
  const links = twistLinksIn(text).map(({ link, uid, k }) => ({ link, n: nameOf(uid), k }))
  return links.sort((a, b) => compareText(a.link, b.link))
}

function newestFirst(units: readonly number[]): number[] {
  return [...new Set(units)].sort((a, b) => b - a)
}

function dayOf(time: number): number {
  return Math.floor(time / DAY_SECONDS)
}

function yearOf(time: number): number {
  return new Date(time * 1000).getUTCFullYear()
}
