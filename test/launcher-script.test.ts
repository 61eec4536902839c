import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'

const ROOT = dirname(import.meta.dirname)
/** What the script may use of the system. */
const TOOLS = 'sh cat cksum dirname env find grep ln mkdir mv ps readlink rm sleep sort'.split(' ')

/** A project with the real script, and in place of npm, Next and the command small things that note what they do. */
let project: string
let bin: string

beforeEach(() => {
  project = realpathSync(mkdtempSync(join(tmpdir(), 'windsock-script-')))
  bin = join(project, 'bin')
  for (const folder of ['bin', 'app', 'cli', 'db/queries', 'node/protocol'])
    mkdirSync(join(project, folder), { recursive: true })
  copyFileSync(join(ROOT, 'windsock'), join(project, 'windsock'))
  chmodSync(join(project, 'windsock'), 0o755)
  writeLock('1.0.0')
  writeFileSync(join(project, 'app/page [x].tsx'), 'one')
  writeFileSync(
    join(project, 'cli/main.ts'),
    'console.log(JSON.stringify({ args: process.argv.slice(2), cwd: process.env.WINDSOCK_CWD, at: process.cwd() }))',
  )
  for (const tool of TOOLS) {
    const found = ['/bin', '/usr/bin'].map((folder) => join(folder, tool)).find(existsSync)
    if (found !== undefined) symlinkSync(found, join(bin, tool))
  }
  symlinkSync(process.execPath, join(bin, 'node'))
  writeProgram(
    'npm',
    `echo "npm $1" >>"${project}/done"
    sleep "\${NPM_TAKES:-0}"
    [ -z "\${NPM_FAILS-}" ] || exit 1
    mkdir -p node_modules/next/dist/bin
    cat package-lock.json >node_modules/.package-lock.json
    [ -e node_modules/tsx ] || ln -s "${join(ROOT, 'node_modules/tsx')}" node_modules/tsx
    cat >node_modules/next/dist/bin/next <<'END'
      const fs = require('node:fs')
      fs.appendFileSync('done', 'next ' + process.argv[2] + '\\n')
      fs.mkdirSync('.next', { recursive: true })
      fs.writeFileSync('.next/BUILD_ID', 'x')
END`,
  )
})
afterEach(() => rmSync(project, { recursive: true, force: true }))

function writeLock(version: string): void {
  const packages = { '': {}, 'node_modules/a': { version }, 'node_modules/other-platform': { version, optional: true } }
  writeFileSync(join(project, 'package-lock.json'), JSON.stringify({ packages }))
}

