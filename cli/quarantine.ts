import { type Database, openDb } from '../db/client.ts'
import { type QuarantineFilter, refusedByCode, refusedItem, refusedItems } from '../db/queries/quarantine.ts'
import { openReader, type Reader } from '../db/queries/reader.ts'
import type { RefusedItemBytes, RefusedItemView } from '../db/views.ts'
import { deleteQuarantined, type QuarantineChoice, requeueQuarantined } from '../db/writes/quarantine.ts'
import { HEADER_BYTES, parseHeader } from '../node/protocol/block.ts'
import { utf8Decode } from '../node/protocol/bytes.ts'
import { formatHash } from '../node/protocol/hash.ts'
import { SIGNATURE_BYTES } from '../node/protocol/limits.ts'
import { bencodeLines, hexLines } from './bencode-text.ts'
import { calmLine } from './calm-line.ts'
import { ConfigError } from './config-error.ts'
import type { ControlTarget } from './control-target.ts'
import { count } from './progress.ts'
import type { Terminal } from './terminal.ts'

export interface QuarantineOptions extends QuarantineFilter {
  limit: number
  isJson: boolean
}

/** Prints what was refused, the newest first, and how many by code. */
export async function listQuarantine(
  target: ControlTarget,
  options: QuarantineOptions,
  terminal: Terminal,
): Promise<number> {
  const { limit, isJson, code, username } = options
  return reading(target, async (reader) => {
    const filter = { code, username }
    const [items, codes] = await Promise.all([refusedItems(reader, filter, limit), refusedByCode(reader, filter)])
    if (isJson) terminal.say(JSON.stringify({ codes, items }, undefined, 2))
    else for (const line of quarantineLines(items, codes)) terminal.say(line)
    return 0
  })
}

/** Prints one of them whole: what is known of it, what it says, its bytes. */
export async function showQuarantined(
  target: ControlTarget,
  id: number,
  isJson: boolean,
  terminal: Terminal,
): Promise<number> {
  return reading(target, async (reader) => {
    const found = await refusedItem(reader, id)
    if (found === undefined) {
      terminal.warn(`windsock: there is no refused item ${id}; the oldest are forgotten`)
      return 1
    }
    const { item, bytes } = found
    const hex = Buffer.from(bytes.bytes).toString('hex')
    if (isJson) terminal.say(JSON.stringify({ ...item, bytes: hex }, undefined, 2))
    else
      for (const line of [...itemLines(item), '', ...contentLines(bytes), '', ...hexLines(bytes.bytes)])
        terminal.say(line)
    return 0
  })
}

export async function forgetQuarantined(
  target: ControlTarget,
  choice: QuarantineChoice,
  terminal: Terminal,
): Promise<number> {
  const gone = await writing(target, (db) => db.begin((tx) => deleteQuarantined(tx, choice)))
  terminal.say(`${count(gone)} forgotten`)
  return 0
}

export async function retryQuarantined(
  target: ControlTarget,
  choice: QuarantineChoice,
  terminal: Terminal,
): Promise<number> {
  const moved = await writing(target, (db) => db.begin((tx) => requeueQuarantined(tx, choice)))
  terminal.say(`${count(moved)} will be judged again at the next block`)
  return 0
}

function quarantineLines(
  items: readonly RefusedItemView[],
  codes: readonly { code: string; count: number }[],
): string[] {
  const lines = items.map((item) => {
    const whose = item.n === undefined ? '' : ` @${item.n}${item.k === undefined ? '' : `/${item.k}`}`
    const detail = item.detail === '' ? '' : ` (${item.detail})`
    return calmLine(
      `${item.id}  ${timeOf(item)}  ${item.code}  ${item.kind}${whose} from ${item.source || '?'}${detail}`,
    )
  })
  const all = codes.reduce((sum, one) => sum + one.count, 0)
  const byCode = codes.map((one) => calmLine(`${count(one.count)} ${one.code}`)).join(', ')
  return [...lines, all === 0 ? 'nothing was refused' : `${count(all)} refused: ${byCode}`]
}

function itemLines(item: RefusedItemView): string[] {
  const facts: [string, string][] = [
    ['refused for', item.code],
    ['detail', item.detail],
    ['kind', item.kind],
    ['user', item.n === undefined ? '' : `@${item.n}`],
    ['number', item.k === undefined ? '' : String(item.k)],
    ['source', item.source],
    ['received', timeOf(item)],
    ['size', `${count(item.sizeBytes)} bytes kept`],
    ['again', item.canRetry ? `windsock quarantine --retry ${item.id}` : 'it cannot be tried again'],
  ]
  return facts.filter(([, text]) => text !== '').map(([name, text]) => `${`${name}:`.padEnd(13)}${calmLine(text)}`)
}

/** What the bytes say, as far as they can be read at all. */
function contentLines({ kind, bytes }: RefusedItemBytes): string[] {
  const header = kind.startsWith('block') ? parseHeader(bytes.subarray(0, HEADER_BYTES)) : undefined
  if (header !== undefined) {
    const { height, hash, prevHash, time, bits } = header
    return [
      `height: ${height}`,
      `hash: ${formatHash(hash)}`,
      `parent: ${formatHash(prevHash)}`,
      `time: ${time}`,
      `bits: ${bits}`,
    ]
  }
  // A value of the DHT is kept with its signature behind it.
  const lines = bencodeLines(bytes) ?? bencodeLines(bytes.subarray(0, Math.max(0, bytes.length - SIGNATURE_BYTES)))
  const text = kind === 'job' ? utf8Decode(bytes) : undefined
  return lines ?? (text === undefined ? ['(not readable as anything)'] : [calmLine(text)])
}

function timeOf({ receivedAt }: RefusedItemView): string {
  const time = new Date(receivedAt * 1000)
  return Number.isNaN(time.getTime()) ? '?' : time.toISOString().slice(0, 19).replace('T', ' ')
}

async function reading(target: ControlTarget, job: (reader: Reader) => Promise<number>): Promise<number> {
  const reader = openReader(urlOf(target))
  try {
    return await job(reader)
  } finally {
    await reader.end({ timeout: 1 })
  }
}

async function writing(target: ControlTarget, job: (db: Database) => Promise<number>): Promise<number> {
  const db = openDb(urlOf(target), { max: 1, name: 'windsock quarantine' })
  try {
    return await job(db)
  } finally {
    await db.end({ timeout: 1 })
  }
}

function urlOf({ databaseUrl }: ControlTarget): string {
  if (databaseUrl === undefined) throw new ConfigError('DATABASE_URL is not set: what was refused stands in the index')
  return databaseUrl
}
