import { describe, expect, test } from 'vitest'
import { describeCodec } from '../../test/codec-laws.ts'
import vectors from '../../test/vectors/dht.json' with { type: 'json' }
import recorded from '../../test/vectors/recordings-dht.json' with { type: 'json' }
import { parseBencode } from './bencode.ts'
import { bytesToHex, hexToBytes, utf8Encode } from './bytes.ts'
import {
  encodeTarget,
  parseTarget,
  parseTargetHash,
  type Resource,
  resourcesEqual,
  swarmInfohash,
  targetHash,
} from './dht-target.ts'
import { parseUsername, type Username } from './username.ts'

const bytes = (hex: string): Uint8Array => hexToBytes(hex) ?? new Uint8Array(0)
const parse = (input: Uint8Array): Resource | undefined =>
  parseTarget(parseBencode(input, { maxDepth: 2, maxItems: 9 }))

describeCodec('DHT targets', {
  parse,
  encode: encodeTarget,
  samples: vectors.targets.map(({ bencoded_hex }) => bytes(bencoded_hex)),
})

describe('targets of the reference', () => {
  test.each(vectors.targets)('$n/$r/$t is $sha1', ({ n, r, t, bencoded_hex, sha1 }) => {
    const resource = parse(bytes(bencoded_hex))
    expect(resource).toEqual({ n, r, t })
    expect(resource && bytesToHex(targetHash(resource))).toBe(sha1)
  })

  test.each(recorded)('recorded $n/$r/$t is $target_hash', ({ target_bencoded, target_hash }) => {
    const resource = parse(utf8Encode(target_bencoded))
    expect(resource && bytesToHex(targetHash(resource))).toBe(target_hash)
  })
})

test('the infohash of a swarm is the target of its tracker', () => {
  const mfreitas = parseUsername('mfreitas') as Username
  expect(bytesToHex(swarmInfohash(mfreitas))).toBe(vectors.mainnet_post.infohash)
})

test.each([
  ['keys out of order', 'd1:r7:profile1:n5:alice1:t1:se'],
  ['a fourth key', 'd1:n5:alice1:r7:profile1:t1:s1:x0:e'],
  ['a missing key', 'd1:n5:alice1:t1:se'],
  ['another t', 'd1:n5:alice1:r7:profile1:t1:xe'],
  ['an integer', 'd1:ni1e1:r7:profile1:t1:se'],
  ['a list', 'l5:alice7:profile1:se'],
  ['a length with a leading zero', 'd1:n05:alice1:r7:profile1:t1:se'],
])('%s is refused', (_, text) => {
  expect(parse(utf8Encode(text))).toBeUndefined()
})

test('a name that is not UTF-8 is refused', () => {
  expect(parse(bytes('64313a6e323ac328313a72313a61313a74313a6d65'))).toBeUndefined()
})

test('hashes have 20 bytes, and resources are equal when all three parts are', () => {
  expect(parseTargetHash(new Uint8Array(20))).toBeDefined()
  expect(parseTargetHash(new Uint8Array(19))).toBeUndefined()
  const resource: Resource = { n: 'a', r: 'b', t: 's' }
  expect(resourcesEqual(resource, { ...resource })).toBe(true)
  for (const other of [{ n: 'x' }, { r: 'x' }, { t: 'm' }] as const) {
    expect(resourcesEqual(resource, { ...resource, ...other })).toBe(false)
  }
})
