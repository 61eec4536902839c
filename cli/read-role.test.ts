import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readOnlyPassword } from './data-folder.ts'
import { parseLaunchConfig } from './launch-config.ts'
import { databasesOf } from './read-role.ts'
import { lookupIn } from './settings.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'windsock-role-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function configOf(env: Record<string, string>) {
  return parseLaunchConfig('up', lookupIn({ flags: { data: folder }, env, file: new Map(), filePath: '' }), '/', '/')
}

const OWNER = 'postgres://owner:o%40o@db.example:5433/twister?sslmode=require'

test('the reader uses the owner’s database under its own name, with a password kept in the data folder', () => {
  const { ownerUrl, readUrl, readPassword } = databasesOf(configOf({}), OWNER)
  expect(ownerUrl).toBe(OWNER)
  expect(readPassword).toBe(readOnlyPassword(folder))
  expect(readUrl).toBe(`postgres://windsock_read:${readPassword}@db.example:5433/twister?sslmode=require`)
})

test('a configured password or address is used as it is', () => {
  const byPassword = databasesOf(configOf({ WINDSOCK_READ_PASSWORD: 'a/b' }), OWNER)
  expect(byPassword.readPassword).toBe('a/b')
  expect(decodeURIComponent(new URL(byPassword.readUrl).password)).toBe('a/b')
  const address = 'postgres://windsock_read:r%2Fr@replica/twister'
  expect(databasesOf(configOf({ WINDSOCK_DATABASE_URL_READ: address }), OWNER)).toEqual({
    ownerUrl: OWNER,
    readUrl: address,
    readPassword: 'r/r',
  })
})
