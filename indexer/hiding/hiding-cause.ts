import type { BlockRow, HiddenUserpostRow } from '../../db/writes/hidden.ts'
import type { HidingRow } from '../../db/writes/hiding-choice.ts'
import type { UserpostKey } from '../../db/writes/raw-userpost.ts'
import { textWords } from '../posts/text-words.ts'
import { type BlockedWords, blockedWords } from './blocked-words.ts'

/** What is blocked, with the operator's reasons, and the hidden users whose posts others may embed. */
export interface Blocks {
  posts: ReadonlyMap<string, string>
  tags: ReadonlyMap<string, string>
  words: BlockedWords
  wordReasons: ReadonlyMap<string, string>
  users: ReadonlyMap<string, { cause: string; reason: string }>
}

export function blocksOf(rows: readonly BlockRow[]): Blocks {
  const of = (wanted: string) =>
    new Map(rows.flatMap(({ kind, subject, reason }) => (kind === wanted ? [[subject, reason] as const] : [])))
  const wordReasons = of('word')
  const users = rows.filter(({ kind }) => kind === 'user' || kind === 'opt-out')
  return {
    posts: of('post'),
    tags: of('tag'),
    words: blockedWords([...wordReasons.keys()]),
    wordReasons,
    users: new Map(users.map(({ kind, subject, reason }) => [subject, { cause: kind, reason }])),
  }
}

/** A post's number as the operator's blocks name it. */
export function keyText({ username, k }: UserpostKey): string {
  return `${username}/${k}`
}

/**
 * Why a post is hidden, if it is: of several causes the first of these, so that the order of blocks does not matter.
 * Whoever shows a post shows the one inside it as well, so what hides that one hides both.
 */
export function hidingOf(key: UserpostKey, row: HidingRow | undefined, blocks: Blocks): HiddenUserpostRow | undefined {
  const hidden = (cause: string, subject: string, reason: string) => ({
    username: key.username,
    k: key.k,
    cause,
    subject,
    reason,
  })
  const innerName = row?.innerN ?? undefined
  const inner = innerName === undefined ? undefined : { username: innerName, k: row?.innerK ?? -1 }
  for (const one of inner === undefined ? [key] : [key, inner]) {
    const reason = blocks.posts.get(keyText(one))
    if (reason !== undefined) return hidden('post', keyText(one), reason)
  }
  const user = inner && blocks.users.get(inner.username)
  if (inner !== undefined && user !== undefined) return hidden(user.cause, inner.username, user.reason)
  if (row === undefined) return undefined
  const tag = blocks.tags.size === 0 ? undefined : firstOf(tagsOf(row), blocks.tags)
  if (tag !== undefined) return hidden('tag', tag, blocks.tags.get(tag) ?? '')
  const word = blocks.words.size === 0 ? undefined : firstOf(wordsOf(row, blocks.words), blocks.wordReasons)
  return word === undefined ? undefined : hidden('word', word, blocks.wordReasons.get(word) ?? '')
}

function firstOf(found: readonly string[], among: ReadonlyMap<string, string>): string | undefined {
  return found.filter((one) => among.has(one)).sort()[0]
}

function textsOf({ msg, msg2, innerMsg, innerMsg2 }: HidingRow): string[] {
  return [msg + msg2, (innerMsg ?? '') + (innerMsg2 ?? '')].filter((text) => text !== '')
}

function wordsOf(row: HidingRow, words: BlockedWords): string[] {
  return [...textsOf(row), row.url ?? ''].flatMap((text) => words.findIn(text) ?? [])
}

/** As the network files the texts, and as readers see them linked. */
function tagsOf(row: HidingRow): string[] {
  return textsOf(row).flatMap((text) => textWords(text).hashtags.map(({ word }) => word))
}
