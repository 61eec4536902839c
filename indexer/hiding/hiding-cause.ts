import type { BlockRow, HiddenUserpostRow } from '../../db/writes/hidden.ts'
import type { HidingRow } from '../../db/writes/hiding-choice.ts'
import type { UserpostKey } from '../../db/writes/raw-userpost.ts'
import { type InsidePost, postsInside } from '../../node/protocol/posts-inside.ts'
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
 * Whoever shows a post shows the one inside it as well, and gives away the signed bytes with all that is inside of that
 * one: what hides one of them hides the post.
 */
export function hidingOf(key: UserpostKey, row: HidingRow | undefined, blocks: Blocks): HiddenUserpostRow | undefined {
  const hidden = (cause: string, subject: string, reason: string) => ({
    username: key.username,
    k: key.k,
    cause,
    subject,
    reason,
  })
  const inside = row === undefined ? [] : insideOf(row)
  for (const one of [key, ...inside]) {
    const reason = blocks.posts.get(keyText(one))
    if (reason !== undefined) return hidden('post', keyText(one), reason)
  }
  for (const { username } of inside) {
    const user = blocks.users.get(username)
    if (user !== undefined) return hidden(user.cause, username, user.reason)
  }
  if (row === undefined) return undefined
  const texts = [row.msg + row.msg2, ...inside.map(({ text }) => text)]
  const tag = blocks.tags.size === 0 ? undefined : firstOf(tagsOf(texts), blocks.tags)
  if (tag !== undefined) return hidden('tag', tag, blocks.tags.get(tag) ?? '')
  const word =
    blocks.words.size === 0 ? undefined : firstOf(wordsOf([...texts, row.url ?? ''], blocks.words), blocks.wordReasons)
  return word === undefined ? undefined : hidden('word', word, blocks.wordReasons.get(word) ?? '')
}

function firstOf(found: readonly string[], among: ReadonlyMap<string, string>): string | undefined {
  return found.filter((one) => among.has(one)).sort()[0]
}

/** The post inside, and all that its bytes hold besides. */
function insideOf({ innerN, innerK, innerMsg, innerMsg2, deepPiece }: HidingRow): InsidePost[] {
  if (innerN === undefined || innerN === null) return []
  const inner = { username: innerN, k: innerK ?? -1, text: (innerMsg ?? '') + (innerMsg2 ?? '') }
  return [inner, ...(deepPiece === undefined || deepPiece === null ? [] : postsInside(deepPiece))]
}

/** Whose posts are inside. */
export function namesInside(row: HidingRow): string[] {
  return insideOf(row).map(({ username }) => username)
}

function wordsOf(texts: readonly string[], words: BlockedWords): string[] {
  return texts.flatMap((text) => words.findIn(text) ?? [])
}

/** As the network files the texts, and as readers see them linked. */
function tagsOf(texts: readonly string[]): string[] {
  return texts.flatMap((text) => textWords(text).hashtags.map(({ word }) => word))
}
