import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { watchedEnvironment, watchedSockets } from '../cli/watched-sockets.ts'

const root = join(import.meta.dirname, '..')
const folders: string[] = []

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'windsock-sockets-'))
  folders.push(folder)
  return folder
}

const ATTEMPTS = `
import net from 'node:net'
import dgram from 'node:dgram'
import { resolve4 } from 'node:dns/promises'
net.connect({ host: '192.0.2.1', port: 80 }).on('error', () => undefined)
net.connect(1, '127.0.0.1').on('error', () => undefined)
fetch('http://192.0.2.2/').catch(() => undefined)
resolve4('seed.example').catch(() => undefined)
const socket = dgram.createSocket('udp4')
socket.send(Buffer.from('x'), 53, '192.0.2.3', () => socket.close())
`

it('the watch sees and refuses every way out, and lets loopback pass', () => {
  const folder = newFolder()
  const args = ['--input-type=module', '--eval', ATTEMPTS]
  const run = spawnSync(process.execPath, args, { env: watchedEnvironment(folder), encoding: 'utf8' })
  expect(run.stderr).toBe('')
  const { here, elsewhere } = watchedSockets(folder)
  expect(elsewhere.map(({ kind, host }) => `${kind} ${host}`).sort()).toEqual([
    'connect 192.0.2.1',
    'connect 192.0.2.2',
    'dns seed.example',
    'send 192.0.2.3',
  ])
  expect(here.map(({ host }) => host)).toContain('127.0.0.1')
})

it('the build of the site contacts nobody', () => {
  const folder = newFolder()
  rmSync(join(root, '.next/windsock-stamp'), { force: true })
  // The launcher builds before it looks at its words; these end it right after.
  const run = spawnSync(join(root, 'windsock'), ['up', '--no-such-flag'], {
    env: { ...watchedEnvironment(folder), NODE_ENV: 'production' },
    encoding: 'utf8',
  })
  expect(run.stderr).toContain('building the site')
  expect(run.stderr).toContain("unknown option '--no-such-flag'")
  expect(existsSync(join(root, '.next/windsock-stamp'))).toBe(true)
  expect(watchedSockets(folder).elsewhere).toEqual([])
})
