import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { identityOf } from '../db/embedded-process.ts'
import { controlTarget } from './control-target.ts'
import { writeConnection } from './instance-file.ts'

const root = mkdtempSync(join(tmpdir(), 'windsock-target-'))
afterAll(() => rmSync(root, { recursive: true }))

const env = { DATABASE_URL: 'postgres://env/db', REDIS_URL: 'redis://env' }

test('where nothing runs, the servers of the environment are told', () => {
  const databaseUrl = env.DATABASE_URL
  expect(controlTarget(root, undefined, env)).toEqual({ queue: { kind: 'redis', url: 'redis://env' }, databaseUrl })
  expect(controlTarget(root, undefined, { DATABASE_URL: databaseUrl, REDIS_URL: '' })).toEqual({
    queue: { kind: 'postgres', url: databaseUrl },
    databaseUrl,
  })
  expect(controlTarget(root, undefined, { REDIS_URL: 'redis://env' })).toMatchObject({ databaseUrl: undefined })
  expect(controlTarget(root, undefined, {})).toMatch(/^nothing runs here, and neither DATABASE_URL nor REDIS_URL/)
  expect(controlTarget(root, '/elsewhere', env)).toBe('nothing runs on /elsewhere')
})

test('what runs is told, whatever the environment says; its addresses are for the owner’s eyes alone', () => {
  const dataDir = join(root, '.windsock', 'regtest')
  mkdirSync(dataDir, { recursive: true })
  writeFileSync(join(dataDir, 'launcher.json'), JSON.stringify(identityOf(process.pid)))
  expect(controlTarget(root, undefined, env)).toMatch(/only begun to start/)
  writeConnection(dataDir, { databaseUrl: 'postgres://own/db', redisUrl: undefined })
  expect(statSync(join(dataDir, 'connection.json')).mode & 0o777).toBe(0o600)
  const own = { queue: { kind: 'postgres', url: 'postgres://own/db' }, databaseUrl: 'postgres://own/db' }
  expect(controlTarget(root, undefined, env)).toEqual(own)
  expect(controlTarget(root, dataDir, env)).toEqual(own)
})
