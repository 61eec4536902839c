import fc from 'fast-check'
import { expect, test } from 'vitest'
import { encodeCursor, type ListOrder, pageOf, parseCursor } from './page.ts'

const ORDER: ListOrder = { name: 'posts', parts: ['number', 'string'] }

test('a cursor comes back as it was given out', () => {
  fc.assert(
    fc.property(fc.integer(), fc.string({ maxLength: 50 }), fc.boolean(), (number, string, isNext) => {
      const text = string.replaceAll('\0', '')
      const cursor = { direction: isNext ? ('next' as const) : ('prev' as const), key: [number, text] }
      expect(parseCursor(ORDER, encodeCursor(ORDER, cursor))).toEqual(cursor)
    }),
  )
})

test('no text makes parseCursor throw', () => {
  fc.assert(fc.property(fc.string(), (text) => void parseCursor(ORDER, text)))
  fc.assert(fc.property(fc.json(), (json) => void parseCursor(ORDER, Buffer.from(json).toString('base64url'))))
})

test('a cursor of another list, of the wrong kinds or of the wrong length is refused', () => {
  const of = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  expect(parseCursor(ORDER, of(['posts', 1, 5, 'x']))).toBeDefined()
  expect(parseCursor(ORDER, of(['names', 1, 5, 'x']))).toBeUndefined()
  expect(parseCursor(ORDER, of(['posts', 1, '5', 'x']))).toBeUndefined()
  expect(parseCursor(ORDER, of(['posts', 1, 5.5, 'x']))).toBeUndefined()
  expect(parseCursor(ORDER, of(['posts', 1, 5]))).toBeUndefined()
  expect(parseCursor(ORDER, of(['posts', 2, 5, 'x']))).toBeUndefined()
  expect(parseCursor(ORDER, of({ posts: 1 }))).toBeUndefined()
  expect(parseCursor(ORDER, of(['posts', 1, 5, 'a\0b']))).toBeUndefined()
})

const NUMBERS: ListOrder = { name: 'n', parts: ['number'] }
const all = Array.from({ length: 7 }, (_, at) => at)

/** What a keyset query does, on an array. */
function query(limit: number, cursorText?: string) {
  const cursor = cursorText === undefined ? undefined : parseCursor(NUMBERS, cursorText)
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
