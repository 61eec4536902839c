import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Cursor, type CursorPart, type ListOrder, openCursor, pageOf, sealCursor } from './page.ts'

const ORDER: ListOrder = { name: 'posts', parts: ['number', 'string'] }

const SECRET = randomBytes(32)

const cursors = fc
  .tuple(fc.constantFrom('next', 'prev'), fc.integer(), fc.string({ maxLength: 50 }))
  .map(([direction, number, text]): Cursor => ({ list: 'posts', direction, key: [number, text.replaceAll('\0', '')] }))

test('a cursor comes back as it was given out', () => {
  fc.assert(
    fc.property(cursors, (cursor) => {
      expect(openCursor(SECRET, ORDER, sealCursor(SECRET, cursor))).toEqual(cursor)
    }),
  )
})

test('a cursor with another character anywhere, more or fewer of them, or of another secret is refused', () => {
  const text = sealCursor(SECRET, { list: 'posts', direction: 'next', key: [5, 'x'] })
  for (let at = 0; at < text.length; at++) {
    for (const other of ['A', 'b', '7', '-', '_', '=', '+', 'é']) {
      const changed = text.slice(0, at) + other + text.slice(at + 1)
      expect(openCursor(SECRET, ORDER, changed) === undefined).toBe(changed !== text)
      expect(openCursor(SECRET, ORDER, text.slice(0, at) + other + text.slice(at))).toBeUndefined()
    }
    expect(openCursor(SECRET, ORDER, text.slice(0, at))).toBeUndefined()
  }
  expect(openCursor(randomBytes(32), ORDER, text)).toBeUndefined()
})

test('the longest hashtag fits, whatever its characters', () => {
  for (const character of ['\u0001', '"', '\\', 'é', '\u2028', '💨']) {
    const tag = character.repeat(Math.floor(255 / Buffer.byteLength(character)))
    const key = [Number.MAX_SAFE_INTEGER, tag]
    const cursor: Cursor = { list: 'posts', direction: 'prev', key }
    expect(openCursor(SECRET, ORDER, sealCursor(SECRET, cursor))).toEqual(cursor)
  }
})

test('no text makes openCursor throw', () => {
  fc.assert(fc.property(fc.string(), (text) => openCursor(SECRET, ORDER, text) === undefined))
})

test('a cursor of another list, of the wrong kinds or of the wrong length is refused, whoever sealed it', () => {
  const open = (list: string, ...key: CursorPart[]) =>
    openCursor(SECRET, ORDER, sealCursor(SECRET, { list, direction: 'next', key }))
  expect(open('posts', 5, 'x')).toBeDefined()
  expect(open('names', 5, 'x')).toBeUndefined()
  expect(open('posts', '5', 'x')).toBeUndefined()
  expect(open('posts', 5.5, 'x')).toBeUndefined()
  expect(open('posts', 5)).toBeUndefined()
  expect(open('posts', 5, 'a\0b')).toBeUndefined()
  expect(open('posts', 5, 'x'.repeat(301))).toBeUndefined()
})

const NUMBERS: ListOrder = { name: 'n', parts: ['number'] }
const all = Array.from({ length: 7 }, (_, at) => at)

/** What a keyset query does, on an array. */
function query(limit: number, cursor?: Cursor) {
  const from = Number(cursor?.key[0] ?? -1)
  const found = cursor?.direction === 'prev' ? all.filter((n) => n < from).reverse() : all.filter((n) => n > from)
  return pageOf(
    NUMBERS,
    { limit, cursor },
    found.slice(0, limit + 1),
    (n) => [n],
    (n) => n,
  )
}

test('pages lead forward to the end and back to the start without gap or repetition', () => {
  const first = query(3)
  expect(first.items).toEqual([0, 1, 2])
  expect(first.prev).toBeUndefined()
  const second = query(3, first.next)
  expect(second.items).toEqual([3, 4, 5])
  const third = query(3, second.next)
  expect(third.items).toEqual([6])
  expect(third.next).toBeUndefined()
  const back = query(3, third.prev)
  expect(back.items).toEqual([3, 4, 5])
  const start = query(3, back.prev)
  expect(start.items).toEqual([0, 1, 2])
  expect(start.prev).toBeUndefined()
  expect(start.next).toBeDefined()
})
