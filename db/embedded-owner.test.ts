import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { claimOwnerFile, readOwnerFile } from './embedded-owner.ts'
import { identityOf, isRunning, parseProcessIdentity } from './embedded-process.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'windsock-owner-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

test('a process knows itself, and not one that is gone or was started at another time', () => {
  const own = identityOf(process.pid)
  expect(own && isRunning(own)).toBe(true)
  expect(isRunning({ pid: process.pid, startedAt: 'another time' })).toBe(false)
  const gone = spawnSync(process.execPath, ['--version'])
  expect(identityOf(gone.pid)).toBeUndefined()
  expect([0, -1, 1.5, Number.NaN].map(identityOf)).toEqual([undefined, undefined, undefined, undefined])
})

test('a text that is no identity is none', () => {
  for (const text of ['', '{', 'null', '[]', '{"pid":"1","startedAt":"x"}', '{"pid":1}'])
    expect(parseProcessIdentity(text)).toBeUndefined()
})

test('a claim holds until it is released', () => {
  const path = join(folder, 'owner.json')
  const claim = claimOwnerFile(path)
  expect(claim.kind).toBe('owned')
  expect(claimOwnerFile(path)).toEqual({ kind: 'held', pid: process.pid })
  expect(readOwnerFile(path)).toEqual(identityOf(process.pid))
  if (claim.kind === 'owned') claim.release()
  expect(readdirSync(folder)).toEqual([])
})

test.each([
  ['dead', JSON.stringify({ pid: process.pid, startedAt: 'another time' })],
  ['broken', '{"pid":'],
  ['empty', ''],
])('a %s claim is taken over', (_name, text) => {
  const path = join(folder, 'owner.json')
  writeFileSync(path, text)
  expect(claimOwnerFile(path).kind).toBe('owned')
  expect(readdirSync(folder)).toEqual(['owner.json'])
})

test('releasing leaves the claim of another alone', () => {
  const path = join(folder, 'owner.json')
  const claim = claimOwnerFile(path)
  writeFileSync(path, JSON.stringify({ pid: 1, startedAt: 'x' }))
  if (claim.kind === 'owned') claim.release()
  expect(existsSync(path)).toBe(true)
})
