import { join } from 'node:path'
import { openEmbeddedPostgres } from '../db/embedded.ts'
import { type ChildSpec, logPath, startChild } from './child.ts'
import { type Databases, migrateEnvironment } from './child-environment.ts'
import { openChildLog } from './child-log.ts'
import type { Part } from './supervisor.ts'
import { childSpec, PATIENCE_MS, type SystemOptions } from './system-options.ts'

/** Starts the embedded database; its owner's URL, which stays the same when it comes back after a crash. */
export async function startDatabase({ config, terminal, supervisor, signal }: SystemOptions): Promise<string> {
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

export async function migrate(options: SystemOptions, base: ChildSpec['env'], databases: Databases): Promise<void> {
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
