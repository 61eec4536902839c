import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { finished } from 'node:stream/promises'
import pino from 'pino'
import postgres from 'postgres'
import { openEmbeddedPostgres } from '../db/embedded.ts'
import type { OutboxItem } from '../node/outbox/item.ts'
import { isNativeSecp256k1, messageDigest, recoverKeyId } from '../node/protocol/signature.ts'
import { parseSignedUserpost } from '../node/protocol/userpost.ts'
import { rounded, startMeasuring } from './child.ts'
import { dataFileItems } from './index-data-file.ts'
import { type IngestItems, type IngestServers, runIngest } from './ingest-run.ts'
import type { IndexBenchOptions, Progress } from './measure.ts'
import { startRedisServer } from './redis-server.ts'

/** More would say the same, and take longer. */
const MAX_INGESTED = 100_000
const BOUND_RECOVERIES = 10_000

/**
 * Posts from the queue to their commit, every signature verified, through the real queue and the real indexer process,
 * with one and two of these and on both queues; all four must come to the same digest. What bounds it: the signatures
 * that one processor can recover, and writing the same bytes to a table without any index.
 */
export async function measureIngest(
  { posts, dataFileOf, folder }: IndexBenchOptions,
  progress: Progress,
): Promise<object> {
  mkdirSync(folder, { recursive: true })
  const items = itemsOf(dataFileOf(Math.min(posts, MAX_INGESTED)))
  const log = pino({ level: 'warn' }, process.stderr)
  const database = await openEmbeddedPostgres({ dataDir: join(folder, 'postgres'), log })
  const redis = await startRedisServer(join(folder, 'redis'))
  try {
    const bound = {
      native: isNativeSecp256k1,
      recoveries_per_s: recoveriesPerSecond(items.posts),
      copy_posts_per_s: await copyPerSecond(database.url, items.posts),
    }
    progress(`ingest: bounds ${JSON.stringify(bound)}`)
    const runs = await allRuns({ postgres: database, redis }, items, progress)
    const digests = new Set(runs.map(({ digest }) => digest))
    return {
      posts: items.posts.length,
      runs: runs.map(({ figures }) => figures),
      same_digest: digests.size === 1,
      bound,
    }
  } finally {
    await redis?.close()
    await database.close()
  }
}

async function allRuns(servers: IngestServers, items: IngestItems, progress: Progress) {
  const runs: Awaited<ReturnType<typeof runIngest>>[] = []
  for (const queue of ['redis', 'postgres'] as const) {
    if (queue === 'redis' && servers.redis === undefined) {
      progress('ingest: there is no redis-server here; its queue is left out')
      continue
    }
    for (const workers of [1, 2]) {
      const run = await runIngest(`ingest_${queue}_${workers}`, servers, queue, workers, items)
      progress(`ingest: ${JSON.stringify(run.figures)}`)
      runs.push(run)
    }
  }
  return runs
}

function itemsOf(path: string): IngestItems {
  const before: OutboxItem[] = []
  const posts: OutboxItem[] = []
  for (const item of dataFileItems(path)) (item.kind === 'userpost' ? posts : before).push(item)
  return { before, posts }
}

/** On one processor, digests included; parsing is not. */
function recoveriesPerSecond(posts: readonly OutboxItem[]): number {
  const parsed = posts
    .slice(0, BOUND_RECOVERIES)
    .flatMap((item) => (item.kind === 'userpost' ? (parseSignedUserpost(item.piece) ?? []) : []))
  const seconds = startMeasuring()
  for (const { raw, signature } of parsed) recoverKeyId(messageDigest(raw), signature)
  return rounded(parsed.length / seconds().seconds, 0)
}

/** The same pieces under their names and numbers, by COPY, durable, and nothing derived or looked up. */
async function copyPerSecond(url: string, posts: readonly OutboxItem[]): Promise<number> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined })
  await sql`CREATE TABLE bound (username text, k integer, piece bytea)`
  const seconds = startMeasuring()
  const copying = await sql`COPY bound FROM STDIN`.writable()
  for (const item of posts) {
    if (item.kind !== 'userpost') continue
    copying.write(`${item.username}\t${item.k}\t\\\\x${Buffer.from(item.piece).toString('hex')}\n`)
  }
  copying.end()
  await finished(copying)
  const figure = rounded(posts.length / seconds().seconds, 0)
  await sql`DROP TABLE bound`
  await sql.end()
  return figure
}
