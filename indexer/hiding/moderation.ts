import type { Database, Transaction } from '../../db/client.ts'
import { notifyChanged } from '../../db/writes/change.ts'
import { type BlockRow, hiddenUserpostsBy, noteHidingChanged } from '../../db/writes/hidden.ts'
import { embedding, type HidingRow, mayHold } from '../../db/writes/hiding-choice.ts'
import { lockIndex } from '../../db/writes/meta.ts'
import { deleteModeration, insertModeration } from '../../db/writes/moderation.ts'
import type { UserpostKey } from '../../db/writes/raw-userpost.ts'
import { utf8Encode } from '../../node/protocol/bytes.ts'
import { parseUsername } from '../../node/protocol/username.ts'
import { MAX_BLOCK_REASON, MAX_BLOCKED_WORD, MAX_BLOCKS, MAX_TAG_BYTES } from '../limits.ts'
import { blockedWordOf, leadOf } from './blocked-words.ts'
import { hideAgain, hideNumbersAgain, hideUsers, hidingPages, rowsHiddenBy } from './hiding.ts'
import { blocksOf } from './hiding-cause.ts'

export const BLOCK_KINDS = ['user', 'post', 'tag', 'word'] as const
export type BlockKind = (typeof BLOCK_KINDS)[number]

/** What an operator may block; `subject` is the one spelling under which it is kept. */
export type BlockSubject =
  | { kind: 'user'; subject: string }
  | { kind: 'post'; subject: string; key: UserpostKey }
  | { kind: 'tag'; subject: string }
  | { kind: 'word'; subject: string }

/** As people write it: @alice, alice/5 or @alice/5, !alice/1234 for the message of a block, #tag. A sentence if it is none. */
export function parseBlockSubject(kind: BlockKind, text: string): BlockSubject | string {
  switch (kind) {
    case 'user': {
      const subject = parseUsername(text.trim().replace(/^@/, '').toLowerCase())
      return subject === undefined ? `"${text}" is no name: 1 to 16 of a-z, 0-9 and _` : { kind, subject }
    }
    case 'post': {
      const [, sign = '', name = '', number = ''] =
        /^\/?([@!]?)([a-z0-9_]{1,16})\/(0|[1-9]\d{0,8})$/i.exec(text.trim()) ?? []
      if (name === '') return `"${text}" is no post: write name/number, as at the end of its address`
      const key = { username: `${sign === '!' ? '!' : ''}${name.toLowerCase()}`, k: Number(number) }
      return { kind, subject: `${key.username}/${key.k}`, key }
    }
    case 'tag': {
      const subject = text.trim().replace(/^#/, '').toLowerCase()
      const isTag = subject !== '' && !/[\s\0]/.test(subject) && utf8Encode(subject).length <= MAX_TAG_BYTES
      return isTag ? { kind, subject } : `"${text}" is no hashtag`
    }
    case 'word': {
      const subject = text.includes('\0') ? undefined : blockedWordOf(text)
      if (subject === undefined) return `"${text}" holds nothing that could be found in a text`
      if (subject.length > MAX_BLOCKED_WORD) return `a word is of at most ${MAX_BLOCKED_WORD} characters`
      return { kind, subject }
    }
  }
}

export type BlockResult = { kind: 'done'; posts: number } | { kind: 'full' } | { kind: 'not-blocked' }

/**
 * From the first moment on, nothing that it hides is written without being hidden. What is there already is hidden in
 * the same transaction; only for a tag or a word, which every post may hold, it is looked for while others write.
 */
export async function blockSubject(
  db: Database,
  block: BlockSubject,
  reason: string,
  now: number,
): Promise<BlockResult> {
  const row = { kind: block.kind, subject: block.subject, reason: reason.slice(0, MAX_BLOCK_REASON), at: now }
  const result = await inTransaction(db, async (tx) => {
    if (!(await insertModeration(tx, row, MAX_BLOCKS))) return { kind: 'full' }
    return { kind: 'done', posts: block.kind === 'user' || block.kind === 'post' ? await hideNow(tx, block) : 0 }
  })
  if (result.kind !== 'done' || block.kind === 'user' || block.kind === 'post') return result
  return { kind: 'done', posts: await hideOld(db, row) }
}

export function unblockSubject(db: Database, block: BlockSubject): Promise<BlockResult> {
  return inTransaction(db, async (tx) => {
    const hidden = await hiddenUserpostsBy(tx, block.kind, block.subject)
    if (!(await deleteModeration(tx, block.kind, block.subject))) return { kind: 'not-blocked' }
    if (block.kind === 'user') return { kind: 'done', posts: await hideNow(tx, block) }
    return { kind: 'done', posts: await counted(tx, await hideNumbersAgain(tx, hidden)) }
  })
}

async function inTransaction(db: Database, work: (tx: Transaction) => Promise<BlockResult>): Promise<BlockResult> {
  const result = await db.begin(async (tx) => {
    await lockIndex(tx)
    const done = await work(tx)
    await notifyChanged(tx, { kind: 'hidden' })
    return done
  })
  return result as BlockResult
}

/** Answers of how many posts it changed whether they are hidden; those of a user are hidden by the user's name alone. */
async function hideNow(tx: Transaction, block: Extract<BlockSubject, { kind: 'user' | 'post' }>): Promise<number> {
  if (block.kind === 'user') return hideUsers(tx, [block.subject])
  const { username, k } = block.key
  const own = await hideNumbersAgain(tx, [block.key])
  return counted(tx, [...own, ...(await hideAgain(tx, embedding(tx, username, k)))])
}

/** Reads without holding anybody up; what it finds is judged once more where nobody else writes. */
async function hideOld(db: Database, row: BlockRow): Promise<number> {
  const blocks = blocksOf([row])
  const leads = [row.kind === 'word' ? leadOf(row.subject) : row.subject]
  const within = async (read: (tx: Transaction) => Promise<HidingRow[]>) => (await db.begin(read)) as HidingRow[]
  let posts = 0
  for await (const rows of hidingPages(within, (tx) => mayHold(tx, leads))) {
    const found = rowsHiddenBy(rows, blocks)
    if (found.length === 0) continue
    const result = await inTransaction(db, async (tx) => {
      return { kind: 'done', posts: await counted(tx, await hideNumbersAgain(tx, found)) }
    })
    if (result.kind === 'done') posts += result.posts
  }
  return posts
}

async function counted(tx: Transaction, changed: readonly UserpostKey[]): Promise<number> {
  await noteHidingChanged(tx, changed, [])
  return changed.length
}
