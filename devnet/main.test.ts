import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'

const PROJECT = fileURLToPath(new URL('../', import.meta.url))
const dataDir = mkdtempSync(join(tmpdir(), 'windsock-devnet-main-'))
const journal = join(dataDir, 'journal')

afterAll(() => rmSync(dataDir, { recursive: true, force: true, maxRetries: 3 }))

function start() {
  const env = { PATH: process.env['PATH'] ?? '', NODE_ENV: 'test' as const, WINDSOCK_PARENT: '1' }
  const child = spawn(process.execPath, ['--import', 'tsx', 'devnet/main.ts'], {
    cwd: PROJECT,
    env: { ...env, WINDSOCK_DATA: dataDir, WINDSOCK_LOG: 'warn' },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  return { child, exited: once(child, 'exit'), line: once(createInterface(child.stdout), 'line') }
}

test('the process says where its peers are, posts on, and ends with its launcher or a signal', async () => {
  const first = start()
  const [line] = await first.line
  expect(JSON.parse(String(line))).toMatchObject({
    connect: [expect.stringMatching(/^127\.1\.0\.1:\d+$/), expect.stringMatching(/^127\.2\.0\.1:\d+$/)],
    follow: expect.arrayContaining(['alice', 'bob', 'carol']),
  })
  await expect.poll(() => readFileSync(journal, 'utf8').split('\n').length, { timeout: 60_000 }).toBeGreaterThan(4)
  first.child.stdin.end()
  expect(await first.exited).toEqual([0, null])

  const second = start()
  await second.line
  second.child.kill('SIGTERM')
  expect(await second.exited).toEqual([0, null])

  // before it is ready, too
  const third = start()
  await expect.poll(() => existsSync(journal)).toBe(true)
  third.child.kill('SIGTERM')
  const [code, signal] = await third.exited
  expect(code === 0 || signal === 'SIGTERM').toBe(true)
}, 150_000)
