import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import postgres from 'postgres'
import { postgresBinaries } from './embedded-binaries.ts'
import { stopLeftover } from './embedded-leftover.ts'
import { claimOwnerFileSoon } from './embedded-owner.ts'
import { type Cluster, type EmbeddedPostgresLog, makeCluster, startServer, stopServer } from './embedded-server.ts'
import { giveToPostgresUser, postgresUser } from './embedded-user.ts'

export const OWNER_ROLE = 'windsock'
const DATABASE = 'windsock'
const CONNECT_TIMEOUT_S = 10

export interface EmbeddedPostgresOptions {
  dataDir: string
  log: EmbeddedPostgresLog
  /** Without one a free port is taken. */
  port?: number
  /** Ends a start that is under way; once open, close() it. */
  signal?: AbortSignal
}

export interface EmbeddedPostgres {
  /** Of the owner role, with its password. */
  url: string
  port: number
  pid: number
  /** Resolves with what it said last when the server ends, asked or not. */
  exited: Promise<string>
  /** Fast shutdown, within five seconds. */
  close(): Promise<void>
}

/** Starts the PostgreSQL that came with npm, on loopback, with its files in `dataDir`; makes them when there are none. */
export async function openEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const binaries = postgresBinaries()
  if (binaries === undefined)
    throw new Error(
      `there is no embedded PostgreSQL for ${process.platform}-${process.arch}: set DATABASE_URL to a PostgreSQL server`,
    )
  const dataDir = resolve(options.dataDir)
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  chmodSync(dataDir, 0o700)
  const claim = await claimOwnerFileSoon(join(dataDir, 'owner.json'))
  if (claim.kind === 'held') throw new Error(`the database in ${dataDir} is in use by process ${claim.pid}`)
  try {
    const path = join(dataDir, 'cluster')
    if (existsSync(path)) await stopLeftover(path, options.log)
    const { password, passwordFile } = ensurePassword(dataDir, path)
    giveToPostgresUser(dataDir)
    const { log, signal } = options
    const user = postgresUser(dataDir, binaries.postgres)
    const cluster: Cluster = { path, ownerRole: OWNER_ROLE, passwordFile, binaries, user, log, signal }
    if (!existsSync(path)) await makeCluster(cluster)
    const server = await startServer(cluster, options.port)
    const url = (database: string) => `postgres://${OWNER_ROLE}:${password}@127.0.0.1:${server.port}/${database}`
    // However it ends, the folder is free for the next.
    const exited = server.exited.finally(claim.release)
    try {
      await ensureDatabase(url('postgres'))
    } catch (error) {
      await stopServer(server)
      throw error
    }
    return { url: url(DATABASE), port: server.port, pid: server.pid, exited, close: () => stopServer(server) }
  } catch (error) {
    claim.release()
    throw error
  }
}

/** The password is made once, with the cluster. */
function ensurePassword(dataDir: string, cluster: string): { password: string; passwordFile: string } {
  const passwordFile = join(dataDir, 'password')
  if (!existsSync(passwordFile)) {
    if (existsSync(cluster))
      throw new Error(`the file ${passwordFile} with the password of the embedded database is missing`)
    writeFileSync(passwordFile, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600, flush: true })
  }
  return { password: readFileSync(passwordFile, 'utf8').trim(), passwordFile }
}

async function ensureDatabase(maintenanceUrl: string): Promise<void> {
  const sql = postgres(maintenanceUrl, { max: 1, connect_timeout: CONNECT_TIMEOUT_S, onnotice: () => undefined })
  try {
    const found = await sql`select 1 from pg_database where datname = ${DATABASE}`
    if (found.length === 0) await sql`create database ${sql(DATABASE)}`
  } finally {
    await sql.end({ timeout: 1 })
  }
}
