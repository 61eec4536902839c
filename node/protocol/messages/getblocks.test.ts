import { expect, test } from 'vitest'
import { describeCodec } from '../../../test/codec-laws.ts'
import vectors from '../../../test/vectors/chain.json' with { type: 'json' }
import recorded from '../../../test/vectors/recordings-p2p.json' with { type: 'json' }
import { ByteWriter, hexToBytes } from '../bytes.ts'
import { formatHash, ZERO_HASH } from '../hash.ts'
import { encodeGetblocks, parseGetblocks } from './getblocks.ts'

const bytes = (hex: string): Uint8Array => hexToBytes(hex) ?? new Uint8Array(0)
const vector = bytes(vectors.p2p.getblocks_regtest_from_genesis).subarray(24)
const payloads = recorded
  .filter(({ command }) => ['getblocks', 'getheaders'].includes(command))
  .map(({ hex }) => bytes(hex).subarray(24))

describeCodec('getblocks and getheaders', {
  parse: parseGetblocks,
  encode: encodeGetblocks,
  samples: [vector, ...payloads],
})

test('the vector asks from genesis on', () => {
  const request = parseGetblocks(vector)
  expect(request?.version).toBe(70003)
  const genesis = vectors.genesis.regtest.hash
  expect(request?.locator.map(formatHash)).toEqual([genesis, genesis])
  expect(request?.stop).toEqual(ZERO_HASH)
})

test('more than 500 locator hashes are refused', () => {
  const payload = (count: number) =>
    new ByteWriter()
      .i32(70003)
      .compactSize(count)
      .bytes(new Uint8Array(32 * (count + 1)))
      .finish()
  expect(parseGetblocks(payload(500))?.locator.length).toBe(500)
  expect(parseGetblocks(payload(501))).toBeUndefined()
})
