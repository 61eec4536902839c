import type { Reader } from '../../db/queries/reader.ts'
import { hashtagTombstone, postTombstone, userTombstone } from '../../db/queries/tombstone.ts'
import type { TombstoneView } from '../../db/views.ts'
import { parseUsername } from '../../node/protocol/username.ts'
import { parsePostNumber, parseTag } from './params.ts'

/** What a page is about, if it is about one thing that may be hidden. */
export type TombstoneSubject =
  | { kind: 'user'; username: string }
  | { kind: 'post'; username: string; k: number }
  | { kind: 'hashtag'; tag: string }

/** By the inner path of a page (app/_server/routes.ts): /user/…, /post/…/…, /hashtag/…. */
export function parseSubject(segments: readonly string[]): TombstoneSubject | undefined {
  const [kind, first = '', second = ''] = segments
  const username = parseUsername(first)
  if (kind === 'user' && username !== undefined) return { kind, username }
  const k = parsePostNumber(second)
  if (kind === 'post' && username !== undefined && k !== undefined) return { kind, username, k }
  const tag = kind === 'hashtag' ? tagOf(first) : undefined
  return tag === undefined ? undefined : { kind: 'hashtag', tag }
}

export function tombstoneOf(sql: Reader, subject: TombstoneSubject): Promise<TombstoneView | undefined> {
  switch (subject.kind) {
    case 'user':
      return userTombstone(sql, subject.username)
    case 'post':
      return postTombstone(sql, subject.username, subject.k)
    case 'hashtag':
      return hashtagTombstone(sql, subject.tag)
  }
}

function tagOf(segment: string): string | undefined {
  try {
    return parseTag(decodeURIComponent(segment))
  } catch {
    return undefined
  }
}
