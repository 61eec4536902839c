import { type Database, openDb } from '../db/client.ts'
import { operatorBlocks, optedOutCount } from '../db/queries/moderation.ts'
import { openReader } from '../db/queries/reader.ts'
import {
  type BlockKind,
  type BlockSubject,
  blockSubject,
  parseBlockSubject,
  unblockSubject,
} from '../indexer/hiding/moderation.ts'
import { MAX_BLOCK_REASON, MAX_BLOCKS } from '../indexer/limits.ts'
import { calmLine } from './calm-line.ts'
import { ConfigError } from './config-error.ts'
import type { ControlTarget } from './control-target.ts'
import { count } from './progress.ts'
import type { Terminal } from './terminal.ts'

export async function runBlock(
  target: ControlTarget,
  kind: BlockKind,
  text: string,
  givenReason: string,
  terminal: Terminal,
): Promise<number> {
  const block = subjectOf(kind, text)
  const reason = givenReason
    .replace(/\p{Cc}+/gu, ' ')
    .trim()
    .replace(/\.$/, '')
  if (reason === '' || reason.length > MAX_BLOCK_REASON) {
    throw new ConfigError(`--reason must be of 1 to ${MAX_BLOCK_REASON} characters: whoever asks is told it`)
  }
  const result = await withDatabase(target, (db) => blockSubject(db, block, reason, Date.now() / 1000))
  if (result.kind === 'full') {
    terminal.warn(`windsock: there are ${count(MAX_BLOCKS)} blocks already: unblock something first`)
    return 1
  }
  if (result.kind === 'done')
    terminal.say(`${nameOf(block)} is blocked; ${changedWords(block, result.posts, 'hidden')}`)
  return 0
}

export async function runUnblock(
  target: ControlTarget,
  kind: BlockKind,
  text: string,
  terminal: Terminal,
): Promise<number> {
  const block = subjectOf(kind, text)
  const result = await withDatabase(target, (db) => unblockSubject(db, block))
  if (result.kind !== 'done') {
    terminal.warn(`windsock: ${nameOf(block)} is not blocked`)
    return 1
  }
  terminal.say(`${nameOf(block)} is blocked no longer; ${changedWords(block, result.posts, 'shown again')}`)
  return 0
}

export async function runBlocks(target: ControlTarget, isJson: boolean, terminal: Terminal): Promise<number> {
  const reader = openReader(urlOf(target))
  try {
    const [blocks, optedOut] = await Promise.all([operatorBlocks(reader), optedOutCount(reader)])
    if (isJson) {
      terminal.say(JSON.stringify({ blocks, optedOut }, undefined, 2))
      return 0
    }
    for (const { kind, subject, reason, at, posts } of blocks) {
      const day = new Date(at * 1000).toISOString().slice(0, 10)
      const many = kind === 'user' ? '' : ` (${plural(posts, 'post')})`
      terminal.say(`${day}  ${kind.padEnd(4)}  ${calmLine(subject)}${many}: ${calmLine(reason)}`)
    }
    terminal.say(`${plural(blocks.length, 'block')}, ${plural(optedOut, 'author')} opted out`)
    return 0
  } finally {
    await reader.end({ timeout: 1 })
  }
}

function subjectOf(kind: BlockKind, text: string): BlockSubject {
  const block = parseBlockSubject(kind, text)
  if (typeof block === 'string') throw new ConfigError(calmLine(block))
  return block
}

function nameOf({ kind, subject }: BlockSubject): string {
  return `${kind} ${calmLine(subject)}`
}

function changedWords({ kind }: BlockSubject, posts: number, verb: string): string {
  const whose = kind === 'user' ? ' of others, which embed theirs,' : ''
  return `${plural(posts, 'post')}${whose} ${verb}`
}

function plural(number: number, one: string): string {
  return `${count(number)} ${one}${number === 1 ? '' : 's'}`
}

async function withDatabase<T>(target: ControlTarget, job: (db: Database) => Promise<T>): Promise<T> {
  const db = openDb(urlOf(target), { max: 1, name: 'windsock moderation' })
  try {
    return await job(db)
  } finally {
    await db.end({ timeout: 1 })
  }
}

function urlOf({ databaseUrl }: ControlTarget): string {
  if (databaseUrl === undefined) throw new ConfigError('DATABASE_URL is not set: what is blocked stands in the index')
  return databaseUrl
}
