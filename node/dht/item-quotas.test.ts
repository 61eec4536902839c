import { expect, it } from 'vitest'
import { type HeldValue, ItemQuotas } from './item-quotas.ts'
import {
  MAX_BYTES_PER_SIGNER,
  MAX_STORED_BYTES,
  MAX_STORED_VALUES,
  MAX_UNKNOWN_KINDS_PER_SIGNER,
  MAX_VALUES_PER_SIGNER,
} from './limits.ts'

const followed = new Set(['followed'])

function quotas(): ItemQuotas {
  return new ItemQuotas({ localId: () => new Uint8Array(20), isFollowed: (signer) => followed.has(signer) })
}

/** The higher the number the further from our id. */
function value(signer: string, distance: number, more: Partial<HeldValue> = {}): HeldValue {
  const target = Uint8Array.from({ length: 20 }, (_, index) => (index < 3 ? (distance >> (16 - 8 * index)) & 0xff : 0))
  return { target, contentHash: target, signer, sizeBytes: 300, isKnownKind: true, ...more }
}

function fill(store: ItemQuotas, signer: string, count: number, more: Partial<HeldValue> = {}): void {
  for (let index = 0; index < count; index++) store.add(value(signer, 1_000 + index, more))
}

it('one signer has only so much; a nearer value of its own takes the place of its furthest', () => {
  const store = quotas()
  fill(store, 'bob', MAX_VALUES_PER_SIGNER)
  const furthest = value('bob', 1_000 + MAX_VALUES_PER_SIGNER - 1)
  expect(store.toMakeRoom(value('bob', 500_000))).toBeUndefined()
  expect(store.toMakeRoom(value('bob', 5))).toEqual([furthest])
  expect(store.toMakeRoom(value('carol', 500_000))).toEqual([])
  const heavy = quotas()
  fill(heavy, 'bob', 4, { sizeBytes: MAX_BYTES_PER_SIGNER / 4 })
  expect(heavy.toMakeRoom(value('bob', 500_000))).toBeUndefined()
})

it('of resources that nobody is known to write, one signer has few', () => {
  const store = quotas()
  fill(store, 'bob', MAX_UNKNOWN_KINDS_PER_SIGNER, { isKnownKind: false })
  expect(store.toMakeRoom(value('bob', 500_000, { isKnownKind: false }))).toBeUndefined()
  expect(store.toMakeRoom(value('bob', 500_000))).toEqual([])
})

it('when all is full the signer with most gives way, with what is furthest from our id; who is followed never', () => {
  const store = quotas()
  const names = MAX_STORED_VALUES / MAX_VALUES_PER_SIGNER - 1
  for (let name = 0; name < names; name++) fill(store, `thief${name}`, MAX_VALUES_PER_SIGNER - name)
  fill(store, 'followed', MAX_STORED_VALUES - store.count)
  const furthest = value('thief0', 1_000 + MAX_VALUES_PER_SIGNER - 1)
  expect(store.toMakeRoom(value('carol', 900_000))).toEqual([furthest])
  expect(store.toMakeRoom(value('followed', 900_000))).toEqual([furthest])
  expect(store.toMakeRoom(value('thief0', 900_000))).toBeUndefined()
  store.remove(furthest)
  store.add(value('carol', 900_000))
  expect(store.count).toBe(MAX_STORED_VALUES)
  for (let name = 0; name < names; name++) {
    for (let index = 0; index < MAX_VALUES_PER_SIGNER; index++) store.remove(value(`thief${name}`, 1_000 + index))
  }
  store.remove(value('carol', 900_000))
  expect(store.count).toBeGreaterThan(0)
})

it('bytes are counted too', () => {
  const store = quotas()
  const signers = (MAX_STORED_BYTES / MAX_BYTES_PER_SIGNER) * 2
  for (let signer = 0; signer < signers; signer++) fill(store, `s${signer}`, 2, { sizeBytes: MAX_BYTES_PER_SIGNER / 4 })
  expect(store.toMakeRoom(value('carol', 1, { sizeBytes: 8_000 }))).toHaveLength(1)
  store.remove(value('s0', 1_000))
  expect(store.toMakeRoom(value('carol', 1, { sizeBytes: 8_000 }))).toEqual([])
})
