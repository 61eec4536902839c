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

test('a new folder is made, marked and kept for one launcher at a time', async () => {
  const path = join(folder, 'a', 'b')
  const first = await openDataFolder(path, 'main')
  expect(readFileSync(join(path, 'network'), 'utf8')).toBe('main\n')
  await expect(openDataFolder(path, 'main')).rejects.toThrow(`is in use by another windsock, process ${process.pid}`)
  first.release()
  ;(await openDataFolder(path, 'main')).release()
})

test('a folder of another network is refused before anything in it is touched', async () => {
  ;(await openDataFolder(folder, 'regtest')).release()
  const before = statSync(folder).mtimeMs
  await expect(openDataFolder(folder, 'main')).rejects.toThrow(ConfigError)
  await expect(openDataFolder(folder, 'main')).rejects.toThrow(
    'belongs to the network "regtest", not to the network "main"',
  )
  await expect(openDataFolder(folder, 'demo')).rejects.toThrow('belongs to the network "regtest", not to a demo')
  expect(statSync(folder).mtimeMs).toBe(before)
})

test('a folder that cannot be made is refused', async () => {
  writeFileSync(join(folder, 'file'), '')
  await expect(openDataFolder(join(folder, 'file', 'x'), 'main')).rejects.toThrow(/cannot be written \(ENOTDIR\)/)
  if (process.platform === 'linux')
    await expect(openDataFolder('/proc/windsock', 'main')).rejects.toThrow(
      /cannot be written .*choose another with --data/,
    )
})

test('the claim of a launcher that is gone is taken over', async () => {
  writeFileSync(join(folder, 'launcher.json'), JSON.stringify({ pid: process.pid, startedAt: 'before this one' }))
  ;(await openDataFolder(folder, 'main')).release()
})

test('the reader’s password is made once and is private', async () => {
  const password = readOnlyPassword(folder)
  expect(password.length).toBeGreaterThan(20)
  expect(readOnlyPassword(folder)).toBe(password)
  expect(statSync(join(folder, 'read-password')).mode & 0o777).toBe(0o600)
})
