import pino from 'pino'
import { hasQueueTables } from '../../db/queries/health.ts'
import type { Reader } from '../../db/queries/reader.ts'
import { CONTROL_QUEUE } from '../../node/outbox/control.ts'
import type { QueueConfig } from '../../node/outbox/item.ts'
import { QueueServer } from '../../node/outbox/queue-server.ts'
import { ITEM_QUEUE } from '../../node/outbox/status.ts'
import { askRedis } from '../redis-probe.ts'
import { bad, type Finding, good, note } from './finding.ts'
import { CONTROL_NOTE_MESSAGES, QUEUE_NOTE_JOBS } from './limits.ts'

const AREA = 'queue'

export async function checkQueue(config: QueueConfig, sql: Reader): Promise<Finding[]> {
  if (config.kind === 'redis') {
    const info = await askRedis(config.url, ['INFO'])
    if (info.kind === 'problem') {
      return [bad(AREA, `Redis cannot be used (${info.words}): start it, or correct REDIS_URL`)]
    }
    return [...judgeRedis(info.text), ...(await checkLength(config))]
  }
  // Asking the queue would make its tables: that is the node's and the indexer's business.
  if (!(await hasQueueTables(sql))) {
    return [bad(AREA, 'the queue has no tables in the database yet: start the node and the indexer')]
  }
  return [good(AREA, 'the queue lives in the database'), ...(await checkLength(config))]
}

/** What INFO says: jobs must neither be evicted nor refused, and are better kept over a restart. */
export function judgeRedis(info: string): Finding[] {
  const of = (name: string) => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1]
  const findings = [good(AREA, `Redis ${of('redis_version') ?? '?'} answers`)]
  const policy = of('maxmemory_policy')
  if (policy !== undefined && policy !== 'noeviction') {
    findings.push(bad(AREA, `Redis may evict jobs (maxmemory-policy ${policy}): set it to noeviction`))
  }
  const limit = Number(of('maxmemory') ?? 0)
  if (limit > 0 && Number(of('used_memory') ?? 0) > limit * 0.9) {
    findings.push(bad(AREA, 'Redis has used up its memory: raise maxmemory, or see why the indexer lags'))
  }
  const isAppending = of('aof_enabled') === '1'
  if (isAppending && of('aof_last_write_status') === 'err') {
    findings.push(bad(AREA, 'Redis cannot write its append-only file: make room on its disk'))
  }
  if (of('rdb_last_bgsave_status') === 'err') {
    findings.push(bad(AREA, 'Redis cannot save its snapshots and will refuse jobs: make room on its disk'))
  }
  if (!isAppending) {
    findings.push(
      note(
        AREA,
        'Redis forgets its newest jobs when it ends; nothing is lost, the node sends them again, but appendonly yes is quicker',
      ),
    )
  }
  if (of('role') === 'slave') findings.push(bad(AREA, 'this Redis is a replica and takes no jobs: use its master'))
  return findings
}

async function checkLength(config: QueueConfig): Promise<Finding[]> {
  const server = new QueueServer(config, pino({ level: 'silent' }))
  try {
    const [batches, messages] = await Promise.all([server.waiting(ITEM_QUEUE), server.waiting(CONTROL_QUEUE)])
    return [
      batches < QUEUE_NOTE_JOBS
        ? good(AREA, `${batches} batches wait`)
        : note(AREA, `${batches} batches wait: see whether the indexer runs and gets on`),
      ...(messages < CONTROL_NOTE_MESSAGES
        ? []
        : [note(AREA, `${messages} messages wait for the node: see whether it runs`)]),
    ]
  } catch (error) {
    return [
      bad(
        AREA,
        `the queue cannot be asked (${error instanceof Error ? error.message : error}): start what it lives in`,
      ),
    ]
  } finally {
    await server.close()
  }
}
