import { expect } from 'vitest'
import type { PageRequest } from '../db/page.ts'
import { activePeople } from '../db/queries/active-people.ts'
import { peopleToFollow } from '../db/queries/people-to-follow.ts'
import type { Reader } from '../db/queries/reader.ts'
import { siteStatus } from '../db/queries/status.ts'
import { type TopScore, type TopWindow, topPosts } from '../db/queries/top-posts.ts'
import { twistTarget } from '../db/queries/twist-target.ts'
import type { ActivePersonView, PostView, SuggestedPersonView } from '../db/views.ts'
import type { Oracle } from './oracle.ts'
import { compareText, storable } from './oracle-posts.ts'

const DAY_SECONDS = 86_400
/** The day of regtest's first blocks. */
const FIRST_DAY = Math.floor(1_296_688_602 / DAY_SECONDS)
const PEOPLE_SUGGESTED = 20
const WHOLE: PageRequest = { limit: 100 }

/** What is ranked and counted. Lists are short here: one page holds them. */
export async function compareRankings(sql: Reader, oracle: Oracle): Promise<void> {
  const windows: TopWindow[] = [{ kind: 'all' }, { kind: 'days', first: FIRST_DAY - 1, last: FIRST_DAY }]
  for (const by of ['answers', 'replies'] as const) {
    for (const window of windows) {
      const { items } = await topPosts(sql, by, window, WHOLE)
      expect(items, `top by ${by}, ${window.kind}`).toEqual(topOf(oracle, by, window))
    }
  }
  for (const days of [1, 3]) {
    const { items } = await activePeople(sql, FIRST_DAY + 1, days, WHOLE)
    expect(items, `most active of ${days} days`).toEqual(activeOf(oracle, FIRST_DAY + 1, days))
  }
  for (const [name, records] of oracle.chain.histories) {
    if (!oracle.isHidden(name)) expect(await peopleToFollow(sql, name)).toEqual(suggestedTo(oracle, name))
    const uid = records.at(-1)?.uid ?? 0
    for (const k of [0, 3]) expect(await twistTarget(sql, uid, k)).toEqual(targetOf(oracle, name, k))
  }
  const { counts, newestPost } = await siteStatus(sql)
  const { names, posts, hashtags } = counts
  expect({ names, posts, hashtags, newestPost }).toEqual({
    names: oracle.chain.histories.size,
    posts: oracle.shown.length,
    hashtags: oracle.tags().length,
    newestPost: oracle.shown.at(-1)?.sortTime,
  })
}

function topOf(oracle: Oracle, by: TopScore, window: TopWindow): PostView[] {
  const scored = oracle.shown.flatMap((post) => {
    const day = Math.floor(post.sortTime / DAY_SECONDS)
    if (window.kind === 'days' && (day < window.first || day > window.last)) return []
    const view = oracle.postView(post)
    const { replies, retwists, favourites } = view.counts
    const score = by === 'replies' ? replies : replies + retwists + favourites
    return score > 0 ? [{ view, score }] : []
  })
  const sorted = scored.sort((a, b) => b.score - a.score || compareText(b.view.n, a.view.n) || b.view.k - a.view.k)
  return sorted.map(({ view }) => view)
}

function activeOf(oracle: Oracle, lastDay: number, days: number): ActivePersonView[] {
  const written = oracle.shown.filter(({ kind, sortTime }) => {
    const day = Math.floor(sortTime / DAY_SECONDS)
    return ['post', 'reply', 'retwist'].includes(kind) && day > lastDay - days && day <= lastDay
  })
  const names = [...new Set(written.map((post) => post.n))]
  const lines = names.map((n) => ({
    ...oracle.userLine(n),
    windowCount: written.filter((post) => post.n === n).length,
  }))
  return lines.sort((a, b) => b.windowCount - a.windowCount || compareText(b.n, a.n))
}

/** Whom those follow whom one follows, by how many of them. */
function suggestedTo(oracle: Oracle, name: string): SuggestedPersonView[] {
  const own = oracle.people.get(name)?.following ?? []
  const listed = oracle.followed(name).flatMap((other) => oracle.people.get(other)?.following ?? [])
  const registered = [...oracle.chain.histories.keys()] as string[]
  const wanted = registered.filter((n) => listed.includes(n) && n !== name && !own.includes(n) && !oracle.isHidden(n))
  const lines = wanted.map((n) => ({ ...oracle.userLine(n), listCount: listed.filter((one) => one === n).length }))
  return lines.sort((a, b) => b.listCount - a.listCount || compareText(a.n, b.n)).slice(0, PEOPLE_SUGGESTED)
}

function targetOf(oracle: Oracle, n: string, k: number) {
  const shown = oracle.postByNumber(n, k)
  return { n, k, url: shown?.url && storable(shown.url), mimetype: shown?.mimetype }
}
