import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import postgres from 'postgres'
import { type PostgresBinaries, postgresBinaries } from './embedded-binaries.ts'
import { postmasterFile, stopLeftover } from './embedded-leftover.ts'
import { claimOwnerFile } from './embedded-owner.ts'
import { giveToPostgresUser, type PostgresUser, postgresUser } from './embedded-user.ts'

const OWNER_ROLE = 'windsock'
const DATABASE = 'windsock'
const MAX_CONNECTIONS = 60
const START_ATTEMPTS = 5
/** Recovery after a crash replays at most max_wal_size, 1 GB. */
const START_TIMEOUT_MS = 180_000
const POLL_MS = 25
const FAST_STOP_MS = 3_500
const IMMEDIATE_STOP_MS = 1_000
const KEPT_LINES = 20

export interface EmbeddedPostgresLog {
  debug(text: string): void
  info(text: string): void
  warn(text: string): void
}

export interface EmbeddedPostgresOptions {
  dataDir: string
  log: EmbeddedPostgresLog
  /** Without one a free port is taken. */
  port?: number
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
  const cluster = join(dataDir, 'cluster')
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const claim = claimOwnerFile(join(dataDir, 'owner.json'))
  if (claim.kind === 'held') throw new Error(`the database in ${dataDir} is in use by process ${claim.pid}`)
  try {
    const user = postgresUser(dataDir, binaries.postgres)
    if (existsSync(cluster)) await stopLeftover(cluster, options.log)
    const password = ensurePassword(dataDir, cluster)
    chmodSync(dataDir, 0o700)
    giveToPostgresUser(dataDir)
    if (!existsSync(cluster)) await makeCluster(binaries, user, dataDir, cluster, options.log)
    const server = await startOnFreePort(binaries, user, cluster, options)
    const url = (database: string) => `postgres://${OWNER_ROLE}:${password}@127.0.0.1:${server.port}/${database}`
    try {
      await ensureDatabase(url('postgres'))
    } catch (error) {
      await stop(server)
      throw error
    }
    const closeOnce = once(() => stop(server).finally(claim.release))
    return { url: url(DATABASE), port: server.port, pid: server.pid, exited: server.exited, close: closeOnce }
  } catch (error) {
    claim.release()
    throw error
  }
}

interface Server {
  child: ChildProcess
  pid: number
  port: number
  exited: Promise<string>
}

/** The password is made once, with the cluster. */
function ensurePassword(dataDir: string, cluster: string): string {
  const path = join(dataDir, 'password')
  if (existsSync(path)) return readFileSync(path, 'utf8').trim()
  if (existsSync(cluster)) throw new Error(`the file ${path} with the password of the embedded database is missing`)
  const password = randomBytes(24).toString('base64url')
  writeFileSync(path, `${password}\n`, { mode: 0o600, flush: true })
  return password
}

async function makeCluster(
  binaries: PostgresBinaries,
  user: PostgresUser,
  dataDir: string,
  cluster: string,
  log: EmbeddedPostgresLog,
): Promise<void> {
  log.info('making the embedded database')
  // Under its final name the cluster is always whole, however early the first start was killed.
  const draft = `${cluster}.new`
  rmSync(draft, { recursive: true, force: true })
  const child = spawnAs(user, binaries.initdb, [
    ...['--pgdata', draft, '--username', OWNER_ROLE, '--pwfile', join(dataDir, 'password')],
    ...['--auth=scram-sha-256', '--encoding=UTF8', `--locale=${utf8Locale()}`, '--no-instructions'],
  ])
  const said = keepLastLines(child, log)
  if ((await exitCode(child)) !== 0) throw new Error(`the embedded database cannot be made: ${said()}`)
  renameSync(draft, cluster)
}

/** Case folding and trigrams of letters outside ASCII need a UTF-8 locale of the system; macOS has no C.UTF-8. */
function utf8Locale(): string {
  return process.platform === 'darwin' ? 'en_US.UTF-8' : 'C.UTF-8'
}

async function startOnFreePort(
  binaries: PostgresBinaries,
  user: PostgresUser,
  cluster: string,
  options: EmbeddedPostgresOptions,
): Promise<Server> {
  for (let attempt = 1; ; attempt++) {
    const port = options.port ?? (await freePort())
    const started = await start(binaries, user, cluster, port, options.log)
    if (started.kind === 'ready') return started.server
    const isPortTaken = started.said.includes('could not create any TCP/IP sockets')
    if (isPortTaken && options.port !== undefined) throw new Error(`port ${port} for the embedded database is in use`)
    if (!isPortTaken || attempt === START_ATTEMPTS)
      throw new Error(`the embedded database does not start: ${started.said}`)
  }
}

