import { availableParallelism } from 'node:os'
import type { QueueConfig } from '../node/outbox/item.ts'
import type { NetworkName } from '../node/protocol/params.ts'
import { MAX_RECOVER_THREADS } from './limits.ts'

export interface IndexerConfig {
  databaseUrl: string
  queue: QueueConfig
  network: NetworkName
  checkpoints: boolean
  /** Unix seconds at which the clock starts, for replays; absent: the system's clock. */
  clockStart: number | undefined
  logLevel: string
  /** That recover signers beside the one that parses and writes. */
  threads: number
}

/** A setting that cannot be used; the message is one sentence that says what to do. */
export class ConfigError extends Error {}

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']

/** Reads the indexer process's environment; the queue lives in the database unless REDIS_URL is set. */
export function indexerConfig(env: Readonly<Record<string, string | undefined>>): IndexerConfig {
  const databaseUrl = env['DATABASE_URL']
  if (!databaseUrl) throw new ConfigError('DATABASE_URL is not set: it names the PostgreSQL database of the index.')
  if (!/^postgres(?:ql)?:\/\//.test(databaseUrl)) {
    throw new ConfigError('DATABASE_URL must start with postgres:// or postgresql://.')
  }
  const redisUrl = env['REDIS_URL']
  if (redisUrl && !/^rediss?:\/\//.test(redisUrl)) {
    throw new ConfigError('REDIS_URL must start with redis:// or rediss://.')
  }
  return {
    databaseUrl,
    queue: redisUrl ? { kind: 'redis', url: redisUrl } : { kind: 'postgres', url: databaseUrl },
    network: networkOf(env['WINDSOCK_NETWORK']),
    checkpoints: env['WINDSOCK_NO_CHECKPOINTS'] !== '1',
    clockStart: clockStartOf(env['WINDSOCK_CLOCK']),
    logLevel: logLevelOf(env['WINDSOCK_LOG']),
    threads: threadsOf(env['WINDSOCK_INDEXER_THREADS']),
  }
}

function networkOf(text: string | undefined): NetworkName {
  if (!text) return 'main'
  if (text === 'main' || text === 'regtest') return text
  throw new ConfigError(`WINDSOCK_NETWORK must be main or regtest, not "${text}".`)
}

function clockStartOf(text: string | undefined): number | undefined {
  if (!text) return undefined
  const seconds = Number(text)
  if (Number.isFinite(seconds) && seconds >= 1 && seconds < 2 ** 32) return seconds
  throw new ConfigError(`WINDSOCK_CLOCK must be unix seconds, not "${text}".`)
}

function threadsOf(text: string | undefined): number {
  // One processor stays with the thread that parses and writes.
  if (!text) return Math.min(MAX_RECOVER_THREADS, availableParallelism() - 1)
  if (/^[0-9]$/.test(text) && Number(text) <= MAX_RECOVER_THREADS) return Number(text)
  throw new ConfigError(`WINDSOCK_INDEXER_THREADS must be 0 to ${MAX_RECOVER_THREADS}, not "${text}".`)
}

function logLevelOf(text: string | undefined): string {
  if (!text) return 'info'
  if (LOG_LEVELS.includes(text)) return text
  throw new ConfigError(`WINDSOCK_LOG must be one of ${LOG_LEVELS.join(', ')}, not "${text}".`)
}
