import { connect } from 'node:net'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { hexToBytes } from '../protocol/bytes.ts'
import { systemClock } from '../protocol/clock.ts'
import { swarmInfohash } from '../protocol/dht-target.ts'
import type { NameView } from '../protocol/name-view.ts'
import { encodeHandshake } from '../protocol/wire-message.ts'
import type { Store } from '../store/store.ts'
import { namesOf, openTestStore, pieceOf, silent, until, username } from '../store/test-authors.ts'
import { FIRST_OUTSTANDING, REQUEST_TIMEOUT_MS } from './limits.ts'
import { openSwarms, type Swarms, type SwarmsOptions } from './swarms.ts'
import { TestPeer } from './test-peer.ts'

const alice = username('alice')
const names = namesOf('alice', 'bob')

interface Node {
  store: Store
  swarms: Swarms
  host: string
  refused: string[]
}

const closers: (() => Promise<unknown>)[] = []

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

async function openNode(host: string, options: Partial<SwarmsOptions> = {}): Promise<Node> {
  const store = await openTestStore()
  const refused: string[] = []
  const swarms = await openSwarms({
    posts: store.posts,
    write: store.write,
    nameView: names as NameView,
    clock: systemClock,
    log: silent,
    bind: host,
    port: 0,
    allowAddress: (ip) => ip.startsWith('127.'),
    onReject: (code) => refused.push(code),
    ...options,
  })
  closers.push(
    () => store.close(),
    () => swarms.close(),
  )
  return { store, swarms, host, refused }
}

async function openPeer(host: string, pieces: Map<number, Uint8Array>, isPlain = false): Promise<TestPeer> {
  const peer = await TestPeer.open({ host, user: alice, pieces, isPlain })
  closers.push(() => peer.close())
  return peer
}

function piecesUpTo(count: number): Map<number, Uint8Array> {
  return new Map(Array.from({ length: count }, (_, k) => [k, pieceOf('alice', k)]))
}

function endpointOf(node: Node): { host: string; port: number } {
  return { host: node.host, port: node.swarms.port }
}

