import { type Cursor, MAX_LIMIT } from '../db/page.ts'
import { followsForOperator } from '../db/queries/follows.ts'
import { openReader, type Reader } from '../db/queries/reader.ts'
import { siteStatus } from '../db/queries/status.ts'
import type { FollowView, NodeReportView } from '../db/views.ts'
import { ConfigError } from './config-error.ts'
import type { ControlTarget } from './control-target.ts'
import { type FollowingCounts, followingWords } from './following-words.ts'
import { count, duration } from './progress.ts'
import type { Terminal } from './terminal.ts'

/** Prints whom the node follows, A–Z, and how it gets on with each. */
export async function runFollows(target: ControlTarget, isJson: boolean, terminal: Terminal): Promise<number> {
  if (target.databaseUrl === undefined) throw new ConfigError('DATABASE_URL is not set: the index says who is followed')
  const reader = openReader(target.databaseUrl)
  try {
    const follows = await allFollows(reader)
    const [node] = (await siteStatus(reader)).nodes
    if (isJson) terminal.say(JSON.stringify({ at: node?.at, ...node?.following, follows }, undefined, 2))
    else for (const line of followsTable(follows, node)) terminal.say(line)
    return 0
  } finally {
    await reader.end({ timeout: 1 })
  }
}

async function allFollows(reader: Reader): Promise<FollowView[]> {
  const follows: FollowView[] = []
  for (let cursor: Cursor | undefined; ; ) {
    const page = await followsForOperator(reader, { limit: MAX_LIMIT, cursor })
    follows.push(...page.items)
    cursor = page.next
    if (cursor === undefined) return follows
  }
}

const COLUMNS = ['name', 'why', 'since', 'known', 'held', 'seen', 'missing', 'peers', 'last try', 'last error'] as const
/** Numbers stand right. */
const RIGHT = new Set<string>(['known', 'held', 'seen', 'missing', 'peers'])

/** A line a user, under the names of the columns; then how many there are of each kind. */
export function followsTable(follows: readonly FollowView[], node: NodeReportView | undefined): string[] {
  if (follows.length === 0) return ['nobody is followed']
  const rows = follows.map((follow) => cellsOf(follow, node?.at ?? follow.reportedAt))
  const widths = COLUMNS.map((name, at) => Math.max(name.length, ...rows.map((row) => row[at]?.length ?? 0)))
  const lineOf = (cells: readonly string[]) =>
    cells
      .map((cell, at) => (RIGHT.has(COLUMNS[at] ?? '') ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0)))
      .join('  ')
      .trimEnd()
  return [lineOf(COLUMNS), ...rows.map(lineOf), followingWords(countsOf(follows, node))]
}

function cellsOf(follow: FollowView, now: number): string[] {
  const { n, origin, since, knownK, held, seen, missing, peers, lastAttempt, lastError, lastErrorAt } = follow
  const numbers = [held, seen, missing, peers].map(count)
  const error =
    lastError === undefined ? '-' : lastError + (lastErrorAt === undefined ? '' : `, ${ago(lastErrorAt, now)}`)
  return [
    n,
    origin,
    new Date(since * 1000).toISOString().slice(0, 10),
    knownK === undefined ? '-' : count(knownK),
    ...numbers,
    lastAttempt === undefined ? '-' : ago(lastAttempt, now),
    follow.isRegistered ? error : 'not registered (yet)',
  ]
}

/** By the lines that stand above: what the node says of itself may be some seconds older. */
function countsOf(follows: readonly FollowView[], node: NodeReportView | undefined): FollowingCounts {
  const countOf = (reason: string) => follows.filter(({ origin }) => origin === reason).length
  const crawlLimit = node?.following?.crawlLimit ?? 0
  return { operator: countOf('operator'), setting: countOf('setting'), crawl: countOf('crawl'), crawlLimit }
}

function ago(seconds: number, now: number): string {
  return `${duration(now - seconds)} ago`
}
