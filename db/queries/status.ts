import type { NodeReportView, StatusView } from '../views.ts'
import { tip } from './blocks.ts'
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
  const [best, counts, nodes, indexer] = await Promise.all([
    tip(sql),
    countRows(sql),
    nodeReports(sql),
    indexerReport(sql),
  ])
  const row = counts[0]
  return {
    network: row?.network ?? undefined,
    schema: row?.schema ?? undefined,
    tip: best,
    nodes,
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

async function nodeReports(sql: Reader): Promise<NodeReportView[]> {
  const rows = await sql<ReportRow[]>`
    select s.node_id, s.at, s.json, c.cursor
    from node_status s left join outbox_cursor c on c.node_id = s.node_id order by s.at desc limit 20`
  return rows.map((row) => ({
    nodeId: row.nodeId,
    at: row.at,
    report: reportOf(row.json),
    cursor: row.cursor ?? undefined,
  }))
}

async function indexerReport(sql: Reader): Promise<StatusView['indexer']> {
  const rows = await sql<ReportRow[]>`select at, json from indexer_status where id = 1`
  const row = rows[0]
  return row === undefined ? undefined : { at: row.at, report: reportOf(row.json) }
}

function reportOf(json: unknown): Record<string, unknown> {
  return typeof json === 'object' && json !== null && !Array.isArray(json) ? (json as Record<string, unknown>) : {}
}
