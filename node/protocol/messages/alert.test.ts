import { expect, test } from 'vitest'
import { describeCodec } from '../../../test/codec-laws.ts'
import { ByteWriter, rawBytes, utf8Encode } from '../bytes.ts'
import { encodeSignedAlert, parseAlert, parseSignedAlert } from './alert.ts'

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
