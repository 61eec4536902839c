import { expect, test } from 'vitest'
import { hexToBytes } from './bytes.ts'
import { ZERO_HASH } from './hash.ts'
import { currentRecord, keyAt, type NameRecord, type NameView, postNumberLimit, recordAt } from './name-view.ts'
import { parseUsername, type Username } from './username.ts'

const bytes = (hex: string): Uint8Array => hexToBytes(hex) ?? new Uint8Array(0)
const alice = parseUsername('alice') as Username
const bob = parseUsername('bob') as Username

function record(height: number, pubKeyScript: string): NameRecord {
  return { height, blockHash: ZERO_HASH, txid: ZERO_HASH, pubKeyScript: bytes(pubKeyScript), index: 1 }
}

const records = [record(10, '0111'), record(20, '0122'), record(30, '02ff')]
const view: NameView = { tipHeight: 50, history: (name) => (name === alice ? records : []) }

test('the record at a height is the last one at or below it', () => {
  expect(recordAt(view, alice, 9)).toBeUndefined()
  expect(recordAt(view, alice, 10)?.height).toBe(10)
  expect(recordAt(view, alice, 19)?.height).toBe(10)
  expect(recordAt(view, alice, 1000)?.height).toBe(30)
  expect(recordAt(view, alice, -1)?.height).toBe(30)
  expect(currentRecord(view, alice)?.height).toBe(30)
  expect(currentRecord(view, bob)).toBeUndefined()
})

test('the key at a height is the first push of the script, if there is one', () => {
  expect(keyAt(view, alice, 9)).toBeUndefined()
  expect(keyAt(view, alice, 15)).toEqual(bytes('11'))
  expect(keyAt(view, alice, 29)).toEqual(bytes('22'))
  expect(keyAt(view, alice, -1)).toBeUndefined()
  expect(keyAt(view, bob, -1)).toBeUndefined()
})

test('the post number limit counts from the current record', () => {
  expect(postNumberLimit(view, alice)).toBe(2 * (50 - 30) + 20)
  expect(postNumberLimit(view, bob)).toBeUndefined()
})
