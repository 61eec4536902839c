import { join } from 'node:path'
import { type ChildSpec, startChild } from './child.ts'
import {
  baseEnvironment,
  connectOf,
  type Databases,
  indexerEnvironment,
  nodeEnvironment,
  siteEnvironment,
} from './child-environment.ts'
import { formatHostPort, reachableHost } from './host-port.ts'
import { writeConnection } from './instance-file.ts'
import type { LaunchConfig } from './launch-config.ts'
import { databasesOf } from './read-role.ts'
import { networkIsShown, siteAnswers } from './site-ready.ts'
import { migrate, startDatabase } from './start-database.ts'
import { type RunningDevnet, startDevnet } from './start-devnet.ts'
import type { Part } from './supervisor.ts'
import { childSpec, PATIENCE_MS, type SystemOptions } from './system-options.ts'
import { watchProgress } from './watch-progress.ts'

/**
 * Starts every part, in the reverse of the order in which they are stopped, and says `ready` when the site answers.
 * Goes on until `signal`.
 */
export async function startSystem(options: SystemOptions): Promise<void> {
  const { config, supervisor, terminal, signal } = options
  const base = baseEnvironment(config, process.env)
  const databases = databasesOf(config, config.databaseUrl ?? (await startDatabase(options)))
  signal.throwIfAborted()
  const devnetStarts = config.command === 'demo' ? startDevnet(options, base) : undefined
  // It is awaited below; a failure before that must not count as unhandled.
  devnetStarts?.catch(() => undefined)
  await migrate(options, base, databases)
  writeConnection(config.dataDir, { databaseUrl: databases.ownerUrl, redisUrl: config.redisUrl })
  const devnet = await devnetStarts
  signal.throwIfAborted()
  terminal.say('starting the node, the indexer and the site')
  await keepNode(options, base, databases, devnet)
  const keepMain = (name: string, main: string, env: ChildSpec['env'], patienceMs: number) =>
    supervisor.keep(name, () => startChild(childSpec(options, name, main, env)), patienceMs)
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

async function keepNode(
  options: SystemOptions,
  base: ChildSpec['env'],
  databases: Databases,
  devnet: RunningDevnet | undefined,
): Promise<void> {
  const { config, supervisor } = options
  let node: Part | undefined
  const start = async (): Promise<Part> => {
    const env = nodeEnvironment(base, config, databases, {
      p2pPort: options.p2pPort,
      connect: devnet?.announcement.connect.join(',') ?? connectOf(config),
      follow: config.follow ?? devnet?.announcement.follow ?? [],
      dataDir: join(config.dataDir, 'node'),
    })
    node = await startChild(childSpec(options, 'node', 'node/main.ts', env))
    return node
  }
  await supervisor.keep('node', start, PATIENCE_MS.node)
  // The supervisor starts it again, with the new addresses.
  if (devnet !== undefined) devnet.onMoved = () => void node?.stop(PATIENCE_MS.node)
}
