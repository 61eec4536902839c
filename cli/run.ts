import { join } from 'node:path'
import { databaseProblem } from '../db/probe.ts'
import { ConfigError } from './config-error.ts'
import { openDataFolder } from './data-folder.ts'
import { freeP2pPort, requireP2pPorts, requireSitePort } from './free-ports.ts'
import { type Instance, removeConnection, removeInstance, writeInstance } from './instance-file.ts'
import { DEFAULT_P2P_PORT, type LaunchConfig } from './launch-config.ts'
import { redisProblem } from './redis-probe.ts'
import { signalGroup, stopLeftovers } from './run-file.ts'
import { siteAddress, startSystem } from './start-system.ts'
import { openSupervisor, type Supervisor } from './supervisor.ts'
import type { Terminal } from './terminal.ts'

/** Everything has ended this long after it was asked to, whatever hangs. */
const STOP_WITHIN_MS = 9_500

type End = { kind: 'asked' } | { kind: 'gave-up'; name: string; how: string } | { kind: 'failed'; error: unknown }

/** Runs the whole system until it is told to stop; the exit code. */
export async function run(config: LaunchConfig, root: string, terminal: Terminal): Promise<number> {
  const stopping = new AbortController()
  const stopNames = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  const onSignal = () => stopping.abort()
  for (const name of stopNames) process.on(name, onSignal)
  const folder = await openDataFolder(config.dataDir, config.command === 'demo' ? 'demo' : config.network)
  const supervisor = openSupervisor({
    onRestart: (name, how, inMs) =>
      terminal.warn(`${name} ${how}; starting it again in ${inMs / 1000} s (see ${join(folder.path, 'log')})`),
  })
  try {
    const starting = prepare(config, terminal).then((p2pPort) => {
      stopping.signal.throwIfAborted()
      // A killed launcher has left where its own servers were.
      removeConnection(folder.path)
      writeInstance(folder.path, instanceOf(config))
      return startSystem({ config, root, terminal, supervisor, p2pPort, signal: stopping.signal })
    })
    const end = await Promise.race<End>([
      aborted(stopping.signal).then(() => ({ kind: 'asked' })),
      supervisor.gaveUp.then((reason) => ({ kind: 'gave-up', ...reason })),
      starting.then(
        () => new Promise<never>(() => undefined),
        (error: unknown) => ({ kind: 'failed', error }),
      ),
    ])
    return report(stopping.signal.aborted ? { kind: 'asked' } : end, folder.path, terminal)
  } finally {
    stopping.abort()
    await closeInTime(supervisor)
    removeInstance(folder.path)
    removeConnection(folder.path)
    folder.release()
    for (const name of stopNames) process.off(name, onSignal)
  }
}

function instanceOf(config: LaunchConfig): Instance {
  const { command, network } = config
  return { command, network, address: siteAddress(config), startedAt: new Date().toISOString() }
}

/** What must be right before anything is started; the chain port. */
async function prepare(config: LaunchConfig, terminal: Terminal): Promise<number> {
  await stopLeftovers(join(config.dataDir, 'run'), (name, pid) =>
    terminal.say(`stopping the ${name} (process ${pid}) that an earlier run left`),
  )
  await requireSitePort(config.bind, config.port)
  if (config.p2pPort !== undefined) await requireP2pPorts(config.p2pBind, config.p2pPort)
  await requireServers(config)
  return config.p2pPort ?? freeP2pPort(config.p2pBind, DEFAULT_P2P_PORT[config.network])
}

async function requireServers(config: LaunchConfig): Promise<void> {
  const { databaseUrl, network } = config
  const database = databaseUrl === undefined ? undefined : await databaseProblem(databaseUrl, network)
  if (database !== undefined) throw new ConfigError(`the database of DATABASE_URL cannot be used: ${database}`)
  const redis = config.redisUrl === undefined ? undefined : await redisProblem(config.redisUrl)
  if (redis !== undefined) throw new ConfigError(`the Redis of REDIS_URL cannot be used: ${redis}`)
}

function report(end: End, dataDir: string, terminal: Terminal): number {
  switch (end.kind) {
    case 'asked':
      terminal.say('stopping')
      return 0
    case 'gave-up':
      terminal.warn(
        `windsock: ${end.name} ${end.how}, again and again; read ${join(dataDir, 'log', `${end.name}.log`)}`,
      )
      return 1
    case 'failed':
      terminal.warn(`windsock: ${end.error instanceof Error ? end.error.message : String(end.error)}`)
      return end.error instanceof ConfigError ? 2 : 1
  }
}

async function closeInTime(supervisor: Supervisor): Promise<void> {
  const last = setTimeout(() => {
    for (const { pid } of supervisor.parts()) if (pid !== undefined) signalGroup(pid, 'SIGKILL')
  }, STOP_WITHIN_MS)
  await supervisor.close()
  clearTimeout(last)
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    if (signal.aborted) done()
    signal.addEventListener('abort', () => done(), { once: true })
  })
}
