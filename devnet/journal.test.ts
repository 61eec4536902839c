import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openJournal } from './journal.ts'

const folder = mkdtempSync(join(tmpdir(), 'windsock-journal-'))
const path = join(folder, 'deep', 'journal')

test('a journal remembers its beginning and its moments, and forgets a torn line', () => {
  const journal = openJournal(path, 'seed', 1000)
  journal.append({ time: 2000, height: 7 })
  appendFileSync(path, '[2001,')
  const again = openJournal(path, 'seed', 5000)
  expect(again.start).toBe(1000)
  expect(again.isOpened).toBe(false)
  again.setOpened()
  again.append({ time: 2002, height: 8 })
  expect(openJournal(path, 'seed', 1).moments).toEqual([
    { time: 2000, height: 7 },
    { time: 2002, height: 8 },
  ])
  expect(openJournal(path, 'seed', 1).isOpened).toBe(true)
  expect(() => openJournal(path, 'other', 1)).toThrow('seed')
  rmSync(folder, { recursive: true })
})
