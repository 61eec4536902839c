import {
  type IndexerReportView,
  LOOKUP_KINDS,
  type LookupsView,
  type NodeReportView,
  type StatusView,
} from '../views.ts'
import { tip } from './blocks.ts'
import { derivationReport } from './derivation.ts'
import { followsSummary } from './follows.ts'
import type { Reader } from './reader.ts'
import { reconciliationSummary } from './reconciliation.ts'
import { booleanIn, lengthIn, member, numberIn, numbersIn, sumIn, sumOf, textIn } from './report-json.ts'

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
  const [best, counts, nodes, follows, indexer, reconciliation, derivation] = await Promise.all([
    tip(sql),
    countRows(sql),
    nodeReports(sql),
    followsSummary(sql),
    indexerReport(sql),
    reconciliationSummary(sql),
    derivationReport(sql),
  ])
  const row = counts[0]
  return {
    network: row?.network ?? undefined,
    schema: row?.schema ?? undefined,
    tip: best,
    nodes,
    follows,
    indexer,
    reconciliation,
    derivation,
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
      (select coalesce(sum(name_count), 0)::bigint from network_day) as names,
      (select count(*) from user_state where last_time is not null) as users,
      (select coalesce(sum(post_count), 0)::bigint from network_day) as posts,
      (select count(*) from hashtag_state) as hashtags,
      (select count(*) from pending_item) as waiting,
      (select count(*) from quarantine) as refused,
      (select max(last_time) from user_state) as newest_post,
      (select value from meta where key = 'network') as network,
      (select value from meta where key = 'schema') as schema`
}

const MAX_NODES_SHOWN = 20

/** What the nodes last said of themselves, the latest first. */
export async function nodeReports(sql: Reader): Promise<NodeReportView[]> {
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
    lookups: lookupsIn(json),
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

const LOOKUP_NUMBERS = ['errands', 'due', 'running', 'done', 'found', 'failed'] as const

/** What the node looks up in the DHT again and again, by kind. */
function lookupsIn(json: unknown): LookupsView | undefined {
  const report = member(json, 'refresh')
  const budget = numbersIn(json, 'refresh', ['perMinute', 'atOnce', 'running'])
  if (budget === undefined) return undefined
  const kinds = LOOKUP_KINDS.flatMap((kind) => {
    const counts = numbersIn(member(report, 'kinds'), kind, LOOKUP_NUMBERS)
    return counts === undefined ? [] : [{ kind, ...counts, next: numberIn(report, 'kinds', kind, 'next') }]
  })
  return { ...budget, kinds }
}
