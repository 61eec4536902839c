import { expect, it, vi } from 'vitest'
import type { NameView } from '../protocol/name-view.ts'
import { namesOf, pieceOf, until, username } from '../store/test-authors.ts'
import { MAX_EARLY_PIECES, PAUSE_GRACE_MS } from './limits.ts'
import { atEnd, openTestNode, openTestPeer, piecesOf } from './test-node.ts'

const alice = username('alice')
const names = namesOf('alice')

/** The names of a chain that grows. */
function growing(tipHeight: number): NameView & { tipHeight: number } {
  return { tipHeight, history: names.history }
}

it('a post that the chain does not admit yet survives its peer and a restart, and is taken when the tip moves', async () => {
  const nameView = growing(400)
  const peer = await openTestPeer('127.5.1.1', alice, piecesOf('alice', 2))
  const node = await openTestNode('127.5.1.2', { candidates: () => [peer.endpoint], nameView })
  node.swarms.follow(alice)
  await until(() => node.store.posts.earlyPieces(alice).length === 2)
  expect(peer.received.filter(({ kind }) => kind === 'request')).toHaveLength(2)
  expect(node.store.outbox.lastSequence()).toBe(0)
  await peer.close()
  await node.swarms.close()

  const again = await openTestNode('127.5.1.2', { store: node.store, nameView })
  again.swarms.follow(alice)
  await new Promise((resolve) => setTimeout(resolve, 1_200))
  expect(again.store.posts.heldNumbers(alice)).toEqual([])
  nameView.tipHeight = 600
  await until(() => again.store.posts.heldNumbers(alice).length === 2)
  await until(() => again.store.posts.earlyPieces(alice).length === 0)
  expect(again.store.outbox.lastSequence()).toBe(2)
})

it('only what its author signed is kept for later, and not more than so much', async () => {
  const node = await openTestNode('127.5.1.3', { nameView: growing(400) })
  node.swarms.follow(alice)
  const forged = pieceOf('alice', 0, {}, new Uint8Array(32).fill(7))
  expect(node.swarms.addPiece(alice, 0, forged, 'dht')).toMatchObject({ kind: 'ignore', code: 'post-from-future' })
  expect(node.store.posts.earlyPieces(alice)).toEqual([])
  for (let k = 0; k < MAX_EARLY_PIECES + 10; k++) node.swarms.addPiece(alice, k, pieceOf('alice', k), 'dht')
  expect(node.store.posts.earlyPieces(alice)).toHaveLength(MAX_EARLY_PIECES)
})

it('a registration that moved while the node was down makes room at its start', async () => {
  const node = await openTestNode('127.5.1.4', { nameView: names })
  node.swarms.follow(alice)
  for (const [k, piece] of piecesOf('alice', 3)) node.swarms.addPiece(alice, k, piece, 'dht')
  await until(() => node.store.posts.heldNumbers(alice).length === 3)
  await node.swarms.close()

  const same = await openTestNode('127.5.1.4', { store: node.store, nameView: { ...names } })
  same.swarms.follow(alice)
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect(same.swarms.state(alice)?.held).toBe(3)
  await same.swarms.close()

  const history: NameView['history'] = (name) => names.history(name).map((record) => ({ ...record, height: 600 }))
  const moved = await openTestNode('127.5.1.4', { store: node.store, nameView: { ...names, history } })
  moved.swarms.follow(alice)
  await until(() => moved.swarms.state(alice)?.held === 0)
  expect(moved.store.posts.heldNumbers(alice)).toEqual([0, 1, 2])
})

it('posts that no peer shows are looked for in the DHT, when their author says that they exist', async () => {
  const asked: number[] = []
  const postFromDht = async (_user: string, k: number) => {
    asked.push(k)
    return k === 2 ? pieceOf('alice', 2, { lastk: 0 }) : undefined
  }
  const node = await openTestNode('127.5.1.5', { postFromDht })
  node.swarms.follow(alice)
  node.swarms.addPiece(alice, 5, pieceOf('alice', 5, { lastk: 2 }), 'dht')
  await until(() => node.store.posts.heldNumbers(alice).length === 2)
  await until(() => asked.length === 2)
  expect(asked).toEqual([2, 0])
  expect(node.swarms.state(alice)).toMatchObject({ knownK: 5, missing: 1 })
  // Not again before a while is over.
  await new Promise((resolve) => setTimeout(resolve, 1_500))
  expect(asked).toEqual([2, 0])
})

it('while the chain is old they neither dial nor welcome, and after a while part with who is there', async () => {
  let isFresh = true
  const peer = await openTestPeer('127.5.1.6', alice, piecesOf('alice', 1))
  const node = await openTestNode('127.5.1.7', { candidates: () => [peer.endpoint], isChainFresh: () => isFresh })
  vi.useFakeTimers({ toFake: ['performance'] })
  atEnd(async () => void vi.useRealTimers())
  node.swarms.follow(alice)
  await until(() => node.swarms.state(alice)?.held === 1)
  isFresh = false
  await new Promise((resolve) => setTimeout(resolve, 1_200))
  expect(node.swarms.peerCount()).toBe(1)
  vi.advanceTimersByTime(PAUSE_GRACE_MS)
  await until(() => node.swarms.peerCount() === 0)
  const dialled = peer.sockets.length
  vi.advanceTimersByTime(60_000)
  await new Promise((resolve) => setTimeout(resolve, 1_200))
  expect(peer.sockets).toHaveLength(dialled)
  isFresh = true
  await until(() => node.swarms.peerCount() === 1)
})
