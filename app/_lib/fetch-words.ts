import type { UserFetchView } from '../../db/views.ts'
import { words } from '../_words/words.ts'
import { formatAgo } from './format.ts'
import { listedWords } from './listed.ts'

/** A fetch that has not got on for so long is not under way any more: its node was stopped. */
const STUCK_AFTER_S = 10 * 60

/** Whether a fetch is so old, or there has been none, that the network should be asked again. */
export function isFetchDue(fetch: UserFetchView | undefined, now: number): boolean {
  return fetch === undefined || now - fetch.since > STUCK_AFTER_S || fetch.state === 'refused'
}

/** What a reader of a page without posts is told of its fetch. `isAsked`: the network was asked for this user of late. */
export function fetchWords(fetch: UserFetchView | undefined, isAsked: boolean, now: number): string {
  if (fetch !== undefined && now - fetch.since <= STUCK_AFTER_S) return wordsOf(fetch, now)
  return words(isAsked ? 'fetch.asked' : 'fetch.wait')
}

function wordsOf(fetch: UserFetchView, now: number): string {
  switch (fetch.state) {
    case 'waiting':
      return words('fetch.waiting')
    case 'running':
      return words('fetch.running', { found: foundWords(fetch) })
    case 'done':
      return words('fetch.done', { ago: formatAgo(fetch.since, now), found: foundWords(fetch) })
    case 'refused':
      return words(fetch.code === 'dht-is-paused' ? 'fetch.paused' : 'fetch.refused')
  }
}

function foundWords({ profile, avatar, following, posts }: UserFetchView): string {
  const parts = [
    ...(profile ? [words('fetch.profile')] : []),
    ...(avatar ? [words('fetch.avatar')] : []),
    ...(following > 0 ? [words('fetch.following', { count: following })] : []),
    ...(posts > 0 ? [words('fetch.posts', { count: posts })] : []),
  ]
  return parts.length === 0 ? words('fetch.nothing') : listedWords(parts, 'conjunction')
}
