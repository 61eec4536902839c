import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { freeP2pPort } from '../cli/free-ports.ts'
import { identityOf } from '../db/embedded-process.ts'

const ROOT = dirname(import.meta.dirname)
const READY_MS = 90_000

let folder: string
let port: number
const cleanups: (() => void)[] = []
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'windsock-launcher-'))
  port = await freePort()
})
afterEach(() => {
  for (const cleanup of cleanups.splice(0).reverse()) cleanup()
  rmSync(folder, { recursive: true, force: true })
})

interface Running {
  child: ChildProcess
  said(): string
  ended: Promise<number | null>
}

function windsock(args: string[]): Running {
  const child = spawn(join(ROOT, 'windsock'), args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
  cleanups.push(() => void child.kill('SIGKILL'))
  let said = ''
  const hear = (chunk: Buffer) => {
    said += String(chunk)
  }
  child.stdout.on('data', hear)
  child.stderr.on('data', hear)
  return { child, said: () => said, ended: new Promise((done) => child.once('close', done)) }
}

function demo(): Running {
  return windsock(['demo', '--data', join(folder, 'data'), '--port', String(port)])
}

async function ready(running: Running): Promise<void> {
  await until(() => running.said().includes(`\nready http://127.0.0.1:${port}\n`), READY_MS, running.said)
}

async function until(isTrue: () => boolean | Promise<boolean>, withinMs = 90_000, why = () => ''): Promise<void> {
  const deadline = performance.now() + withinMs
  while (!(await isTrue())) {
    if (performance.now() > deadline) throw new Error(`not within ${withinMs} ms: ${isTrue} ${why()}`)
    await delay(100)
  }
}

interface Status {
  isRunning: boolean
  processes: { name: string; pid: number }[]
  status?: { counts: { posts: number }; tip?: { height: number } }
}

async function status(): Promise<{ code: number | null; json: Status }> {
  const running = windsock(['status', '--json', '--data', join(folder, 'data')])
  const code = await running.ended
  return { code, json: JSON.parse(running.said()) as Status }
}

/** Processes whose command or environment names the test's folder, and those that status listed before. */
function leftOf(pids: readonly number[]): string[] {
  const named = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && name !== String(process.pid))
    .filter((pid) => `${read(`/proc/${pid}/cmdline`)}${read(`/proc/${pid}/environ`)}`.includes(folder))
  return [...named, ...pids.filter((pid) => identityOf(pid) !== undefined).map(String)]
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return ''
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const found = (server.address() as AddressInfo).port
  await new Promise((done) => server.close(done))
  return found
}

async function posts(): Promise<number> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/api/v1/status`, { signal: AbortSignal.timeout(5_000) })
    return ((await response.json()) as NonNullable<Status['status']>).counts.posts
  } catch {
    return -1
  }
}

test('the demo comes up, refuses to be disturbed, and leaves nothing behind when it is stopped', async () => {
  const running = demo()
  await ready(running)
  await until(async () => (await posts()) > 50)
  const { code, json } = await status()
  expect(code).toBe(0)
  const names = json.processes.map(({ name }) => name).sort()
  expect(names).toEqual(['database', 'devnet', 'indexer', 'launcher', 'node', 'site'])

  const data = join(folder, 'data')
  const refusals: [string[], RegExp][] = [
    [['demo', '--data', data], /^windsock: the data folder .* is in use by another windsock, process \d+\n$/],
    [['up', '--network', 'regtest', '--data', data], /^windsock: the data folder .* belongs to a demo, not to .*\n$/],
    [
      ['demo', '--data', join(folder, 'more'), '--port', String(port)],
      /^windsock: the site cannot listen on 127\.0\.0\.1, port \d+ \(it is in use\); choose another with --port\n$/,
    ],
  ]
  for (const [args, sentence] of refusals) {
    const refused = windsock(args)
    expect([await refused.ended, refused.said()]).toEqual([2, expect.stringMatching(sentence)])
  }
  expect(await posts()).toBeGreaterThan(50)

  const began = performance.now()
  running.child.kill('SIGTERM')
  expect(await running.ended).toBe(0)
  expect(performance.now() - began).toBeLessThan(10_000)
  expect(leftOf(json.processes.map(({ pid }) => pid))).toEqual([])
  expect(await status()).toEqual({ code: 3, json: { isRunning: false } })
})

test('a signal while it starts ends it at once, too', async () => {
  for (const afterMs of [300, 900, 1_800, 3_000]) {
    const running = demo()
    await delay(afterMs)
    const began = performance.now()
    running.child.kill('SIGTERM')
    await running.ended
    expect(performance.now() - began).toBeLessThan(10_000)
    expect(leftOf([])).toEqual([])
  }
})

test('wrong words and unreachable servers are told in one sentence with exit code 2', async () => {
  writeFileSync(join(folder, 'odd.env'), 'WINDSOCK_PROT=1\n')
  const quiet = ['up', '--connect', '127.0.0.1:1', '--port', String(port)]
  quiet.push('--p2p-port', String(await freeP2pPort('127.0.0.1', 22_000)))
  const cases: [string[], Record<string, string>, RegExp][] = [
    [['up', '--port', '99999'], {}, /^windsock: --port 99999: a port is a number from 1 to 65535\n$/],
    [['up', '--connect', 'nowhere'], {}, /^windsock: --connect nowhere: .* is not IP:PORT .*\n$/],
    [['up', '--config', 'odd.env'], {}, /odd\.env, line 1: there is no setting WINDSOCK_PROT\n$/],
    [['up', '--bogus'], {}, /^error: unknown option '--bogus'\n$/],
    [['up'], { WINDSOCK_CLOCK: '1795358900' }, /^windsock: WINDSOCK_CLOCK=1795358900: the clock can only be set when/],
    [
      quiet,
      { DATABASE_URL: 'postgres://127.0.0.1:1/x' },
      /^windsock: the database of DATABASE_URL cannot be used: .*\n$/,
    ],
    [quiet, { REDIS_URL: 'redis://127.0.0.1:1' }, /^windsock: the Redis of REDIS_URL cannot be used: .*\n$/],
  ]
  for (const [args, env, sentence] of cases) {
    const {
      status: code,
      stdout,
      stderr,
    } = spawnSync(join(ROOT, 'windsock'), args, {
      cwd: folder,
      env: { ...process.env, WINDSOCK_DATA: join(folder, 'data'), WINDSOCK_NETWORK: 'regtest', ...env },
      encoding: 'utf8',
    })
    expect({ code, said: stdout + stderr }).toEqual({ code: 2, said: expect.stringMatching(sentence) })
  }
  expect(leftOf([])).toEqual([])
})
