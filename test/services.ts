import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import pino from 'pino'
import postgres from 'postgres'
import { openEmbeddedPostgres } from '../db/embedded.ts'
import type { QueueConfig } from '../node/outbox/item.ts'

/** Quiet unless WINDSOCK_LOG asks. */
export const testLog = pino({ level: process.env['WINDSOCK_LOG'] ?? 'silent' }, pino.destination(2))

export interface TestPostgres {
  /** A new, empty database of its own. */
  database(): Promise<string>
  /** kill -9 of the server and a start on the same files and port. */
  killAndRestart(awayMs?: number): Promise<void>
  close(): Promise<void>
}

export async function startPostgres(): Promise<TestPostgres> {
  const dataDir = mkdtempSync(join(tmpdir(), 'windsock-postgres-'))
  const port = await freePort()
  let server = await openEmbeddedPostgres({ dataDir, port, log: testLog })
  let count = 0
  return {
    database: async () => {
      const name = `test_${++count}`
      const sql = postgres(server.url, { max: 1, onnotice: () => undefined })
      await sql.unsafe(`CREATE DATABASE ${name}`)
      await sql.end()
      return server.url.replace(/\/[^/]*$/, `/${name}`)
    },
    killAndRestart: async (awayMs = 0) => {
      process.kill(server.pid, 'SIGKILL')
      await server.exited
      await server.close().catch(() => undefined)
      await delay(awayMs)
      server = await openEmbeddedPostgres({ dataDir, port, log: testLog })
    },
    close: async () => {
      await server.close()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

export interface TestRedis {
  url: string
  /** kill -9: it keeps nothing on disk, so everything queued is lost. */
  kill(): Promise<void>
  start(): Promise<void>
  close(): Promise<void>
}

export async function startRedis(): Promise<TestRedis> {
  const dir = mkdtempSync(join(tmpdir(), 'windsock-redis-'))
  const port = await freePort()
  let child: ChildProcess | undefined
  const start = async () => {
    const args = ['--port', String(port), '--bind', '127.0.0.1', '--dir', dir, '--save', '', '--appendonly', 'no']
    child = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'inherit'] })
    for await (const chunk of child.stdout ?? []) if (String(chunk).includes('Ready to accept')) break
    child.stdout?.resume()
  }
  const kill = async () => {
    if (child === undefined) return
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
    child = undefined
  }
  await start()
  return {
    url: `redis://127.0.0.1:${port}`,
    kill,
    start,
    close: async () => {
      await kill()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

/** The two places where the queue can live, with the ways to hurt them. */
export interface TestQueue {
  kind: 'redis' | 'postgres'
  config: QueueConfig
  /** Kills the server, loses what was queued, and starts it again after a while. */
  loseEverything(awayMs?: number): Promise<void>
}

export async function redisQueue(redis: TestRedis): Promise<TestQueue> {
  return {
    kind: 'redis',
    config: { kind: 'redis', url: redis.url },
    loseEverything: async (awayMs = 0) => {
      await redis.kill()
      await delay(awayMs)
      await redis.start()
    },
  }
}

export function postgresQueue(server: TestPostgres, url: string): TestQueue {
  return {
    kind: 'postgres',
    config: { kind: 'postgres', url },
    loseEverything: async (awayMs = 0) => {
      await server.killAndRestart(awayMs)
      const sql = postgres(url, { max: 1, onnotice: () => undefined })
      await sql`TRUNCATE bullmq.job, bullmq.event CASCADE`
      await sql.end()
    },
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

/** Polls until the answer is right; the last wrong answer is in the error. */
export async function eventually<T>(what: () => T | Promise<T>, isRight: (answer: T) => boolean, withinMs = 30_000) {
  const deadline = Date.now() + withinMs
  for (;;) {
    const answer = await what()
    if (isRight(answer)) return answer
    if (Date.now() > deadline) throw new Error(`not within ${withinMs} ms; last: ${JSON.stringify(answer)}`)
    await delay(50)
  }
}
