import { connect } from 'node:net'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { recordedStreams } from '../../test/recorded-wire.ts'
import { concatBytes, utf8Encode } from '../protocol/bytes.ts'
import { systemClock } from '../protocol/clock.ts'
import { swarmInfohash } from '../protocol/dht-target.ts'
import { encodeHandshake, encodeWireMessage } from '../protocol/wire-message.ts'
import type { Store } from '../store/store.ts'
import { namesOf, openTestStore, pieceOf, silent, until, username } from '../store/test-authors.ts'
import { openSwarms, type Swarms } from './swarms.ts'

const carol = username('carol')
const HOST = '127.3.0.1'
const handshake = encodeHandshake({ infohash: swarmInfohash(carol), peerId: new Uint8Array(20).fill(0x62) })

let store: Store
let swarms: Swarms

beforeEach(async () => {
  store = await openTestStore()
  swarms = await openSwarms({
    posts: store.posts,
    write: store.write,
    nameView: namesOf('carol'),
    clock: systemClock,
    log: silent,
    bind: HOST,
    port: 0,
    allowAddress: (ip) => ip.startsWith('127.'),
  })
  swarms.follow(carol)
  for (const k of [0, 1, 2, 3]) swarms.addPiece(carol, k, pieceOf('carol', k), 'local')
})

afterEach(async () => {
  await swarms.close()
  await store.close()
})

/** Says all of it, and waits until the other side hangs up or there is nothing more to come. */
async function say(...chunks: Uint8Array[]): Promise<Uint8Array> {
  const socket = connect({ host: HOST, port: swarms.port, localAddress: '127.3.0.2' })
  const heard: Uint8Array[] = []
  socket.on('error', () => {})
  socket.on('data', (chunk) => heard.push(chunk))
  for (const chunk of chunks) socket.write(chunk)
  socket.end()
  await new Promise((resolve) => socket.once('close', resolve))
  return concatBytes(...heard)
}

it('mutated streams of the reference neither stop it nor get into it', async () => {
  const streams = recordedStreams('phase2-swarm-tcp-node3')
  const mutation = fc.record({
    stream: fc.constantFrom(...streams.values()),
    flips: fc.array(fc.record({ at: fc.nat(20_000), to: fc.nat(255) }), { maxLength: 8 }),
  })
  for (const { stream, flips } of fc.sample(mutation, { numRuns: 150, seed: 11 })) {
    const bytes = concatBytes(...stream)
    // The handshake stays good, so that what follows is read.
    for (const { at, to } of flips) bytes[68 + (at % Math.max(1, bytes.length - 68))] = to
    await say(bytes)
  }
  expect(swarms.peerCount()).toBe(0)
  expect(store.posts.heldNumbers(carol)).toEqual([0, 1, 2, 3])
})

it('an extension handshake made to break its reader does not', async () => {
  const payloads = [
    'd1:md6:ut_pexd8:toStringi5eeee',
    'd1:md9:__proto__d8:toStringi5ee6:ut_pexi1eee',
    'd1:ml1:aee',
    'd1:mi5ee',
    `${'l'.repeat(5_000)}`,
    'd1:v',
    'de',
  ]
  for (const payload of payloads) {
    const extended = encodeWireMessage({ kind: 'extended', extension: 0, payload: utf8Encode(payload) })
    const pex = encodeWireMessage({ kind: 'extended', extension: 1, payload: utf8Encode(payload) })
    const request = encodeWireMessage({ kind: 'request', k: 0, start: 0, length: 16_384 })
    const interested = encodeWireMessage({ kind: 'interested' })
    const heard = await say(handshake, extended, pex, interested, request)
    expect(heard.length).toBeGreaterThan(pieceOf('carol', 0).length)
  }
})

it.each([
  [
    'more bitfields than anybody needs',
    Array.from({ length: 100 }, () => encodeWireMessage({ kind: 'bitfield', bits: new Uint8Array(2) })),
  ],
  ['numbers beyond all limits', [encodeWireMessage({ kind: 'have', k: 400_000 })]],
  ['a bitfield of all ones', [encodeWireMessage({ kind: 'bitfield', bits: new Uint8Array(60_000).fill(0xff) })]],
  [
    'seven peer exchanges at once',
    Array.from({ length: 7 }, () => encodeWireMessage({ kind: 'extended', extension: 1, payload: utf8Encode('de') })),
  ],
])('%s end the connection', async (_what, chunks) => {
  const socket = connect({ host: HOST, port: swarms.port, localAddress: '127.3.0.3' })
  socket.on('error', () => {})
  socket.resume()
  const ended = new Promise((resolve) => socket.once('close', resolve))
  socket.write(handshake)
  await until(() => swarms.peerCount() === 1)
  for (const chunk of chunks) socket.write(chunk)
  await ended
  expect(swarms.peerCount()).toBe(0)
})

it('a peer that asks without reading is dropped, not buffered for', async () => {
  const socket = connect({ host: HOST, port: swarms.port, localAddress: '127.3.0.4' })
  socket.on('error', () => {})
  socket.pause()
  swarms.addPiece(carol, 4, pieceOf('carol', 4, { msg2: 'long '.repeat(300) }), 'local')
  const requests = Array.from({ length: 5_000 }, () =>
    encodeWireMessage({ kind: 'request', k: 4, start: 0, length: 16_384 }),
  )
  socket.write(concatBytes(handshake, encodeWireMessage({ kind: 'interested' })))
  await until(() => swarms.peerCount() === 1)
  const timer = setInterval(() => socket.write(concatBytes(...requests)), 5)
  await until(() => swarms.peerCount() === 0, 20_000)
  clearInterval(timer)
  socket.destroy()
})
