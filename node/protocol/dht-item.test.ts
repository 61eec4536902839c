import { describe, expect, test } from 'vitest'
import { describeCodec } from '../../test/codec-laws.ts'
import vectors from '../../test/vectors/dht.json' with { type: 'json' }
import recorded from '../../test/vectors/recordings-dht.json' with { type: 'json' }
import { type Bencodable, encodeBencode, rawBencode } from './bencode.ts'
import { bytesToHex, hexToBytes, utf8Encode } from './bytes.ts'
import {
  type DhtItem,
  dhtItemExpiryHeight,
  encodeDhtItem,
  encodeDhtP,
  parseDhtItem,
  resourceNumber,
} from './dht-item.ts'
import { targetHash } from './dht-target.ts'
import { parseUsername, type Username } from './username.ts'

const bytes = (hex: string): Uint8Array => hexToBytes(hex) ?? new Uint8Array(0)
const signature = new Uint8Array(65)
const parseP = (p: Uint8Array): DhtItem | undefined => parseDhtItem({ p, sigP: signature, sigUser: 'alice' })
const values = recorded.flatMap(({ r, values }) => (r === 'tracker' ? [] : values))

describeCodec('DHT values', {
  parse: parseP,
  encode: (item) => encodeDhtP({ ...item, v: rawBencode(item.vRaw) }),
  samples: [
    ...vectors.dht_values_synthetic.map(({ p_bencoded_hex }) => bytes(p_bencoded_hex)),
    ...values.map(({ p_bencoded_hex }) => bytes(p_bencoded_hex)),
  ],
})

describe('values of the reference', () => {
  test.each(vectors.dht_values_synthetic)('$label', ({ p_bencoded_hex, sig_p, sig_user, target_sha1 }) => {
    const item = parseDhtItem({ p: bytes(p_bencoded_hex), sigP: bytes(sig_p), sigUser: sig_user })
    expect(item && bytesToHex(targetHash(item.resource))).toBe(target_sha1)
    const fields = item && { ...item, v: rawBencode(item.vRaw) }
    expect(fields && bytesToHex(encodeDhtItem(fields, bytes(vectors.keys.synthetic_alice.priv)).sigP)).toBe(sig_p)
  })

  test.each(recorded)('recorded $n/$r/$t', ({ n, r, t, values }) => {
    for (const { p_bencoded_hex, sig_p, sig_user } of r === 'tracker' ? [] : values) {
      const item = parseDhtItem({ p: bytes(p_bencoded_hex), sigP: bytes(sig_p), sigUser: utf8Encode(sig_user) })
      expect(item).toMatchObject({ resource: { n, r, t }, sigUser: sig_user })
      expect(item?.seq !== undefined).toBe(t === 's')
    }
  })
})

describe('a value is refused', () => {
  const fields = { height: 1, target: { n: 'alice', r: 'x', t: 's' }, time: 2, v: 'y' }
  test('with all its parts it is not', () => {
    expect(parseP(encodeBencode(fields))).toMatchObject({ height: 1, time: 2, resource: fields.target })
    expect(parseP(encodeBencode({ ...fields, seq: 0, zzz: 'more' }))?.seq).toBe(0)
    expect(parseP(encodeBencode({ ...fields, seq: -1 }))).toMatchObject({ seq: undefined })
    expect(parseP(encodeBencode({ ...fields, seq: 2 ** 31 }))).toMatchObject({ seq: undefined })
  })

  test.each<[string, Record<string, Bencodable | undefined>]>([
    ['without height', { ...fields, height: undefined }],
    ['with a negative height', { ...fields, height: -1 }],
    ['with a height beyond 31 bits', { ...fields, height: 2 ** 31 }],
    ['without time', { ...fields, time: undefined }],
    ['with a seq that is text', { ...fields, seq: '1' }],
    ['without v', { ...fields, v: undefined }],
    ['without target', { ...fields, target: undefined }],
    ['with a bad target', { ...fields, target: { n: 'alice', r: 'x', t: 'x' } }],
    ['when it is too big for any reader', { ...fields, v: 'y'.repeat(8192) }],
    [
      'when it is deeper than the reference reads',
      { ...fields, v: rawBencode(utf8Encode('llllllee'.replace('ee', 'eeeeee'))) },
    ],
  ])('%s', (_, p) => {
    expect(parseP(encodeBencode(p))).toBeUndefined()
  })

  test('when its bytes are not canonical', () => {
    const p = Buffer.from(encodeBencode(fields)).toString('latin1')
    expect(parseP(Buffer.from(p.replace('i1e', 'i01e'), 'latin1'))).toBeUndefined()
    expect(parseP(Buffer.from(`${p}e`, 'latin1'))).toBeUndefined()
  })

  test('when its signature or signer has the wrong form', () => {
    const p = encodeBencode(fields)
    expect(parseDhtItem({ p, sigP: new Uint8Array(64), sigUser: 'alice' })).toBeUndefined()
    expect(parseDhtItem({ p, sigP: signature, sigUser: 'Alice' })).toBeUndefined()
    expect(parseDhtItem({ p, sigP: signature, sigUser: bytes('c328') })).toBeUndefined()
  })
})

test('a value that nobody could read is not signed', () => {
  const resource = { n: 'alice', r: 'x', t: 's' } as const
  const alice = parseUsername('alice') as Username
  const fields = { resource, height: 1, time: 1, seq: 1, v: 'y'.repeat(9000), sigUser: alice }
  expect(() => encodeDhtItem(fields, new Uint8Array(32).fill(1))).toThrow()
})

test.each([
  ['hashtag', 'm', 2016],
  ['profile', 'm', 2016],
  ['profile', 's', undefined],
  ['avatar', 's', undefined],
  ['status', 's', undefined],
  ['following0', 's', undefined],
  ['following200', 's', undefined],
  ['following201', 's', 2016],
  ['following01', 's', 2016],
  ['following', 's', 2016],
  ['post0', 's', 8640],
  ['post4711', 's', 8640],
  ['post007', 's', 2016],
  ['post', 's', 2016],
  ['postx1', 's', 2016],
  ['profile2', 's', 2016],
  ['swarm', 's', 2016],
  ['Profile', 's', 2016],
] as const)('%s/%s lives %d blocks', (r, t, blocks) => {
  expect(dhtItemExpiryHeight({ n: 'alice', r, t }, 1000)).toBe(blocks === undefined ? undefined : 1000 + blocks)
})

test('numbers of resources have no leading zeros and fit 31 bits', () => {
  expect(resourceNumber('post0', 'post')).toBe(0)
  expect(resourceNumber('replies2147483647', 'replies')).toBe(2147483647)
  for (const r of ['post', 'post-1', 'post01', 'post2147483648', 'post1x', 'xpost1', 'post１']) {
    expect(resourceNumber(r, 'post')).toBeUndefined()
  }
})