describe('swarms', () => {
  it('carry posts from the author over a second to a third, and a new one at once', async () => {
    const a = await openNode('127.1.0.1')
    const b = await openNode('127.1.0.2', { candidates: () => [endpointOf(a)] })
    const c = await openNode('127.1.0.3', { candidates: () => [endpointOf(b)] })
    a.swarms.follow(alice)
    for (const [k, piece] of piecesUpTo(20)) expect(a.swarms.addPiece(alice, k, piece, 'local').kind).toBe('accept')
    b.swarms.follow(alice)
    c.swarms.follow(alice)
    await until(() => c.store.posts.heldNumbers(alice).length === 20)
    expect(c.store.posts.post(alice, 7)).toEqual(pieceOf('alice', 7))
    expect(b.swarms.state(alice)).toMatchObject({ knownK: 19, held: 20, seen: 20, lastError: undefined })

    const arrived = new Promise<number>((resolve) => c.swarms.onPost((_user, k) => resolve(k)))
    const start = performance.now()
    a.swarms.addPiece(alice, 20, pieceOf('alice', 20), 'local')
    expect(await arrived).toBe(20)
    expect(performance.now() - start).toBeLessThan(500)
    expect(c.store.outbox.lastSequence()).toBe(21)
  })

  it.each([false, true])('fetch from a simple peer, plain: %s', async (isPlain) => {
    const peer = await openPeer('127.1.0.4', piecesUpTo(50), isPlain)
    const node = await openNode('127.1.0.5', { candidates: () => [peer.endpoint] })
    node.swarms.follow(alice)
    await until(() => node.store.posts.heldNumbers(alice).length === 50)
    const asked = peer.received.flatMap((message) => (message.kind === 'request' ? [message.k] : []))
    expect(asked).toEqual(Array.from({ length: 50 }, (_, index) => 49 - index))
    await until(() => peer.received.filter((message) => message.kind === 'have').length === 50)

    peer.say({ kind: 'have', k: 60 })
    await until(() => peer.received.some((message) => message.kind === 'request' && message.k === 60))
  })

  it('answer every small message while they wait for a post, so that the reference does not hold it back', async () => {
    const peer = await openPeer('127.1.0.26', new Map())
    const node = await openNode('127.1.0.27', { candidates: () => [peer.endpoint] })
    node.swarms.follow(alice)
    await until(() => peer.received.some((message) => message.kind === 'hashcash-nbits'))
    const heard: number[] = []
    for (const socket of peer.sockets) socket.on('data', (chunk: Uint8Array) => heard.push(chunk.length))
    peer.say({ kind: 'port', port: 1 })
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(heard).toEqual([])
    peer.say({ kind: 'have', k: 0 })
    await until(() => peer.received.some((message) => message.kind === 'request'))
    heard.length = 0
    // The kernel alone acknowledges, without bytes.
    peer.say({ kind: 'port', port: 1 })
    await until(() => heard.length > 0, 1_000)
    peer.say({ kind: 'keep-alive' })
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(heard).toEqual([4])
  })

  it('get a new post at once from a peer that owes them many, and do not ask it for those for ever', async () => {
    const pieces = piecesUpTo(1)
    const peer = await openPeer('127.1.0.31', pieces)
    const node = await openNode('127.1.0.32', { candidates: () => [peer.endpoint] })
    vi.useFakeTimers({ toFake: ['performance'] })
    closers.push(async () => void vi.useRealTimers())
    node.swarms.follow(alice)
    await until(() => node.swarms.state(alice)?.held === 1)
    for (let k = 1; k <= 40; k++) peer.say({ kind: 'have', k })
    const requests = () => peer.received.filter(({ kind }) => kind === 'request').length
    await until(() => requests() > FIRST_OUTSTANDING)
    pieces.set(41, pieceOf('alice', 41))
    peer.say({ kind: 'have', k: 41 })
    await until(() => node.swarms.state(alice)?.held === 2, 2_000)

    for (let round = 0; round < 6; round++) {
      vi.advanceTimersByTime(REQUEST_TIMEOUT_MS + 1)
      await new Promise((resolve) => setTimeout(resolve, 1_100))
    }
    expect(node.swarms.peerCount()).toBe(1)
    expect(requests()).toBe(42)
  }, 20_000)

  it('fetch the newest posts only, as far as the history goes', async () => {
    const peer = await openPeer('127.1.0.6', piecesUpTo(30))
    const node = await openNode('127.1.0.7', { candidates: () => [peer.endpoint], maxHistory: 5 })
    node.swarms.follow(alice)
    await until(() => node.store.posts.heldNumbers(alice).length === 5)
    expect(node.store.posts.heldNumbers(alice)).toEqual([25, 26, 27, 28, 29])
  })

  it('survive garbage, giant lengths and half a handshake, and go on serving', async () => {
    const node = await openNode('127.1.0.13')
    node.swarms.follow(alice)
    node.swarms.addPiece(alice, 0, pieceOf('alice', 0), 'local')
    const handshake = encodeHandshake({ infohash: swarmInfohash(alice), peerId: new Uint8Array(20).fill(0x61) })
    const attacks: Uint8Array[] = [
      Uint8Array.from({ length: 500 }, (_, index) => (index * 37) & 0xff),
      handshake.subarray(0, 40),
      Uint8Array.from([...handshake, 0x7f, 0xff, 0xff, 0xff, 7]),
      Uint8Array.from([...handshake, 0, 0, 0, 2, 4, 1]),
      Uint8Array.from([...handshake, 0, 0, 0, 5, 4, 0xff, 0xff, 0xff, 0xff]),
      encodeHandshake({ infohash: swarmInfohash(username('bob')), peerId: new Uint8Array(20).fill(0x61) }),
    ]
    for (const bytes of attacks) {
      const socket = connect({ ...endpointOf(node), localAddress: '127.1.0.14' })
      socket.on('error', () => {})
      socket.write(bytes)
      if (bytes.length === 40) socket.end()
      await new Promise((resolve) => socket.once('close', resolve))
    }
    expect(node.swarms.peerCount()).toBe(0)
    const other = await openNode('127.1.0.15', { candidates: () => [endpointOf(node)] })
    other.swarms.follow(alice)
    await until(() => other.store.posts.heldNumbers(alice).length === 1)
  })

  it('drop a peer that speaks FAST without having said so', async () => {
    const peer = await openPeer('127.1.0.16', new Map(), true)
    const node = await openNode('127.1.0.17', { candidates: () => [peer.endpoint] })
    node.swarms.follow(alice)
    await until(() => node.swarms.peerCount() === 1)
    peer.say({ kind: 'have-none' })
    await until(() => node.swarms.peerCount() === 0)
  })

  it('give a choked peer with a fitting nonce its piece, and drop it at the second nonce', async () => {
    const peer = await openPeer('127.1.0.18', new Map())
    const node = await openNode('127.1.0.19', { candidates: () => [peer.endpoint] })
    node.swarms.follow(alice)
    node.swarms.addPiece(alice, 42, pieceOf('alice', 42), 'local')
    await until(() => peer.received.some(({ kind }) => kind === 'hashcash-nbits'))
    peer.say({ kind: 'request', k: 42, start: 0, length: 16_384 })
    await until(() => peer.received.some(({ kind }) => kind === 'reject'))
    peer.say({ kind: 'hashcash-nonce', nonce: hexToBytes('000210ad') ?? new Uint8Array(0) })
    peer.say({ kind: 'request', k: 42, start: 1, length: 16_383 })
    await until(() => peer.received.filter(({ kind }) => kind === 'reject').length === 2)
    expect(peer.received.some(({ kind }) => kind === 'piece')).toBe(false)
    peer.say({ kind: 'request', k: 42, start: 0, length: 16_384 })
    await until(() => peer.received.some((message) => message.kind === 'piece' && message.k === 42))
    peer.say({ kind: 'hashcash-nonce', nonce: new Uint8Array(4) })
    await until(() => node.swarms.peerCount() === 0)
  })

  it('learn of each other by peer exchange', async () => {
    const a = await openNode('127.1.0.20')
    const b = await openNode('127.1.0.21', { candidates: () => [endpointOf(a)] })
    const c = await openNode('127.1.0.22', { candidates: () => [endpointOf(a)] })
    for (const node of [a, b, c]) node.swarms.follow(alice)
    await until(() => b.swarms.peerCount() === 2 && c.swarms.peerCount() === 2)
  })

  it('settle on one connection when both sides dial', async () => {
    const endpoints: { host: string; port: number }[] = []
    const a = await openNode('127.1.0.23', { candidates: () => endpoints })
    const b = await openNode('127.1.0.24', { candidates: () => endpoints })
    endpoints.push(endpointOf(a), endpointOf(b))
    a.swarms.follow(alice)
    b.swarms.follow(alice)
    await until(() => a.swarms.peerCount() === 1 && b.swarms.peerCount() === 1)
    await new Promise((resolve) => setTimeout(resolve, 1_500))
    expect([a.swarms.peerCount(), b.swarms.peerCount()]).toEqual([1, 1])
  })

  it('ask for no more while the queue is full', async () => {
    let release: () => void = () => {}
    const peer = await openPeer('127.1.0.25', piecesUpTo(100))
    const node = await openNode('127.1.0.26', {
      candidates: () => [peer.endpoint],
      ready: () => new Promise((resolve) => (release = resolve)),
    })
    node.swarms.follow(alice)
    await until(() => node.store.posts.heldNumbers(alice).length > 0)
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect(node.store.posts.heldNumbers(alice).length).toBeLessThan(100)
    const timer = setInterval(() => release(), 5)
    await until(() => node.store.posts.heldNumbers(alice).length === 100)
    clearInterval(timer)
  })

  it('take a post that is too new for our chain when the chain has grown', async () => {
    let tipHeight = 400
    const peer = await openPeer('127.1.0.27', piecesUpTo(1))
    const node = await openNode('127.1.0.28', {
      candidates: () => [peer.endpoint],
      nameView: {
        ...names,
        get tipHeight() {
          return tipHeight
        },
      },
    })
    node.swarms.follow(alice)
    await until(() => peer.received.some(({ kind }) => kind === 'request'))
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(node.store.posts.heldNumbers(alice)).toEqual([])
    expect(node.refused).toEqual([])
    tipHeight = 600
    await until(() => node.store.posts.heldNumbers(alice).length === 1)
  })

  it('leave when told to unfollow, and hold what they held when they come back', async () => {
    const peer = await openPeer('127.1.0.29', piecesUpTo(3))
    const node = await openNode('127.1.0.30', { candidates: () => [peer.endpoint] })
    node.swarms.follow(alice)
    await until(() => node.swarms.state(alice)?.held === 3)
    node.swarms.unfollow(alice)
    expect(node.swarms.peerCount()).toBe(0)
    expect(node.swarms.state(alice)).toBeUndefined()
    node.swarms.follow(alice)
    expect(node.swarms.state(alice)).toMatchObject({ held: 3, knownK: 2 })
  })
})
