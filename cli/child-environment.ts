import { connectText, type LaunchConfig } from './launch-config.ts'

type Env = Readonly<Record<string, string>>

/** What a child inherits; everything else it is told by name, so that nothing in our environment steers it unseen. */
const INHERITED = ['PATH', 'HOME', 'USER', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR', 'NODE_OPTIONS', 'NODE_EXTRA_CA_CERTS']

export interface Databases {
  ownerUrl: string
  readUrl: string
  readPassword: string
}

export function baseEnvironment(config: LaunchConfig, own: Readonly<Record<string, string | undefined>>): Env {
  return {
    ...present(Object.fromEntries(INHERITED.map((name) => [name, own[name]]))),
    ...present({ WINDSOCK_CLOCK: config.clock }),
    NODE_ENV: 'production',
    NEXT_TELEMETRY_DISABLED: '1',
    WINDSOCK_LOG: config.logLevel,
  }
}

export function migrateEnvironment(base: Env, databases: Databases): Env {
  return { ...base, DATABASE_URL: databases.ownerUrl, WINDSOCK_READ_PASSWORD: databases.readPassword }
}

export interface NodeRun {
  p2pPort: number
  connect: string
  follow: readonly string[]
  dataDir: string
}

export function nodeEnvironment(base: Env, config: LaunchConfig, databases: Databases, run: NodeRun): Env {
  return {
    ...queueEnvironment(base, config, databases),
    ...networkEnvironment(config),
    ...present({ WINDSOCK_CONNECT: run.connect }),
    WINDSOCK_FOLLOW: run.follow.join(','),
    WINDSOCK_CRAWL: String(config.crawl),
    WINDSOCK_HISTORY: String(config.history),
    WINDSOCK_BIND: config.p2pBind,
    WINDSOCK_P2P_PORT: String(run.p2pPort),
    WINDSOCK_DATA: run.dataDir,
  }
}

export function indexerEnvironment(base: Env, config: LaunchConfig, databases: Databases): Env {
  return { ...queueEnvironment(base, config, databases), ...networkEnvironment(config) }
}

/** The site gets the read-only role's address and no other. */
export function siteEnvironment(base: Env, config: LaunchConfig, databases: Databases): Env {
  return {
    ...base,
    WINDSOCK_DATABASE_URL_READ: databases.readUrl,
    WINDSOCK_BIND: config.bind,
    WINDSOCK_PORT: String(config.port),
    WINDSOCK_RPC: config.hasRpc ? 'on' : 'off',
    WINDSOCK_PROXY_DEPTH: String(config.proxyDepth),
    ...present({
      WINDSOCK_REQUESTS_PER_MINUTE: config.requestsPerMinute?.toString(),
      WINDSOCK_CONTACT: config.contact,
      WINDSOCK_ORIGIN: config.origin,
      WINDSOCK_ONION: config.onion,
    }),
  }
}

export function devnetEnvironment(base: Env, config: LaunchConfig, dataDir: string): Env {
  return { ...base, ...present({ WINDSOCK_SEED: config.seed }), WINDSOCK_DATA: dataDir }
}

export function connectOf(config: LaunchConfig): string {
  return connectText(config.connect)
}

function queueEnvironment(base: Env, config: LaunchConfig, databases: Databases): Env {
  return { ...base, DATABASE_URL: databases.ownerUrl, ...present({ REDIS_URL: config.redisUrl }) }
}

function networkEnvironment(config: LaunchConfig): Env {
  return { WINDSOCK_NETWORK: config.network, ...present({ WINDSOCK_NO_CHECKPOINTS: config.isCheckpointed ? '' : '1' }) }
}

function present(values: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const kept: Record<string, string> = {}
  for (const [name, value] of Object.entries(values)) if (value !== undefined && value !== '') kept[name] = value
  return kept
}