function writeProgram(name: string, script: string): void {
  rmSync(join(bin, name), { force: true })
  writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`)
  chmodSync(join(bin, name), 0o755)
}

interface Ended {
  code: number | null
  stdout: string
  stderr: string
}

function windsock(
  args: string[],
  options: { env?: Record<string, string>; cwd?: string; script?: string } = {},
): Ended {
  const { status, stdout, stderr } = spawnSync(options.script ?? join(project, 'windsock'), args, {
    cwd: options.cwd ?? project,
    env: environment(options.env),
    encoding: 'utf8',
  })
  return { code: status, stdout, stderr }
}

function start(
  args: string[],
  env: Record<string, string> = {},
): { child: ChildProcess; ended: Promise<number | null> } {
  const child = spawn(join(project, 'windsock'), args, { cwd: project, env: environment(env), stdio: 'ignore' })
  return { child, ended: new Promise((done) => child.once('exit', done)) }
}

function environment(more: Record<string, string> = {}): NodeJS.ProcessEnv {
  return { NODE_ENV: 'test', PATH: bin, HOME: project, ...more }
}

/** What was installed and built so far. */
function done(): string[] {
  const path = join(project, 'done')
  return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : []
}

test('on a fresh clone it installs and builds, then runs the command; the next time it only runs it', () => {
  const first = windsock(['up', '--port', '1'])
  expect(first.stderr).toContain('installing packages (npm ci)\nbuilding the site')
  expect(first.code).toBe(0)
  expect(JSON.parse(first.stdout)).toMatchObject({ args: ['up', '--port', '1'], at: project })
  expect(done()).toEqual(['npm ci', 'next build'])
  expect(windsock(['up'])).toMatchObject({ code: 0, stderr: '' })
  expect(done()).toEqual(['npm ci', 'next build'])
  expect(existsSync(join(project, '.windsock/launcher.lock'))).toBe(false)
})

test('what needs no site is not kept waiting for one', () => {
  expect(windsock(['status']).code).toBe(0)
  expect(windsock(['demo', '--help']).code).toBe(0)
  expect(done()).toEqual(['npm ci'])
})

test('changed packages are installed and changed sources built again, changed tests are not', () => {
  windsock(['demo'])
  writeFileSync(join(project, 'app/page.test.tsx'), 'a test')
  windsock(['demo'])
  expect(done()).toEqual(['npm ci', 'next build'])
  writeFileSync(join(project, 'app/page [x].tsx'), 'two')
  windsock(['demo'])
  expect(done()).toEqual(['npm ci', 'next build', 'next build'])
  writeLock('1.0.1')
  windsock(['demo'])
  expect(done().slice(3)).toEqual(['npm ci', 'next build'])
})

test('packages for other platforms may be missing, any other may not', () => {
  windsock(['status'])
  const path = join(project, 'node_modules/.package-lock.json')
  const found = JSON.parse(readFileSync(path, 'utf8')) as { packages: Record<string, unknown> }
  delete found.packages['node_modules/other-platform']
  writeFileSync(path, JSON.stringify(found))
  windsock(['status'])
  expect(done()).toEqual(['npm ci'])
  delete found.packages['node_modules/a']
  writeFileSync(path, JSON.stringify(found))
  windsock(['status'])
  expect(done()).toEqual(['npm ci', 'npm ci'])
})

test('it runs from anywhere, by a link too, with its words as they were typed', () => {
  const elsewhere = join(project, 'else where')
  mkdirSync(elsewhere)
  symlinkSync('../windsock', join(bin, 'linked'))
  symlinkSync(join(bin, 'linked'), join(elsewhere, 'ws'))
  const ended = windsock(['status', 'a b', '*', ''], { cwd: elsewhere, script: join(elsewhere, 'ws') })
  expect(JSON.parse(ended.stdout)).toEqual({ args: ['status', 'a b', '*', ''], cwd: elsewhere, at: project })
})

test('of two at once one installs and builds, and both run', async () => {
  const both = [start(['up'], { NPM_TAKES: '1' }), start(['up'], { NPM_TAKES: '1' })]
  expect(await Promise.all(both.map(({ ended }) => ended))).toEqual([0, 0])
  expect(done()).toEqual(['npm ci', 'next build'])
})

test('the lock of a launcher that was killed is taken over, once what it had begun has ended', async () => {
  const { child, ended } = start(['up'], { NPM_TAKES: '2' })
  while (done().length === 0) await delay(20)
  child.kill('SIGKILL')
  await ended
  expect(existsSync(join(project, '.windsock/launcher.lock/pid'))).toBe(true)
  const next = windsock(['up'])
  expect(next.stderr).toMatch(/^waiting for another windsock/)
  expect(next.code).toBe(0)
  expect(done()).toEqual(['npm ci', 'next build'])
  expect(existsSync(join(project, '.windsock/launcher.lock'))).toBe(false)
})

test('a lock whose number is a stranger’s by now is taken over', () => {
  mkdirSync(join(project, '.windsock/launcher.lock'), { recursive: true })
  writeFileSync(join(project, '.windsock/launcher.lock/pid'), `${process.pid}\n`)
  writeFileSync(join(project, '.windsock/launcher.lock/worker'), '1\n')
  expect(windsock(['status']).code).toBe(0)
})

test('a signal ends an installation at once', async () => {
  const { child, ended } = start(['up'], { NPM_TAKES: '30' })
  while (done().length === 0) await delay(20)
  const began = performance.now()
  child.kill('SIGTERM')
  expect(await ended).toBe(130)
  expect(performance.now() - began).toBeLessThan(5_000)
  expect(existsSync(join(project, '.windsock/launcher.lock'))).toBe(false)
})

test('a failed installation is told, and leaves no lock', () => {
  const { code, stderr } = windsock(['up'], { env: { NPM_FAILS: '1' } })
  expect(code).toBe(1)
  expect(stderr).toContain('windsock: the packages could not be installed')
  expect(existsSync(join(project, '.windsock/launcher.lock'))).toBe(false)
})

test('an old Node.js, none, or no npm is told in one sentence', () => {
  writeProgram('node', 'case $1 in -e) exit 1 ;; -p) echo 18.19.0 ;; esac')
  expect(windsock(['up'])).toMatchObject({
    code: 1,
    stderr: 'windsock: this is Node.js 18.19.0; Windsock needs version 20.20 or newer.\n',
  })
  rmSync(join(bin, 'node'))
  expect(windsock(['up'])).toMatchObject({ code: 1, stderr: expect.stringContaining('Node.js is not installed') })
  symlinkSync(process.execPath, join(bin, 'node'))
  rmSync(join(bin, 'npm'))
  expect(windsock(['up'])).toMatchObject({ code: 1, stderr: expect.stringContaining('npm is not installed') })
})

test.each([
  ['20.19.9', false],
  ['20.20.0', true],
  ['21.0.0', true],
  ['22.3.1', true],
  ['18.20.8', false],
])('Node.js %s is fit: %s', (version, isFit) => {
  const check = /node -e '(const \[a, b\][^']*)'/.exec(readFileSync(join(ROOT, 'windsock'), 'utf8'))?.[1] ?? ''
  const asked = `Object.defineProperty(process, 'versions', { value: { node: '${version}' } }); ${check}`
  expect(spawnSync(process.execPath, ['-e', asked]).status).toBe(isFit ? 0 : 1)
})
