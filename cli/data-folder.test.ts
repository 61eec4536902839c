import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ConfigError } from './config-error.ts'
import { openDataFolder, readOnlyPassword } from './data-folder.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'windsock-data-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

test('a new folder is made, marked and kept for one launcher at a time', () => {
  const path = join(folder, 'a', 'b')
  const first = openDataFolder(path, 'main')
  expect(readFileSync(join(path, 'network'), 'utf8')).toBe('main\n')
  expect(() => openDataFolder(path, 'main')).toThrow(`is in use by another windsock, process ${process.pid}`)
  first.release()
  openDataFolder(path, 'main').release()
})

test('a folder of another network is refused before anything in it is touched', () => {
  openDataFolder(folder, 'regtest').release()
  const before = statSync(folder).mtimeMs
  expect(() => openDataFolder(folder, 'main')).toThrow(ConfigError)
  expect(() => openDataFolder(folder, 'main')).toThrow('belongs to the network "regtest", not to the network "main"')
  expect(() => openDataFolder(folder, 'demo')).toThrow('belongs to the network "regtest", not to a demo')
  expect(statSync(folder).mtimeMs).toBe(before)
})

test('a folder that cannot be made is refused', () => {
  writeFileSync(join(folder, 'file'), '')
  expect(() => openDataFolder(join(folder, 'file', 'x'), 'main')).toThrow(/cannot be written \(ENOTDIR\)/)
  if (process.platform === 'linux')
    expect(() => openDataFolder('/proc/windsock', 'main')).toThrow(/cannot be written .*choose another with --data/)
})

test('the claim of a launcher that is gone is taken over', () => {
  writeFileSync(join(folder, 'launcher.json'), JSON.stringify({ pid: process.pid, startedAt: 'before this one' }))
  openDataFolder(folder, 'main').release()
})

test('the reader’s password is made once and is private', () => {
  const password = readOnlyPassword(folder)
  expect(password.length).toBeGreaterThan(20)
  expect(readOnlyPassword(folder)).toBe(password)
  expect(statSync(join(folder, 'read-password')).mode & 0o777).toBe(0o600)
})
