import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Batch, encodeBatch, encodeOutboxItem, type OutboxItem, parseBatch, parseOutboxItem } from './item.ts'

const bytes = fc.uint8Array({ maxLength: 300 })
const provenance = { firstSeen: fc.integer({ min: 0, max: 2 ** 33 }), source: fc.constantFrom('chain', 'swarm', 'dht') }
const hash = fc.uint8Array({ minLength: 32, maxLength: 32 })
const height = fc.integer({ min: 0, max: 2 ** 31 - 1 })
const anyItem: fc.Arbitrary<OutboxItem> = fc.oneof(
  fc.record({
    seq: fc.constant(1),
    kind: fc.constant('block-connected' as const),
    hash,
    height,
    raw: bytes,
    ...provenance,
  }),
  fc.record({ seq: fc.constant(1), kind: fc.constant('block-disconnected' as const), hash, height }),
  fc.record({
    seq: fc.constant(1),
    kind: fc.constant('userpost' as const),
    username: fc.constant('alice'),
    k: height,
    piece: bytes,
    tipHeight: height,
    ...provenance,
  }),
  fc.record({
    seq: fc.constant(1),
    kind: fc.constant('dht-item' as const),
    p: bytes,
    sigP: bytes,
    sigUser: fc.constant('alice'),
    tipHeight: height,
    ...provenance,
  }),
)
const batches = fc
  .array(anyItem, { minLength: 1, maxLength: 5 })
  .map((items) => items.map((item, i) => ({ ...item, seq: i + 7 })))

describe('a batch', () => {
  it('comes out of JSON as it went in', () => {
    fc.assert(
      fc.property(batches, fc.boolean(), (items, isRewind) => {
        const json: unknown = JSON.parse(JSON.stringify(encodeBatch('node-1', items, { first: 5, isRewind })))
        const expected: Batch = { nodeId: 'node-1', first: 5, last: 6 + items.length, isRewind, items }
        expect(parseBatch(json)).toEqual(expected)
      }),
    )
  })

  it('is nothing when anything in it is wrong', () => {
    const [item] = fc.sample(batches, 1)[0] ?? []
    const good = JSON.parse(JSON.stringify(encodeBatch('node-1', item === undefined ? [] : [item])))
    expect(parseBatch(good)).toBeDefined()
    const wrong = [
      { version: 2 },
      { nodeId: 'no:de' },
      { nodeId: 'x'.repeat(65) },
      { first: 0 },
      { first: 8 },
      { last: 6 },
      { items: [] },
      { items: [null] },
      { items: [{ ...good.items[0], seq: 9 }] },
      { items: [{ ...good.items[0], kind: 'tweet' }] },
      { items: [good.items[0], good.items[0]] },
    ]
    for (const change of wrong) expect(parseBatch({ ...good, ...change })).toBeUndefined()
    for (const json of [undefined, null, 1, 'x', [], {}]) expect(parseBatch(json)).toBeUndefined()
  })

  it('never throws, whatever JSON it is', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        parseBatch(json)
        parseBatch({ version: 1, nodeId: 'a', first: 1, last: 1, items: [json] })
      }),
    )
  })

  it('refuses bytes that are not base64', () => {
    const item = { seq: 1, kind: 'block-disconnected', hash: '!'.repeat(44), height: 1 }
    expect(parseBatch({ version: 1, nodeId: 'a', first: 1, last: 1, items: [item] })).toBeUndefined()
  })
})

it('an item alone comes back without its sequence number', () => {
  fc.assert(
    fc.property(anyItem, (item) => {
      expect(parseOutboxItem(encodeOutboxItem(item))).toEqual({ ...item, seq: 0 })
    }),
  )
  expect(parseOutboxItem('{')).toBeUndefined()
})
