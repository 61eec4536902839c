import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { openEmbeddedPostgres } from '../db/embedded.ts'
import { type Child, type ChildSpec, logPath, startChild } from './child.ts'
import {
  baseEnvironment,
  connectOf,
  type Databases,
  devnetEnvironment,
  indexerEnvironment,
  migrateEnvironment,
  nodeEnvironment,
  siteEnvironment,
} from './child-environment.ts'
import { openChildLog } from './child-log.ts'
import { type DevnetAnnouncement, parseDevnetAnnouncement } from './devnet-announcement.ts'
import { formatHostPort, reachableHost } from './host-port.ts'
import type { LaunchConfig } from './launch-config.ts'
import { databasesOf } from './read-role.ts'
import { siteStatus } from './site-status.ts'
import type { Part, Supervisor } from './supervisor.ts'
import type { Terminal } from './terminal.ts'
import { watchProgress } from './watch-progress.ts'

/** Time to close before being killed; with the database's own 4 s they stay below the 10 s for all. */
const PATIENCE_MS = { site: 1_200, indexer: 1_500, node: 1_800, devnet: 500, database: 4_500 } as const
const READY_POLL_MS = 200
const READY_ANSWER_MS = 5_000
const SHOWN_WITHIN_MS = 60_000

export interface SystemOptions {
  config: LaunchConfig
  root: string
  terminal: Terminal
  supervisor: Supervisor
  p2pPort: number
  signal: AbortSignal
}

/** Starts every part, in the reverse of the order in which they are stopped, and says `ready` when the site answers. Goes on until `signal`. */
export async function startSystem(options: SystemOptions): Promise<void> {
  const { config, supervisor, terminal, signal } = options
  const base = baseEnvironment(config, process.env)
  const databases = databasesOf(config, config.databaseUrl ?? (await startDatabase(options)))
  signal.throwIfAborted()
  const announced = config.command === 'demo' ? startDevnet(options, base) : undefined
  // It is awaited below; a failure before that must not count as unhandled.
  announced?.catch(() => undefined)
  await migrate(options, base, databases)
  const devnet = await announced
  signal.throwIfAborted()
  const keepMain = (name: string, main: string, env: ChildSpec['env'], patienceMs: number) =>
    supervisor.keep(name, () => startChild(childSpec(options, name, main, env)), patienceMs)
  const nodeRun = {
    p2pPort: options.p2pPort,
    connect: devnet?.connect.join(',') ?? connectOf(config),
    follow: config.follow ?? devnet?.follow ?? [],
    dataDir: join(config.dataDir, 'node'),
  }
  terminal.say('starting the node, the indexer and the site')
  await keepMain('node', 'node/main.ts', nodeEnvironment(base, config, databases, nodeRun), PATIENCE_MS.node)
  await keepMain('indexer', 'indexer/main.ts', indexerEnvironment(base, config, databases), PATIENCE_MS.indexer)
  await keepMain('site', 'app/_server/main.ts', siteEnvironment(base, config, databases), PATIENCE_MS.site)
  const address = siteAddress(config)
  await siteAnswers(address, signal)
  // A demo is there to be looked at: it is ready when there is something to see.
  if (config.command === 'demo') await networkIsShown(address, signal)
  terminal.say(`ready ${address}`)
  await watchProgress(address, terminal, signal)
}

export function siteAddress(config: LaunchConfig): string {
  return `http://${formatHostPort({ host: reachableHost(config.bind), port: config.port })}`
}

function childSpec(options: SystemOptions, name: string, main: string, env: ChildSpec['env']): ChildSpec {
  return {
    name,
    args: ['--import', 'tsx', main],
    env,
    cwd: options.root,
    dataDir: options.config.dataDir,
    onWarning: (text) => options.terminal.warn(`${name}: ${text}`),
  }
}

async function startDatabase({ config, terminal, supervisor, signal }: SystemOptions): Promise<string> {
  terminal.say('starting the embedded database')
  const log = openChildLog(logPath(config.dataDir, 'database'))
  const keep = (text: string) => log.write(text)
  let port: number | undefined
  let url = ''
  const start = async (): Promise<Part> => {
    const dataDir = join(config.dataDir, 'postgres')
    const database = await openEmbeddedPostgres({
      dataDir,
      port,
      signal,
      log: { debug: keep, info: keep, warn: keep },
    })
    // After a crash it comes back where the others look for it.
    port = database.port
    url = database.url
    return { name: 'database', pid: database.pid, exited: database.exited, stop: () => database.close() }
  }
  await supervisor.keep('database', start, PATIENCE_MS.database)
  return url
}

async function migrate(options: SystemOptions, base: ChildSpec['env'], databases: Databases): Promise<void> {
  const child = await startChild(childSpec(options, 'migrate', 'db/migrate.ts', migrateEnvironment(base, databases)))
  const onAbort = () => void child.stop(PATIENCE_MS.indexer)
  options.signal.addEventListener('abort', onAbort, { once: true })
  const how = await child.exited
  options.signal.removeEventListener('abort', onAbort)
  options.signal.throwIfAborted()
  if ((await child.code) !== 0)
    throw new Error(
      `the database cannot be migrated: migrate ${how}; read ${logPath(options.config.dataDir, 'migrate')}`,
    )
}

/** Resolves when the devnet has said where its peers listen. */
async function startDevnet(options: SystemOptions, base: ChildSpec['env']): Promise<DevnetAnnouncement> {
  const { config, supervisor, terminal, signal } = options
  terminal.say('starting a private twister network on loopback')
  const env = devnetEnvironment(base, config, join(config.dataDir, 'devnet'))
  return new Promise((done, fail) => {
    signal.addEventListener('abort', () => fail(signal.reason), { once: true })
    const onLine = (line: string) => {
      const announcement = parseDevnetAnnouncement(line)
      if (announcement !== undefined) done(announcement)
    }
    const start = (): Promise<Child> => startChild({ ...childSpec(options, 'devnet', 'devnet/main.ts', env), onLine })
    supervisor.keep('devnet', start, PATIENCE_MS.devnet).catch(fail)
  })
}

async function siteAnswers(address: string, signal: AbortSignal): Promise<void> {
  for (;;) {
    try {
      const timeout = AbortSignal.timeout(READY_ANSWER_MS)
      const response = await fetch(`${address}/readyz`, { signal: AbortSignal.any([signal, timeout]) })
      if (response.ok) return
    } catch {
      signal.throwIfAborted()
    }
    await delay(READY_POLL_MS, undefined, { signal })
  }
}

/** Resolves when the index holds all that the node has told it of so far, or after a while all the same. */
async function networkIsShown(address: string, signal: AbortSignal): Promise<void> {
  const deadline = performance.now() + SHOWN_WITHIN_MS
  while (performance.now() < deadline) {
    const status = await siteStatus(address)
    const node = status?.nodes[0]
    const isCaughtUp = node?.isSynced === true && (node.cursor ?? 0) >= (node.outboxLast ?? Infinity)
    if (isCaughtUp && (status?.counts?.posts ?? 0) > 0) return
    await delay(READY_POLL_MS, undefined, { signal })
  }
}
