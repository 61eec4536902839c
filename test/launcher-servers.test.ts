import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { redisProblem } from '../cli/redis-probe.ts'
import { databaseProblem } from '../db/probe.ts'
import { freePort, startPostgres, startRedis, type TestPostgres, type TestRedis } from './services.ts'

const ROOT = dirname(import.meta.dirname)

let database: TestPostgres
let redis: TestRedis
beforeAll(async () => {
  ;[database, redis] = await Promise.all([startPostgres(), startRedis()])
})
afterAll(() => Promise.all([database?.close(), redis?.close()]))

test('servers that answer are found to be fine, others are told', async () => {
  const url = await database.database()
  expect(await databaseProblem(url, 'main')).toBeUndefined()
  expect(await databaseProblem(url.replace(/\/[^/]*$/, '/nowhere'), 'main')).toBe('database "nowhere" does not exist')
  expect(await redisProblem(redis.url)).toBeUndefined()
  expect(await redisProblem(redis.url.replace('redis://', 'redis://nobody:wrong@'))).toMatch(/^WRONGPASS /)
})

test('with servers of its own the launcher starts none, and stops without touching them', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'windsock-servers-'))
  const url = await database.database()
  const port = await freePort()
  const args = ['demo', '--data', folder, '--port', String(port)]
  const env = { ...process.env, DATABASE_URL: url, REDIS_URL: redis.url }
  const running = spawn(join(ROOT, 'windsock'), args, { env, stdio: ['ignore', 'pipe', 'inherit'] })
  try {
    const ended = once(running, 'exit')
    let said = ''
    running.stdout.on('data', (chunk: Buffer) => {
      said += String(chunk)
    })
    while (!said.includes(`\nready http://127.0.0.1:${port}\n`) && running.exitCode === null) await delay(100)
    expect(said).not.toContain('embedded')
    const shown = spawnSync(join(ROOT, 'windsock'), ['status', '--json', '--data', folder], { encoding: 'utf8' })
    const { processes } = JSON.parse(shown.stdout) as { processes: { name: string }[] }
    expect(processes.map(({ name }) => name).sort()).toEqual(['devnet', 'indexer', 'launcher', 'node', 'site'])
    running.kill('SIGTERM')
    expect(await ended).toEqual([0, null])
    const sql = postgres(url, { max: 1 })
    const [row] = await sql<{ posts: number }[]>`select count(*)::int as posts from userpost`
    await sql.end()
    expect(row?.posts).toBeGreaterThan(50)
    expect(await redisProblem(redis.url)).toBeUndefined()
  } finally {
    running.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  }
})
