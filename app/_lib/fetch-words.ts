import type { UserFetchView } from '../../db/views.ts'
import { formatNumber } from '../_words/numbers.ts'
import { formatDuration, plural } from './format.ts'

/** A fetch that has not got on for so long is not under way any more: its node was stopped. */
const STUCK_AFTER_S = 10 * 60

/** Whether a fetch is so old, or there has been none, that the network should be asked again. */
export function isFetchDue(fetch: UserFetchView | undefined, now: number): boolean {
  return fetch === undefined || now - fetch.since > STUCK_AFTER_S || fetch.state === 'refused'
}

/** What a reader of a page without posts is told of its fetch. `isAsked`: the network was asked for this user of late. */
export function fetchWords(fetch: UserFetchView | undefined, isAsked: boolean, now: number): string {
  if (fetch !== undefined && now - fetch.since <= STUCK_AFTER_S) return wordsOf(fetch, now)
  return isAsked
    ? 'We have asked the network for this user; look again in a moment.'
    : 'So many users are being asked for that this one has to wait; look again in a minute.'
}

function wordsOf(fetch: UserFetchView, now: number): string {
  switch (fetch.state) {
    case 'waiting':
      return 'The network will be asked for this user when others have had their turn; look again in a moment.'
    case 'running':
      return `We are asking the network for this user, and have so far ${foundWords(fetch)}; look again in a moment.`
    case 'done':
      return `The network was asked for this user ${formatDuration(now - fetch.since)} ago: we found ${foundWords(fetch)}.`
    case 'refused':
      return fetch.code === 'dht-is-paused'
        ? 'The node is not in step with the network yet, so that it cannot be asked for this user now.'
        : 'The network cannot be asked for this user right now.'
  }
}

function foundWords({ profile, avatar, following, posts }: UserFetchView): string {
  const parts = [
    ...(profile ? ['a profile'] : []),
    ...(avatar ? ['a picture'] : []),
    ...(following > 0 ? [`a list of ${formatNumber(following)} followed people`] : []),
    ...(posts > 0 ? [plural(posts, 'post')] : []),
  ]
  if (parts.length < 2) return parts[0] ?? 'nothing'
  return `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`
}
