import { connect, type Socket } from 'node:net'
import { expect, it, vi } from 'vitest'
import { concatBytes } from '../protocol/bytes.ts'
import { swarmInfohash } from '../protocol/dht-target.ts'
import { encodeHandshake, encodeWireMessage, requestPiece } from '../protocol/wire-message.ts'
import { pieceOf, until, username } from '../store/test-authors.ts'
import { HEDGE_MS, MESSAGE_BURST, MESSAGE_TIMEOUT_MS, REQUEST_TIMEOUT_MS } from './limits.ts'
import { atEnd, openTestNode, openTestPeer, piecesOf, type TestNode } from './test-node.ts'

const alice = username('alice')
const handshake = encodeHandshake({ infohash: swarmInfohash(alice), peerId: new Uint8Array(20).fill(0x63) })

/** Somebody who says he has all of them, and never gives one. */
async function openLiar(host: string, count: number) {
  const liar = await openTestPeer(host, alice, piecesOf('alice', count))
  liar.isMute = true
  return liar
}

async function intruder(node: TestNode, localAddress: string): Promise<Socket> {
  const socket = connect({ ...node.endpoint, localAddress })
  socket.on('error', () => {})
  atEnd(async () => void socket.destroy())
  socket.write(handshake)
  await until(() => node.swarms.peerCount() > 0)
  return socket
}

function fakePerformance(): void {
  vi.useFakeTimers({ toFake: ['performance'] })
  atEnd(async () => void vi.useRealTimers())
}

it('what a peer keeps us waiting for is asked of a second one, long before its time is over', async () => {
  const liar = await openLiar('127.6.0.1', 10)
  let candidates = [liar.endpoint]
  const node = await openTestNode('127.6.0.2', { candidates: () => candidates })
  fakePerformance()
  node.swarms.follow(alice)
  await until(() => liar.received.filter(({ kind }) => kind === 'request').length === 10)
  const honest = await openTestPeer('127.6.0.3', alice, piecesOf('alice', 10))
  candidates = [liar.endpoint, honest.endpoint]
  await until(() => node.swarms.peerCount() === 2)
  await new Promise((resolve) => setTimeout(resolve, 100))
  expect(node.swarms.state(alice)?.held).toBe(0)
  vi.advanceTimersByTime(HEDGE_MS + 1)
  await until(() => node.swarms.state(alice)?.held === 10)
  expect(HEDGE_MS).toBeLessThan(REQUEST_TIMEOUT_MS / 4)
})

it('numbers that nobody has written do not push the others out of the history, and are forgotten with their liar', async () => {
  const liar = await openLiar('127.6.0.4', 0)
  liar.claim(100, 1_000)
  const honest = await openTestPeer('127.6.0.5', alice, piecesOf('alice', 30))
  const node = await openTestNode('127.6.0.6', {
    candidates: () => [liar.endpoint, honest.endpoint],
    maxHistory: 25,
  })
  fakePerformance()
  node.swarms.follow(alice)
  // What the liar is asked for counts until it has had its time.
  for (let round = 0; round < 6 && node.swarms.state(alice)?.held !== 25; round++) {
    await new Promise((resolve) => setTimeout(resolve, 1_100))
    vi.advanceTimersByTime(REQUEST_TIMEOUT_MS + 1)
  }
  await until(() => node.swarms.state(alice)?.held === 25)
  expect(node.store.posts.heldNumbers(alice)).toEqual(Array.from({ length: 25 }, (_, index) => index + 5))
  await liar.close()
  await until(() => node.swarms.peerCount() === 1)
  expect(node.swarms.state(alice)).toMatchObject({ knownK: 29, missing: 0 })
}, 20_000)

it('a message that never ends costs its sender the connection', async () => {
  const node = await openTestNode('127.6.0.7')
  node.swarms.follow(alice)
  fakePerformance()
  const socket = await intruder(node, '127.6.0.8')
  const bitfield = encodeWireMessage({ kind: 'bitfield', bits: new Uint8Array(1_000) })
  for (let byte = 0; byte < 4; byte++) {
    socket.write(bitfield.subarray(byte, byte + 1))
    await new Promise((resolve) => setTimeout(resolve, 20))
    vi.advanceTimersByTime(MESSAGE_TIMEOUT_MS / 4)
  }
  expect(node.swarms.peerCount()).toBe(1)
  vi.advanceTimersByTime(MESSAGE_TIMEOUT_MS / 4)
  await until(() => node.swarms.peerCount() === 0)
})

it('a flood of messages is left with its sender, and others are served meanwhile', async () => {
  const node = await openTestNode('127.6.0.9')
  node.swarms.follow(alice)
  node.swarms.addPiece(alice, 0, pieceOf('alice', 0), 'local')
  const socket = await intruder(node, '127.6.0.10')
  // For a post that nobody has: each gets its reject.
  const request = encodeWireMessage(requestPiece(1))
  const flood = concatBytes(...Array.from({ length: 5 * MESSAGE_BURST }, () => request))
  socket.resume()
  socket.write(flood)
  // Each of them is answered with as many bytes: when no more answers come, the rest still waits.
  await until(() => socket.bytesRead > flood.length / 6)
  let answered = -1
  while (socket.bytesRead !== answered) {
    answered = socket.bytesRead
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
  expect(answered).toBeLessThan(flood.length / 2)
  const other = await openTestNode('127.6.0.11', { candidates: () => [node.endpoint] })
  other.swarms.follow(alice)
  await until(() => other.swarms.state(alice)?.held === 1)
})
