import { expect, test } from 'vitest'
import { describeCodec } from '../../../test/codec-laws.ts'
import vectors from '../../../test/vectors/chain.json' with { type: 'json' }
import recorded from '../../../test/vectors/recordings-p2p.json' with { type: 'json' }
import { ByteWriter, hexToBytes } from '../bytes.ts'
import { formatHash } from '../hash.ts'
import { encodeInv, INV_BLOCK, parseInv, readInv } from './inv.ts'

const bytes = (hex: string): Uint8Array => hexToBytes(hex) ?? new Uint8Array(0)
const vector = bytes(vectors.p2p.inv_block1_regtest).subarray(24)
const payloads = recorded
  .filter(({ command }) => ['inv', 'getdata', 'notfound'].includes(command))
  .map(({ hex }) => bytes(hex).subarray(24))

describeCodec('inv, getdata and notfound', { parse: parseInv, encode: encodeInv, samples: [vector, ...payloads] })

test('the vector announces block 1', () => {
  const [item, ...more] = parseInv(vector) ?? []
  expect(item?.type).toBe(INV_BLOCK)
  expect(item && formatHash(item.hash)).toBe(vectors.regtest_sample_chain.blocks[0]?.hash)
  expect(more).toEqual([])
})

test('more than 50000 entries are refused', () => {
  const payload = (count: number) =>
    new ByteWriter()
      .compactSize(count)
      .bytes(new Uint8Array(36 * count))
      .finish()
  expect(parseInv(payload(50_000))?.length).toBe(50_000)
  expect(parseInv(payload(50_001))).toBeUndefined()
  expect(readInv(payload(50_001))).toBeUndefined()
})

test('one item after the other gives the same as all at once, and nothing if the end is missing', () => {
  for (const payload of [vector, ...payloads, encodeInv([])]) {
    expect([...(readInv(payload) ?? [])]).toEqual(parseInv(payload))
    expect(readInv(payload.subarray(0, -1))).toBeUndefined()
  }
})
