import { parseUsername } from '../../../node/protocol/username.ts'
import { parsePostNumber, parseTag } from '../../_lib/params.ts'

const USER_LISTS = ['posts', 'replies', 'retwists', 'favourites', 'mentions'] as const

/** Lists of posts that a user's pages show. */
export type UserList = 'all' | (typeof USER_LISTS)[number]

/** What a feed is about. */
export type FeedSubject =
  | { kind: 'front' }
  | { kind: 'search' }
  | { kind: 'user'; username: string; list: UserList }
  | { kind: 'thread'; username: string; k: number }
  | { kind: 'hashtag'; tag: string }

/** By the address of a page that is a list of posts, as readers use it; nothing for any other page. */
export function parseFeedSubject(pagePath: string): FeedSubject | undefined {
  if (pagePath === '/') return { kind: 'front' }
  if (pagePath === '/search') return { kind: 'search' }
  const [first = '', second, ...rest] = segmentsOf(pagePath)
  if (rest.length > 0) return undefined
  if (first.startsWith('@')) return ofUser(first.slice(1), second)
  if (first !== 'hashtag' || second === undefined) return undefined
  const tag = parseTag(second)
  return tag === undefined ? undefined : { kind: 'hashtag', tag }
}

function ofUser(name: string, second: string | undefined): FeedSubject | undefined {
  const username = parseUsername(name.toLowerCase())
  if (username === undefined) return undefined
  if (second === undefined) return { kind: 'user', username, list: 'all' }
  const list = USER_LISTS.find((one) => one === second)
  if (list !== undefined) return { kind: 'user', username, list }
  const k = parsePostNumber(second)
  return k === undefined ? undefined : { kind: 'thread', username, k }
}

function segmentsOf(path: string): string[] {
  try {
    return path.split('/').filter(Boolean).map(decodeURIComponent)
  } catch {
    return []
  }
}
