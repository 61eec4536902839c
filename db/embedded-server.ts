import { type ChildProcess, spawn } from 'node:child_process'
import { renameSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { PostgresBinaries } from './embedded-binaries.ts'
import { postmasterFile } from './embedded-leftover.ts'
import type { PostgresUser } from './embedded-user.ts'

const MAX_CONNECTIONS = 60
const START_ATTEMPTS = 5
/** Recovery after a crash replays at most max_wal_size, 1 GB. */
const START_TIMEOUT_MS = 180_000
const POLL_MS = 25
const FAST_STOP_MS = 3_000
const IMMEDIATE_STOP_MS = 700
const KEPT_LINES = 20
const SAID_LINES = 3
/** How each line of its log begins: "2026-11-22 18:15:26.423 UTC [6893] ". */
const TIME_AND_PID = /^[\d-]+ [\d:.]+ \w+ \[\d+\] /
const LAST_WORDS_MS = 150
/** Case folding and trigrams of letters outside ASCII need a UTF-8 locale of the system; macOS has no C.UTF-8. */
const UTF8_LOCALE = process.platform === 'darwin' ? 'en_US.UTF-8' : 'C.UTF-8'

export interface EmbeddedPostgresLog {
  debug(text: string): void
  info(text: string): void
  warn(text: string): void
}

/** One database cluster on disk, and how to run PostgreSQL on it. */
export interface Cluster {
  path: string
  ownerRole: string
  passwordFile: string
  binaries: PostgresBinaries
  user: PostgresUser
  log: EmbeddedPostgresLog
  signal: AbortSignal | undefined
}

export interface Server {
  child: ChildProcess
  pid: number
  port: number
  exited: Promise<string>
}

export async function makeCluster(cluster: Cluster): Promise<void> {
  cluster.log.info('making the embedded database')
  // Under its final name the cluster is always whole, however early the first start was killed.
  const draft = `${cluster.path}.new`
  rmSync(draft, { recursive: true, force: true })
  const child = spawnAs(cluster, cluster.binaries.initdb, [
    ...['--pgdata', draft, '--username', cluster.ownerRole, '--pwfile', cluster.passwordFile],
    ...['--auth=scram-sha-256', '--encoding=UTF8', `--locale=${UTF8_LOCALE}`, '--no-instructions'],
  ])
  const said = keepLastLines(child, cluster.log)
  const onAbort = () => child.kill('SIGTERM')
  cluster.signal?.addEventListener('abort', onAbort, { once: true })
  const code = await exitCode(child)
  cluster.signal?.removeEventListener('abort', onAbort)
  cluster.signal?.throwIfAborted()
  if (code !== 0) throw new Error(`the embedded database cannot be made: ${said()}`)
  renameSync(draft, cluster.path)
}

export async function startServer(cluster: Cluster, wantedPort: number | undefined): Promise<Server> {
  for (let attempt = 1; ; attempt++) {
    const port = wantedPort ?? (await freePort())
    const started = await tryStart(cluster, port)
    if (started.kind === 'ready') return started.server
    cluster.signal?.throwIfAborted()
    const isPortTaken = started.said.includes('could not create any TCP/IP sockets')
    if (isPortTaken && wantedPort !== undefined) throw new Error(`port ${port} for the embedded database is in use`)
    if (!isPortTaken || attempt === START_ATTEMPTS)
      throw new Error(`the embedded database does not start: ${started.said}`)
  }
}

export async function stopServer(server: Server): Promise<void> {
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

type Started = { kind: 'ready'; server: Server } | { kind: 'failed'; said: string }

async function tryStart(cluster: Cluster, port: number): Promise<Started> {
  const settings = [
    ...['listen_addresses=127.0.0.1', `port=${port}`, 'unix_socket_directories=', `max_connections=${MAX_CONNECTIONS}`],
    ...['fsync=on', 'full_page_writes=on', 'synchronous_commit=on', 'jit=off', 'timezone=UTC', 'log_timezone=UTC'],
    ...['max_wal_size=1GB', 'log_min_messages=warning', 'logging_collector=off', 'log_destination=stderr'],
  ]
  const words = ['-D', cluster.path, ...settings.flatMap((setting) => ['-c', setting])]
  const child = spawnAs(cluster, cluster.binaries.postgres, words)
  const said = keepLastLines(child, cluster.log)
  let hasExited = false
  const exited = exitCode(child).then((code) => {
    hasExited = true
    return said() || `it ended with code ${code ?? 'none'}`
  })
  const { pid } = child
  for (let waitedMs = 0; waitedMs < START_TIMEOUT_MS && pid !== undefined && !hasExited; waitedMs += POLL_MS) {
    if (cluster.signal?.aborted) break
    const file = postmasterFile(cluster.path)
    if (file?.pid === pid && file.state === 'ready') return { kind: 'ready', server: { child, pid, port, exited } }
    await delay(POLL_MS)
  }
  if (!hasExited) child.kill('SIGQUIT')
  return { kind: 'failed', said: await exited }
}

/** In a session of its own, so that Ctrl-C reaches the launcher alone, which stops things in order. */
function spawnAs({ user }: Cluster, program: string, args: string[]): ChildProcess {
  const [command, ...words] = [...user.prefix, program, ...args]
  return spawn(command ?? program, words, {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    uid: user.uid,
    gid: user.gid,
    cwd: '/',
    // Nothing of the caller's PG* variables or locale may steer it.
    env: { NODE_ENV: 'production', PATH: process.env['PATH'], LC_ALL: UTF8_LOCALE, TZ: 'UTC' },
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
    const words = (telling.length > 0 ? telling : lines).map((line) => line.replace(TIME_AND_PID, ''))
    return [...new Set(words)].slice(-SAID_LINES).join('; ')
  }
}

function exitCode(child: ChildProcess): Promise<number | undefined> {
  return new Promise((done) => {
    child.once('error', () => done(undefined))
    child.once('close', (code) => done(code ?? undefined))
    // The backends of a killed postmaster may hold the pipes longer than it lives.
    child.once('exit', (code) => setTimeout(() => done(code ?? undefined), LAST_WORDS_MS))
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
