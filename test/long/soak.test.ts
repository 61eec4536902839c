import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { eventually, freePort } from '../services.ts'

const root = join(import.meta.dirname, '../..')
const ROUNDS = 40
/** Between two kills: the launcher gives up on a part that dies too often in a minute. */
const ROUND_MS = 15_000
const READY_MS = 180_000
const MAX_RSS_ANON_MB = 400
const PARTS = ['node', 'indexer', 'site', 'database', 'devnet']

interface Status {
  processes: { name: string; pid: number }[]
  status?: { counts: { posts: number; refused: number } }
}

function rssAnonMb(pid: number): number {
  return Number(/RssAnon:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024
}

test('ten minutes of posts while one part after the other is killed: nothing lost, nothing grows without bound', async () => {
  const data = mkdtempSync(join(tmpdir(), 'windsock-soak-'))
  const demo = await startDemo(data, await freePort())
  onTestFinished(async () => {
    demo.kill('SIGTERM')
    if (demo.exitCode === null) await once(demo, 'exit')
    rmSync(data, { recursive: true, force: true })
  })
  const status = (): Status => {
    const run = spawnSync(join(root, 'windsock'), ['status', '--json', '--data', data], { encoding: 'utf8' })
    return run.status === 0 ? (JSON.parse(run.stdout) as Status) : { processes: [] }
  }
  let posts = 0
  for (let round = 0; round < ROUNDS; round++) {
    const part = PARTS[round % PARTS.length]
    const victim = status().processes.find(({ name }) => name === part)
    if (victim !== undefined) process.kill(victim.pid, 'SIGKILL')
    await delay(ROUND_MS)
    const now = await eventually(status, (answer) => (answer.status?.counts.posts ?? 0) > posts, READY_MS)
    posts = now.status?.counts.posts ?? 0
    expect(now.status?.counts.refused).toBe(0)
    for (const { name, pid } of now.processes) {
      if (['node', 'indexer', 'site'].includes(name)) expect(rssAnonMb(pid), name).toBeLessThan(MAX_RSS_ANON_MB)
    }
  }
})

async function startDemo(data: string, port: number): Promise<ChildProcess> {
  const args = ['demo', '--data', data, '--port', String(port)]
  const child = spawn(join(root, 'windsock'), args, { stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  child.stdout?.on('data', (chunk) => {
    said += String(chunk)
  })
  await eventually(
    () => said,
    (text) => text.includes(`ready http://127.0.0.1:${port}\n`),
    READY_MS,
  )
  return child
}
