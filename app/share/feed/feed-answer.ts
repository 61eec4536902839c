import type { Cursor } from '../../../db/page.ts'
import { cursorText } from '../../../db/queries/cursor.ts'
import type { Reader } from '../../../db/queries/reader.ts'
import { calmText } from '../../_lib/names.ts'
import { type TombstoneSubject, tombstoneOf } from '../../_lib/tombstone-subject.ts'
import { currentRendering } from '../../_words/rendering.ts'
import { words } from '../../_words/words.ts'
import { FOR_OTHER_SITES, LIST_CACHE, type ShareAnswer, spokenTag, textAnswer } from '../share-answer.ts'
import { atomDocument } from './atom.ts'
import type { Feed, PlacedFeed } from './feed.ts'
import { type FeedAddress, type FeedFormat, feedAddress } from './feed-address.ts'
import { type FeedSubject, parseFeedSubject } from './feed-subject.ts'
import { jsonFeedDocument } from './json-feed.ts'
import { readFeed } from './read-feed.ts'
import { rssDocument } from './rss.ts'

const WRITERS: Readonly<Record<FeedFormat, { type: string; write: (feed: PlacedFeed) => string }>> = {
  atom: { type: 'application/atom+xml; charset=utf-8', write: atomDocument },
  rss: { type: 'application/rss+xml; charset=utf-8', write: rssDocument },
  'feed.json': { type: 'application/feed+json; charset=utf-8', write: jsonFeedDocument },
}

/** A feed that goes on in the language that its address names, if it names one: "/pt". */
export interface SpokenFeedAddress extends FeedAddress {
  prefix: string
}

/** A feed as it is being asked for: 404 where no list of posts is, 410 and 451 where it is hidden. */
export async function feedAnswer(
  sql: Reader,
  address: SpokenFeedAddress,
  query: URLSearchParams,
): Promise<ShareAnswer> {
  const subject = parseFeedSubject(address.pagePath)
  if (subject === undefined) return textAnswer(404, words('feed.nothing'))
  const tombstone = await tombstoneOfFeed(sql, subject)
  if (tombstone !== undefined) {
    return textAnswer(tombstone.by === 'author' ? 410 : 451, words('feed.gone', { reason: tombstone.reason }))
  }
  const { origin } = currentRendering()
  const feed = await readFeed(sql, { subject, query, origin })
  if (feed === 'not-found') return textAnswer(404, words('feed.nothing'))
  if (feed === 'bad-address') return textAnswer(400, words('feed.badAddress'))
  const { type, write } = WRITERS[address.format]
  const placed = await placedFeed(sql, feed, address, query.get('cursor') ?? undefined)
  const headers = { 'content-type': type, 'cache-control': LIST_CACHE, ...FOR_OTHER_SITES }
  return { status: 200, headers, body: write(placed) }
}

async function tombstoneOfFeed(sql: Reader, subject: FeedSubject) {
  const hidden = hidableSubject(subject)
  return hidden && tombstoneOf(sql, hidden)
}

function hidableSubject(subject: FeedSubject): TombstoneSubject | undefined {
  switch (subject.kind) {
    case 'user':
      return { kind: 'user', username: subject.username }
    case 'thread':
      return { kind: 'post', username: subject.username, k: subject.k }
    case 'hashtag':
      return subject
    case 'front':
    case 'search':
      return undefined
  }
}

async function placedFeed(
  sql: Reader,
  feed: Feed,
  { format, prefix }: SpokenFeedAddress,
  cursor: string | undefined,
): Promise<PlacedFeed> {
  const at = (text?: string) => prefix + feedAddress(withCursor(feed.pagePath, text), format)
  const pathOf = async (to: Cursor | undefined) => to && at(await cursorText(sql, to))
  return {
    ...feed,
    title: calmText(feed.title),
    pagePath: prefix + (feed.pagePath === '/' && prefix !== '' ? '' : feed.pagePath),
    origin: currentRendering().origin,
    language: spokenTag(),
    about: words('feed.about'),
    selfPath: at(cursor),
    firstPath: at(),
    nextPath: await pathOf(feed.next),
    prevPath: await pathOf(feed.prev),
  }
}

function withCursor(pagePath: string, cursor: string | undefined): string {
  if (cursor === undefined || cursor === '') return pagePath
  return `${pagePath}${pagePath.includes('?') ? '&' : '?'}${new URLSearchParams({ cursor })}`
}
