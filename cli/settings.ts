import { ConfigError } from './config-error.ts'

/** Every setting once: its name in the environment and in a file, and its flag where it has one. */
export const SETTINGS = {
  network: { env: 'WINDSOCK_NETWORK', flag: '--network' },
  connect: { env: 'WINDSOCK_CONNECT', flag: '--connect' },
  noCheckpoints: { env: 'WINDSOCK_NO_CHECKPOINTS', flag: '--no-checkpoints' },
  follow: { env: 'WINDSOCK_FOLLOW', flag: '--follow' },
  crawl: { env: 'WINDSOCK_CRAWL', flag: '--crawl' },
  history: { env: 'WINDSOCK_HISTORY', flag: '--history' },
  bind: { env: 'WINDSOCK_BIND', flag: '--bind' },
  port: { env: 'WINDSOCK_PORT', flag: '--port' },
  p2pPort: { env: 'WINDSOCK_P2P_PORT', flag: '--p2p-port' },
  data: { env: 'WINDSOCK_DATA', flag: '--data' },
  seed: { env: 'WINDSOCK_SEED', flag: '--seed' },
  clock: { env: 'WINDSOCK_CLOCK', flag: undefined },
  log: { env: 'WINDSOCK_LOG', flag: undefined },
  rpc: { env: 'WINDSOCK_RPC', flag: undefined },
  proxyDepth: { env: 'WINDSOCK_PROXY_DEPTH', flag: undefined },
  requestsPerMinute: { env: 'WINDSOCK_REQUESTS_PER_MINUTE', flag: undefined },
  contact: { env: 'WINDSOCK_CONTACT', flag: undefined },
  origin: { env: 'WINDSOCK_ORIGIN', flag: undefined },
  onion: { env: 'WINDSOCK_ONION', flag: undefined },
  databaseUrl: { env: 'DATABASE_URL', flag: undefined },
  readDatabaseUrl: { env: 'WINDSOCK_DATABASE_URL_READ', flag: undefined },
  readPassword: { env: 'WINDSOCK_READ_PASSWORD', flag: undefined },
  redisUrl: { env: 'REDIS_URL', flag: undefined },
} as const

export type SettingName = keyof typeof SETTINGS

export const SETTING_KEYS: ReadonlySet<string> = new Set(Object.values(SETTINGS).map((setting) => setting.env))

/** A value as it was written, and where, so that an error can point at it. */
export interface Given {
  text: string
  from: string
  isFlag: boolean
}

export type Lookup = (name: SettingName) => Given | undefined

export interface SettingSources {
  flags: Partial<Record<SettingName, string>>
  env: Readonly<Record<string, string | undefined>>
  file: ReadonlyMap<string, string>
  filePath: string
}

/** Flag before environment before file. */
export function lookupIn(sources: SettingSources): Lookup {
  return (name) => {
    const { env, flag } = SETTINGS[name]
    const byFlag = sources.flags[name]
    if (byFlag !== undefined) return { text: byFlag, from: `${flag} ${byFlag}`, isFlag: true }
    const byEnv = sources.env[env]
    if (byEnv !== undefined && byEnv !== '') return { text: byEnv, from: `${env}=${shown(name, byEnv)}`, isFlag: false }
    const byFile = sources.file.get(env)
    if (byFile === undefined) return undefined
    return { text: byFile, from: `${env}=${shown(name, byFile)} in ${sources.filePath}`, isFlag: false }
  }
}

/** A sentence that starts with what was written. */
export function wrong(given: Given, sentence: string): ConfigError {
  return new ConfigError(`${given.from}: ${sentence}`)
}

/** No password goes to a terminal or a log. */
function shown(name: SettingName, text: string): string {
  if (name === 'readPassword') return '…'
  return text.replace(/(:\/\/[^:/@]*):[^@]*@/, '$1:…@')
}
