import { expect, test } from 'vitest'
import { recordedStreams } from '../../test/recorded-wire.ts'
import { encodeBencode } from './bencode.ts'
import { bytesToHex, concatBytes, utf8Encode } from './bytes.ts'
import { encodeExtendedHandshake, encodePex, parseExtendedHandshake, parsePex } from './wire-extension.ts'
import { WireReader } from './wire-reader.ts'

const extended = (['phase1-swarm-tcp-2nodes', 'phase2-swarm-tcp-node3'] as const).flatMap((name) =>
  [...recordedStreams(name).values()].flatMap((chunks) =>
    new WireReader()
      .push(concatBytes(...chunks))
      .messages.flatMap((message) => (message.kind === 'extended' ? message : [])),
  ),
)

test('recorded extended handshakes tell ut_pex, queue, version and our address', () => {
  const handshakes = extended.flatMap(({ extension, payload }) =>
    extension === 0 ? [parseExtendedHandshake(payload)] : [],
  )
  expect(handshakes.length).toBeGreaterThan(5)
  for (const handshake of handshakes) {
    expect(handshake).toMatchObject({ utPex: 1, requestQueue: 250, yourIp: '127.0.0.1' })
    expect(handshake?.version).toMatch(/^twisterd\//)
  }
  expect(handshakes.map((handshake) => handshake?.listenPort)).toContain(31003)
})

test('recorded ut_pex messages are written again to the same bytes', () => {
  const messages = extended.filter(({ extension }) => extension === 1)
  expect(messages.length).toBeGreaterThan(0)
  for (const { payload } of messages) {
    const pex = parsePex(payload)
    expect(pex && bytesToHex(encodePex(pex))).toBe(bytesToHex(payload))
  }
})

test('what is written is read back', () => {
  const handshake = { utPex: 1, listenPort: 29333, requestQueue: 250, version: 'windsock', yourIp: '203.0.113.7' }
  expect(parseExtendedHandshake(encodeExtendedHandshake(handshake))).toEqual(handshake)
  expect(parseExtendedHandshake(encodeExtendedHandshake({}))).toEqual({})
  const pex = {
    added: [
      { ip: '203.0.113.7', port: 29333, flags: 8 },
      { ip: '2001:db8::1', port: 1, flags: 1 },
    ],
    dropped: [
      { ip: '203.0.113.9', port: 2 },
      { ip: '2001:db8::2', port: 3 },
    ],
  }
  expect(parsePex(encodePex(pex))).toEqual(pex)
})

test('members of the wrong form are left out', () => {
  const payload = encodeBencode({ m: { ut_pex: 256 }, p: 70_000, reqq: -1, v: 7, yourip: 'abc' })
  expect(parseExtendedHandshake(payload)).toEqual({})
  expect(parseExtendedHandshake(utf8Encode('le'))).toBeUndefined()
  expect(parsePex(encodeBencode({ added: 7, 'added.f': '', dropped: 'abc' }))).toEqual({ added: [], dropped: [] })
  expect(parsePex(utf8Encode('garbage'))).toBeUndefined()
})

test('no more than 100 peers are taken', () => {
  const pex = parsePex(
    encodeBencode({ added: new Uint8Array(6 * 300), 'added.f': '', dropped: new Uint8Array(6 * 300) }),
  )
  expect([pex?.added.length, pex?.dropped.length]).toEqual([100, 100])
})
