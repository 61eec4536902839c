import type { QueueConfig } from '../node/outbox/item.ts'
import { type Connection, readConnection } from './instance-file.ts'
import { liveDataDir } from './live-data-dir.ts'

/** Where the node of a system is told things, and where its answers are read. */
export interface ControlTarget {
  queue: QueueConfig
  /** Without it, nothing can be read: a container that has Redis alone. */
  databaseUrl: string | undefined
}

type Env = Readonly<Record<string, string | undefined>>

/** The running instance's; without one, the servers of DATABASE_URL and REDIS_URL. A sentence when there is neither. */
export function controlTarget(root: string, dataDir: string | undefined, env: Env): ControlTarget | string {
  const live = liveDataDir(root, dataDir)
  if (live !== undefined) {
    const connection = readConnection(live)
    return connection === undefined
      ? `what runs on ${live} has only begun to start; try again in a moment`
      : of(connection)
  }
  const databaseUrl = env['DATABASE_URL'] || undefined
  const redisUrl = env['REDIS_URL'] || undefined
  if (dataDir !== undefined) return `nothing runs on ${dataDir}`
  if (redisUrl !== undefined) return { queue: { kind: 'redis', url: redisUrl }, databaseUrl }
  if (databaseUrl !== undefined) return { queue: { kind: 'postgres', url: databaseUrl }, databaseUrl }
  return 'nothing runs here, and neither DATABASE_URL nor REDIS_URL is set'
}

function of({ databaseUrl, redisUrl }: Connection): ControlTarget {
  const queue: QueueConfig =
    redisUrl === undefined ? { kind: 'postgres', url: databaseUrl } : { kind: 'redis', url: redisUrl }
  return { queue, databaseUrl }
}