type Started = { kind: 'ready'; server: Server } | { kind: 'failed'; said: string }

async function start(
  binaries: PostgresBinaries,
  user: PostgresUser,
  cluster: string,
  port: number,
  log: EmbeddedPostgresLog,
): Promise<Started> {
  const settings = [
    ...['listen_addresses=127.0.0.1', `port=${port}`, 'unix_socket_directories=', `max_connections=${MAX_CONNECTIONS}`],
    ...['fsync=on', 'full_page_writes=on', 'synchronous_commit=on', 'jit=off', 'timezone=UTC', 'log_timezone=UTC'],
    ...['max_wal_size=1GB', 'log_min_messages=warning', 'logging_collector=off', 'log_destination=stderr'],
  ]
  const child = spawnAs(user, binaries.postgres, ['-D', cluster, ...settings.flatMap((setting) => ['-c', setting])])
  const said = keepLastLines(child, log)
  let hasExited = false
  const exited = exitCode(child).then((code) => {
    hasExited = true
    return said() || `it ended with code ${code ?? 'none'}`
  })
  const { pid } = child
  for (let waitedMs = 0; waitedMs < START_TIMEOUT_MS && pid !== undefined && !hasExited; waitedMs += POLL_MS) {
    const file = postmasterFile(cluster)
    if (file?.pid === pid && file.state === 'ready') return { kind: 'ready', server: { child, pid, port, exited } }
    await delay(POLL_MS)
  }
  if (!hasExited) child.kill('SIGKILL')
  return { kind: 'failed', said: await exited }
}

async function ensureDatabase(maintenanceUrl: string): Promise<void> {
  const sql = postgres(maintenanceUrl, { max: 1, connect_timeout: 10, onnotice: () => undefined })
  try {
    const found = await sql`select 1 from pg_database where datname = ${DATABASE}`
    if (found.length === 0) await sql`create database ${sql(DATABASE)}`
  } finally {
    await sql.end({ timeout: 1 })
  }
}

async function stop(server: Server): Promise<void> {
  const signals = [
    ['SIGINT', FAST_STOP_MS],
    ['SIGQUIT', IMMEDIATE_STOP_MS],
  ] as const
  for (const [signal, patienceMs] of signals) {
    server.child.kill(signal)
    const patience = new AbortController()
    const wait = delay(patienceMs, false, { signal: patience.signal }).catch(() => false)
    const isGone = await Promise.race([server.exited.then(() => true), wait])
    patience.abort()
    if (isGone) return
  }
  server.child.kill('SIGKILL')
  await server.exited
}

/** In a session of its own, so that Ctrl-C reaches the launcher alone, which stops things in order. */
function spawnAs(user: PostgresUser, program: string, args: string[]): ChildProcess {
  const [command, ...words] = [...user.prefix, program, ...args]
  return spawn(command ?? program, words, {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    uid: user.uid,
    gid: user.gid,
    cwd: '/',
    // Nothing of the caller's PG* variables or locale may steer it.
    env: { NODE_ENV: 'production', PATH: process.env['PATH'], LC_ALL: utf8Locale(), TZ: 'UTC' },
  })
}

/** Passes what it says to the log, and keeps the last lines for an error's sentence. */
function keepLastLines(child: ChildProcess, log: EmbeddedPostgresLog): () => string {
  const lines: string[] = []
  const take = (chunk: Buffer) => {
    for (const line of chunk.toString('utf8').split('\n')) {
      if (line.trim() === '') continue
      lines.push(line.trim())
      if (lines.length > KEPT_LINES) lines.shift()
      if (/\b(WARNING|ERROR|FATAL|PANIC):/.test(line)) log.warn(line)
      else log.debug(line)
    }
  }
  child.stdout?.on('data', take)
  child.stderr?.on('data', take)
  return () => {
    const telling = lines.filter((line) => /\b(error|FATAL|PANIC|HINT):|could not|cannot/i.test(line))
    return (telling.length > 0 ? telling : lines.slice(-3)).join('; ')
  }
}

function exitCode(child: ChildProcess): Promise<number | undefined> {
  return new Promise((done) => {
    child.once('error', () => done(undefined))
    child.once('close', (code) => done(code ?? undefined))
  })
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((done, fail) => server.once('error', fail).listen(0, '127.0.0.1', done))
  const address = server.address()
  await new Promise((done) => server.close(done))
  if (address === null || typeof address === 'string') throw new Error('the system gave no port')
  return address.port
}

function once(close: () => Promise<void>): () => Promise<void> {
  let closing: Promise<void> | undefined
  return () => {
    closing ??= close()
    return closing
  }
}
