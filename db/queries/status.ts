import type { IndexerReportView, NodeReportView, StatusView } from '../views.ts'
import { tip } from './blocks.ts'
import { followsSummary } from './follows.ts'
import type { Reader } from './reader.ts'

interface CountsRow {
  names: number
  users: number
  posts: number
  hashtags: number
  waiting: number
  refused: number
  newestPost: number | null
  network: string | null
  schema: string | null
}

interface ReportRow {
  nodeId: string
  at: number
  json: unknown
  cursor: number | null
}

/** What the index holds, and what the node and the indexer last said of themselves. */
export async function siteStatus(sql: Reader): Promise<StatusView> {
  const [best, counts, nodes, follows, indexer] = await Promise.all([
    tip(sql),
    countRows(sql),
    nodeReports(sql),
    followsSummary(sql),
    indexerReport(sql),
  ])
  const row = counts[0]
  return {
    network: row?.network ?? undefined,
    schema: row?.schema ?? undefined,
    tip: best,
    nodes,
    follows,
    indexer,
    counts: {
      names: row?.names ?? 0,
      users: row?.users ?? 0,
      posts: row?.posts ?? 0,
      hashtags: row?.hashtags ?? 0,
      waiting: row?.waiting ?? 0,
      refused: row?.refused ?? 0,
    },
    newestPost: row?.newestPost ?? undefined,
  }
}

function countRows(sql: Reader): Promise<CountsRow[]> {
  return sql<CountsRow[]>`
    select
      (select count(*) from name) as names,
      (select count(*) from user_state where post_count > 0) as users,
      (select coalesce(sum(post_count - direct_count - private_favourite_count), 0)::bigint from user_state) as posts,
      (select count(distinct tag) from hashtag) as hashtags,
      (select count(*) from pending_item) as waiting,
      (select count(*) from quarantine) as refused,
      (select max(last_time) from user_state) as newest_post,
      (select value from meta where key = 'network') as network,
      (select value from meta where key = 'schema') as schema`
}

const MAX_NODES_SHOWN = 20

async function nodeReports(sql: Reader): Promise<NodeReportView[]> {
  const rows = await sql<ReportRow[]>`
    select s.node_id, s.at, s.json, c.cursor
    from node_status s left join outbox_cursor c on c.node_id = s.node_id order by s.at desc limit ${MAX_NODES_SHOWN}`
  return rows.map(nodeReportOf)
}

/** Field by field: a report holds addresses too, of the node and of its peers. */
function nodeReportOf(row: ReportRow): NodeReportView {
  const { json } = row
  return {
    nodeId: row.nodeId,
    at: row.at,
    height: numberIn(json, 'chain', 'height'),
    headerHeight: numberIn(json, 'chain', 'headerHeight'),
    isSynced: booleanIn(json, 'chain', 'isSynced'),
    peerCount: lengthIn(json, 'peers'),
    dhtContacts: numberIn(json, 'dht', 'contacts'),
    dhtItems: numberIn(json, 'dht', 'items'),
    isDhtPaused: booleanIn(json, 'dht', 'isPaused'),
    followed: numberIn(json, 'swarms', 'followed'),
    swarmPeers: numberIn(json, 'swarms', 'peers'),
    outboxLast: numberIn(json, 'outbox', 'last'),
    cursor: row.cursor ?? undefined,
    isQueueAway: booleanIn(json, 'outbox', 'isQueueAway'),
    signatures: textIn(json, 'signatures'),
    workThreads: numberIn(json, 'chain', 'workThreads'),
    mempool: numberIn(json, 'chain', 'mempool'),
    offenders: lengthIn(json, 'offenders'),
    dhtShunned: sumIn(json, 'dht', 'shunned'),
    following: numbersIn(json, 'following', ['operator', 'setting', 'crawl', 'crawlLimit']),
    fetches: numbersIn(json, 'fetches', ['running', 'waiting', 'done', 'refused']),
    control: numbersIn(json, 'control', ['taken', 'refused']),
    refused: sumOf([
      member(json, 'chain', 'refused'),
      member(json, 'dht', 'refused'),
      member(json, 'swarms', 'refused'),
    ]),
  }
}

async function indexerReport(sql: Reader): Promise<IndexerReportView | undefined> {
  const rows = await sql<ReportRow[]>`select at, json from indexer_status where id = 1`
  const row = rows[0]
  if (row === undefined) return undefined
  return {
    at: row.at,
    startedAt: numberIn(row.json, 'startedAt'),
    queueLength: numberIn(row.json, 'queueLength'),
    wanted: numbersIn(row.json, 'wanted', ['forwarded', 'dropped']),
  }
}

function member(json: unknown, ...path: string[]): unknown {
  let value = json
  for (const name of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
    value = Reflect.get(value, name)
  }
  return value
}

function numberIn(json: unknown, ...path: string[]): number | undefined {
  const value = member(json, ...path)
  return typeof value === 'number' ? value : undefined
}

function booleanIn(json: unknown, ...path: string[]): boolean | undefined {
  const value = member(json, ...path)
  return typeof value === 'boolean' ? value : undefined
}

function textIn(json: unknown, ...path: string[]): string | undefined {
  const value = member(json, ...path)
  return typeof value === 'string' ? value : undefined
}

function lengthIn(json: unknown, ...path: string[]): number | undefined {
  const value = member(json, ...path)
  return Array.isArray(value) ? value.length : undefined
}

function sumIn(json: unknown, ...path: string[]): number | undefined {
  const value = member(json, ...path)
  if (typeof value !== 'object' || value === null) return undefined
  return Object.values(sumOf([value])).reduce((sum, count) => sum + count, 0)
}

/** All of them, or none. */
function numbersIn<K extends string>(json: unknown, group: string, keys: readonly K[]): Record<K, number> | undefined {
  const entries = keys.map((key) => [key, numberIn(json, group, key)] as const)
  if (!entries.every(([, value]) => value !== undefined)) return undefined
  return Object.fromEntries(entries) as Record<K, number>
}

function sumOf(parts: readonly unknown[]): Record<string, number> {
  const sums: Record<string, number> = {}
  for (const part of parts) {
    if (typeof part !== 'object' || part === null) continue
    for (const [code, count] of Object.entries(part)) {
      if (typeof count === 'number') sums[code] = (sums[code] ?? 0) + count
    }
  }
  return sums
}
