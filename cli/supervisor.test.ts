import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import { identityOf } from '../db/embedded-process.ts'
import { type ChildSpec, startChild } from './child.ts'
import { runningChildren, stopLeftovers } from './run-file.ts'
import { openSupervisor, type RestartPolicy, type Supervisor } from './supervisor.ts'

const QUICK: RestartPolicy = { firstDelayMs: 20, maxDelayMs: 100, maxEnds: 4, windowMs: 60_000 }
const RUNS = 'setInterval(() => {}, 1000)'
const PARENT = JSON.stringify(join(import.meta.dirname, '../node/parent.ts'))

const cleanups: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'windsock-supervisor-'))
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

function open(restarts: string[] = []): Supervisor {
  const supervisor = openSupervisor({ policy: QUICK, onRestart: (name, how) => restarts.push(`${name} ${how}`) })
  cleanups.push(() => supervisor.close())
  return supervisor
}

function spec(dataDir: string, name: string, script: string, more: Partial<ChildSpec> = {}): ChildSpec {
  const env = { PATH: process.env['PATH'] ?? '' }
  const args = ['--input-type=module', '--eval', script]
  return { name, args, env, cwd: process.cwd(), dataDir, onWarning: () => undefined, ...more }
}

async function until(isTrue: () => boolean): Promise<void> {
  for (let i = 0; i < 500 && !isTrue(); i++) await delay(20)
  expect(isTrue()).toBe(true)
}

test('a part that crashes is started again, and its last words are told', async () => {
  const dataDir = newFolder()
  const restarts: string[] = []
  const supervisor = open(restarts)
  const first = join(dataDir, 'first')
  const script = `import fs from 'node:fs'
    if (!fs.existsSync(${JSON.stringify(first)})) {
      fs.writeFileSync(${JSON.stringify(first)}, '')
      console.error('it fell over')
      process.exit(3)
    }
    ${RUNS}`
  await supervisor.keep('wobbly', () => startChild(spec(dataDir, 'wobbly', script)), 1_000)
  await until(() => supervisor.parts()[0]?.restarts === 1 && supervisor.parts()[0]?.pid !== undefined)
  expect(restarts).toEqual(['wobbly ended with code 3 (it fell over)'])
  expect(readFileSync(join(dataDir, 'log', 'wobbly.log'), 'utf8')).toContain('it fell over')
})

test('a part that crashes again and again is given up', async () => {
  const dataDir = newFolder()
  const restarts: string[] = []
  const supervisor = open(restarts)
  await supervisor.keep('broken', () => startChild(spec(dataDir, 'broken', 'process.exit(7)')), 1_000)
  expect(await supervisor.gaveUp).toEqual({ name: 'broken', how: 'ended with code 7' })
  expect(restarts.length).toBe(QUICK.maxEnds - 1)
})

test('parts are stopped one after the other, the last started first, and stay stopped', async () => {
  const dataDir = newFolder()
  const order: string[] = []
  const supervisor = open()
  const script = `process.on('SIGTERM', () => setTimeout(() => process.exit(0), 50)); console.log('up'); ${RUNS}`
  for (const name of ['database', 'node', 'site']) {
    const isUp = new Promise<void>((up) => {
      const start = () => startChild(spec(dataDir, name, script, { onLine: () => up() }))
      void supervisor.keep(name, start, 3_000).then((part) => part.exited.then((how) => order.push(`${name} ${how}`)))
    })
    await isUp
  }
  await supervisor.close()
  expect(order).toEqual(['site ended with code 0', 'node ended with code 0', 'database ended with code 0'])
  expect(runningChildren(join(dataDir, 'run'))).toEqual([])
  await expect(supervisor.keep('late', () => startChild(spec(dataDir, 'late', RUNS)), 1)).rejects.toThrow()
})

test('a part that ignores the signal is killed with all that it started', async () => {
  const dataDir = newFolder()
  const supervisor = open()
  const pids: number[] = []
  const script = `import { spawn } from 'node:child_process'
    process.on('SIGTERM', () => {})
    const grandchild = spawn(process.execPath, ['-e', "process.on('SIGTERM', () => {}); ${RUNS}"])
    console.log(process.pid); console.log(grandchild.pid); ${RUNS}`
  const onLine = (line: string) => pids.push(Number(line))
  await supervisor.keep('stubborn', () => startChild(spec(dataDir, 'stubborn', script, { onLine })), 300)
  await until(() => pids.length === 2)
  const began = performance.now()
  await supervisor.close()
  expect(performance.now() - began).toBeLessThan(3_000)
  await until(() => pids.every((pid) => identityOf(pid) === undefined))
})

test('a first start that fails is the caller’s to tell', async () => {
  const supervisor = open()
  await expect(supervisor.keep('x', () => Promise.reject(new Error('no such thing')), 1)).rejects.toThrow(
    'no such thing',
  )
})

test('a part that comes up while all is stopped is stopped too', async () => {
  const dataDir = newFolder()
  const supervisor = open()
  const starting = supervisor.keep(
    'slow',
    async () => {
      await delay(200)
      return startChild(spec(dataDir, 'slow', RUNS))
    },
    500,
  )
  await supervisor.close()
  const part = await starting
  expect(identityOf(part.pid)).toBeUndefined()
})

/** A launcher of its own, with one child, that can be killed. */
async function startLauncher(dataDir: string, childScript: string): Promise<{ launcher: number; child: number }> {
  const script = `
    import { startChild } from ${JSON.stringify(join(import.meta.dirname, 'child.ts'))}
    const child = await startChild({
      name: 'orphan', args: ['--import', 'tsx', '--input-type=module', '--eval', ${JSON.stringify(childScript)}],
      env: { PATH: process.env.PATH }, cwd: process.cwd(), dataDir: ${JSON.stringify(dataDir)}, onWarning() {},
      onLine: () => console.log(child.pid),
    })
    ${RUNS}`
  const path = join(dataDir, 'launcher.mts')
  writeFileSync(path, script)
  const launcher = spawn(process.execPath, ['--import', 'tsx', path], { stdio: ['ignore', 'pipe', 'inherit'] })
  cleanups.push(() => void launcher.kill('SIGKILL'))
  const child = await new Promise<number>((done) => launcher.stdout.once('data', (text) => done(Number(text))))
  return { launcher: launcher.pid ?? 0, child }
}

test('a child ends by itself when its launcher was killed', async () => {
  const dataDir = newFolder()
  const childScript = `import { exitWithParent } from ${PARENT}
    exitWithParent(() => process.exit(0)); console.log('up'); ${RUNS}`
  const { launcher, child } = await startLauncher(dataDir, childScript)
  expect(identityOf(child)).toBeDefined()
  process.kill(launcher, 'SIGKILL')
  await until(() => identityOf(child) === undefined)
})

test('what a killed launcher left running is found and stopped, and nobody else', async () => {
  const dataDir = newFolder()
  const { launcher, child } = await startLauncher(dataDir, `process.stdin.resume(); console.log('up'); ${RUNS}`)
  process.kill(launcher, 'SIGKILL')
  await delay(200)
  expect(identityOf(child)).toBeDefined()
  const runDir = join(dataDir, 'run')
  // The pid of a process that is long gone, now somebody else's: ours.
  writeFileSync(join(runDir, 'reused.json'), JSON.stringify({ pid: process.pid, startedAt: 'long ago' }))
  const found: string[] = []
  await stopLeftovers(runDir, (name, pid) => found.push(`${name} ${pid}`))
  expect(found).toEqual([`orphan ${child}`])
  expect(identityOf(child)).toBeUndefined()
  expect(runningChildren(runDir)).toEqual([])
})
