import { expect, test } from 'vitest'
import { ByteWriter } from '../bytes.ts'
import { checkVectorCount } from './vector-count.ts'

const counted = (count: number): Uint8Array => new ByteWriter().compactSize(count).finish()

test.each([
  ['addr', 1000],
  ['inv', 50_000],
  ['getdata', 50_000],
])('%s may have %i entries; one more scores 20', (command, limit) => {
  expect(checkVectorCount(command, counted(limit)).kind).toBe('accept')
  expect(checkVectorCount(command, counted(limit + 1))).toMatchObject({
    kind: 'reject',
    code: `message-${command}-size`,
    score: 20,
  })
})

test('other messages have no such limit, and no count is no offence', () => {
  expect(checkVectorCount('headers', counted(60_000)).kind).toBe('accept')
  expect(checkVectorCount('inv', new Uint8Array(0)).kind).toBe('accept')
})
