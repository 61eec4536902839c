import { connect, type Socket } from 'node:net'
import { expect, it, vi } from 'vitest'
import { swarmInfohash } from '../protocol/dht-target.ts'
import type { NameView } from '../protocol/name-view.ts'
import { encodeHandshake, encodeWireMessage } from '../protocol/wire-message.ts'
import { WireReader } from '../protocol/wire-reader.ts'
import { namesOf, pieceOf, until, username } from '../store/test-authors.ts'
import {
  CHOKE_ROTATION_MS,
  MAX_CONNECTIONS,
  MAX_DIALLING,
  MAX_UNKNOWN_CONNECTIONS,
  MIN_STAY_MS,
  PEER_SILENCE_MS,
  UNCHOKE_SLOTS,
} from './limits.ts'
import { atEnd, openTestNode } from './test-node.ts'

const alice = username('alice')

/** Somebody who wants a user's posts. */
class Wanting {
  readonly socket: Socket
  isUnchoked = false
  readonly heard: string[] = []
  readonly #reader = new WireReader()

  constructor(endpoint: { host: string; port: number }, number: number) {
    this.socket = connect({ ...endpoint, localAddress: `127.7.1.${number + 1}` })
    atEnd(async () => void this.socket.destroy())
    this.socket.on('error', () => {})
    this.socket.on('data', (chunk) => {
      for (const { kind } of this.#reader.push(chunk).messages) {
        this.heard.push(kind)
        if (kind === 'choke') this.isUnchoked = false
        if (kind === 'unchoke') this.isUnchoked = true
      }
    })
    this.socket.write(encodeHandshake({ infohash: swarmInfohash(alice), peerId: new Uint8Array(20).fill(number + 1) }))
    this.socket.write(encodeWireMessage({ kind: 'interested' }))
  }
}

it('more peers want posts than there are slots: who waits gets one in time from who uses it least', async () => {
  const node = await openTestNode('127.7.0.1')
  node.swarms.follow(alice)
  node.swarms.addPiece(alice, 0, pieceOf('alice', 0), 'local')
  vi.useFakeTimers({ toFake: ['performance'] })
  atEnd(async () => void vi.useRealTimers())
  const peers = Array.from({ length: UNCHOKE_SLOTS + 3 }, (_, number) => new Wanting(node.endpoint, number))
  const unchoked = () => peers.filter(({ isUnchoked }) => isUnchoked)
  await until(() => node.swarms.peerCount() === peers.length && unchoked().length === UNCHOKE_SLOTS)
  const waiting = peers.filter(({ isUnchoked }) => !isUnchoked)
  // All but three go on asking.
  vi.advanceTimersByTime(1_000)
  const [first, second, third, ...busy] = unchoked()
  for (const { socket } of busy) socket.write(encodeWireMessage({ kind: 'request', k: 0, start: 0, length: 16_384 }))
  await new Promise((resolve) => setTimeout(resolve, 100))
  vi.advanceTimersByTime(CHOKE_ROTATION_MS)
  await until(() => waiting.every(({ isUnchoked }) => isUnchoked))
  await until(() => unchoked().length === UNCHOKE_SLOTS)
  expect([first, second, third].map((peer) => peer?.isUnchoked)).toEqual([false, false, false])
})

it('a peer that wants nothing for now is not choked, and gets the next post without asking to be let in', async () => {
  const source = await openTestNode('127.7.0.4')
  source.swarms.follow(alice)
  const peer = new Wanting(source.endpoint, 90)
  await until(() => peer.isUnchoked)
  peer.socket.write(encodeWireMessage({ kind: 'not-interested' }))
  source.swarms.addPiece(alice, 0, pieceOf('alice', 0), 'local')
  await until(() => peer.heard.includes('have'))
  expect(peer.heard).not.toContain('choke')
  peer.socket.write(encodeWireMessage({ kind: 'request', k: 0, start: 0, length: 16_384 }))
  await until(() => peer.heard.includes('piece'))
})

it('sockets that say nothing keep nobody out', async () => {
  const source = await openTestNode('127.7.0.5')
  source.swarms.follow(alice)
  source.swarms.addPiece(alice, 0, pieceOf('alice', 0), 'local')
  const mute = Array.from({ length: 2 * MAX_UNKNOWN_CONNECTIONS }, (_, number) => {
    const socket = connect({ ...source.endpoint, localAddress: `127.7.2.${(number % 4) + 1}` })
    socket.on('error', () => {})
    socket.write(encodeHandshake({ infohash: swarmInfohash(alice), peerId: new Uint8Array(20) }).subarray(0, 30))
    atEnd(async () => void socket.destroy())
    return socket
  })
  await until(() => mute.filter(({ destroyed }) => destroyed).length >= MAX_UNKNOWN_CONNECTIONS)
  const node = await openTestNode('127.7.0.6', { candidates: () => [source.endpoint] })
  node.swarms.follow(alice)
  await until(() => node.swarms.state(alice)?.held === 1)
  expect(mute.filter(({ destroyed }) => !destroyed).length).toBeLessThanOrEqual(MAX_UNKNOWN_CONNECTIONS)
})

it('more users are followed than there are connections: each swarm gets its turn', async () => {
  const users = Array.from({ length: MAX_CONNECTIONS + 40 }, (_, index) => `user${index}`)
  const nameView: NameView = namesOf(...users)
  const sources = [await openTestNode('127.7.0.2', { nameView }), await openTestNode('127.7.0.7', { nameView })]
  const candidates = () => sources.map(({ endpoint }) => endpoint)
  const node = await openTestNode('127.7.0.3', { nameView, candidates })
  vi.useFakeTimers({ toFake: ['performance'] })
  atEnd(async () => void vi.useRealTimers())
  for (const [index, user] of users.entries()) {
    const source = sources[index % sources.length]
    source?.swarms.follow(username(user))
    source?.swarms.addPiece(username(user), 0, pieceOf(user, 0), 'local')
  }
  let most = 0
  node.swarms.onPost(() => {
    most = Math.max(most, node.swarms.peerCount())
  })
  for (const user of users) node.swarms.follow(username(user))
  await until(() => node.store.outbox.lastSequence() >= MAX_CONNECTIONS - MAX_DIALLING, 15_000)
  vi.advanceTimersByTime(MIN_STAY_MS)
  // Until somebody would be gone because he is silent.
  for (let pastMs = MIN_STAY_MS; pastMs < PEER_SILENCE_MS; pastMs += 3_000) {
    if (node.store.outbox.lastSequence() === users.length) break
    vi.advanceTimersByTime(3_000)
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
  expect(node.store.outbox.lastSequence()).toBe(users.length)
  expect(most).toBeLessThanOrEqual(MAX_CONNECTIONS)
}, 40_000)
