import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { describeCodec } from '../../../test/codec-laws.ts'
import { ByteWriter, rawBytes, utf8Encode } from '../bytes.ts'
import { sha256d } from '../hash.ts'
import { networkParams } from '../params.ts'
import { publicKeyOf, signDigest } from '../signature.ts'
import { checkAlert, encodeSignedAlert, parseAlert, parseSignedAlert } from './alert.ts'

// No alert was ever recorded: the layout is that of alert.h.
const message = new ByteWriter()
  .i32(1)
  .i64(2000n)
  .i64(3000n)
  .i32(7)
  .i32(6)
  .compactSize(2)
  .i32(4)
  .i32(5)
  .i32(0)
  .i32(99)
  .compactSize(1)
  .varBytes(utf8Encode('/twisterd:0.9.40/'))
  .i32(100)
  .varBytes(utf8Encode('comment'))
  .varBytes(utf8Encode('status'))
  .varBytes(utf8Encode(''))
  .finish()

describeCodec('alert', {
  parse: parseSignedAlert,
  encode: encodeSignedAlert,
  samples: [encodeSignedAlert({ message: rawBytes(message), signature: Uint8Array.of(0x30, 0) })],
})

test('the fields of a message are read in order', () => {
  expect(parseAlert(message)).toEqual({
    version: 1,
    relayUntil: 2000n,
    expiration: 3000n,
    id: 7,
    cancel: 6,
    cancels: [4, 5],
    minVersion: 0,
    maxVersion: 99,
    userAgents: ['/twisterd:0.9.40/'],
    priority: 100,
    comment: 'comment',
    statusBar: 'status',
    reserved: '',
  })
  for (let length = 0; length < message.length; length++)
    expect(parseAlert(message.subarray(0, length))).toBeUndefined()
})

describe('an alert', () => {
  const privateKey = new Uint8Array(32).fill(7)
  const publicKey = publicKeyOf(privateKey, false)
  const compact = signDigest(sha256d(message), privateKey).subarray(1)
  const signed = { message: rawBytes(message), signature: derOf(compact) }

  test('is accepted from the holder of the key until it expires', () => {
    expect(checkAlert(signed, publicKey, 2999)).toEqual({ kind: 'accept' })
    expect(checkAlert(signed, publicKey, 3000)).toMatchObject({ kind: 'reject', score: 10 })
  })

  test('of anybody else costs 10, whatever its signature looks like', () => {
    const cost = { kind: 'reject', code: 'invalid-alert', score: 10 }
    expect(checkAlert(signed, publicKeyOf(new Uint8Array(32).fill(8), false), 0)).toMatchObject(cost)
    expect(checkAlert(signed, networkParams('main', { checkpoints: true }).alertKey, 0)).toMatchObject(cost)
    for (let length = 0; length < signed.signature.length; length++) {
      expect(checkAlert({ ...signed, signature: signed.signature.subarray(0, length) }, publicKey, 0)).toMatchObject(
        cost,
      )
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (signature) => {
        expect(checkAlert({ ...signed, signature }, publicKey, 0)).toMatchObject(cost)
      }),
      { numRuns: 50 },
    )
  })

  test('that cannot be read is left out', () => {
    expect(checkAlert({ ...signed, message: rawBytes(message.subarray(1)) }, publicKey, 0)).toMatchObject({
      kind: 'ignore',
    })
  })
})

function derOf(compact: Uint8Array): Uint8Array {
  const number = (bytes: Uint8Array) => {
    const digits = (bytes[0] ?? 0) >= 0x80 ? [0, ...bytes] : [...bytes]
    return [2, digits.length, ...digits]
  }
  const body = [...number(compact.subarray(0, 32)), ...number(compact.subarray(32))]
  return Uint8Array.from([0x30, body.length, ...body])
}
