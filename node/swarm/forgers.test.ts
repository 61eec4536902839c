import { expect, it } from 'vitest'
import { encodePush } from '../protocol/script.ts'
import { publicKeyOf } from '../protocol/signature.ts'
import { namesOf, pieceOf, until, username } from '../store/test-authors.ts'
import { openTestNode, openTestPeer, piecesOf } from './test-node.ts'
import type { TestPeer } from './test-peer.ts'

const alice = username('alice')
const names = namesOf('alice', 'bob')

function openPeer(host: string, pieces: Map<number, Uint8Array>): Promise<TestPeer> {
  return openTestPeer(host, alice, pieces)
}

it('refuse forged, misplaced and foreign pieces by code, drop the peer, and take them from a good one', async () => {
  const forged = new Map([
    [0, pieceOf('alice', 0, { msg: 'forged' }, new Uint8Array(32).fill(7))],
    [1, pieceOf('alice', 1)],
  ])
  const bad = await openPeer('127.1.0.8', forged)
  const worse = await openPeer('127.1.0.9', new Map([[0, pieceOf('alice', 5)]]))
  const worst = await openPeer('127.1.0.10', new Map([[0, pieceOf('bob', 0)]]))
  const good = await openPeer('127.1.0.11', piecesOf('alice', 2))
  let candidates = [bad.endpoint, worse.endpoint, worst.endpoint]
  const node = await openTestNode('127.1.0.12', { candidates: () => candidates })
  node.swarms.follow(alice)
  await until(() => node.refused.length === 3)
  expect([...node.refused].sort()).toEqual(['bad-userpost-signature', 'expected-piece', 'expected-username'])
  expect(node.store.posts.post(alice, 0)).toBeUndefined()
  await until(() => node.swarms.peerCount() === 0)
  candidates = [...candidates, good.endpoint]
  await until(() => node.store.posts.heldNumbers(alice).length === 2)
  expect(node.store.posts.post(alice, 0)).toEqual(pieceOf('alice', 0))
  expect(node.swarms.rejected().get('expected-piece')).toBe(1)
  expect(node.swarms.peerCount()).toBe(1)
})

it('keep who forges for the good posts that nobody else has, and part with it after that', async () => {
  const pieces = piecesOf('alice', 30)
  pieces.set(29, pieceOf('alice', 29, { msg: 'forged' }, new Uint8Array(32).fill(7)))
  pieces.set(28, pieceOf('alice', 5))
  const bad = await openPeer('127.1.0.41', pieces)
  const node = await openTestNode('127.1.0.42', { candidates: () => [bad.endpoint] })
  node.swarms.follow(alice)
  await until(() => node.store.posts.heldNumbers(alice).length === 28)
  expect([...node.refused].sort()).toEqual(['bad-userpost-signature', 'expected-piece'])
  await until(() => node.swarms.peerCount() === 0)
})

it('take the posts of another user from somebody banned, when there is nobody else', async () => {
  const bad = await openPeer('127.1.0.43', new Map([[0, pieceOf('alice', 0, {}, new Uint8Array(32).fill(7))]]))
  const node = await openTestNode('127.1.0.44', { candidates: () => [bad.endpoint] })
  node.swarms.follow(alice)
  await until(() => node.refused.length === 1 && node.swarms.peerCount() === 0)
  expect(bad.sockets).toHaveLength(1)
  node.swarms.follow(username('bob'))
  await until(() => bad.sockets.length === 2)
  expect(node.swarms.state(alice)?.peers).toBe(0)
})

it('take what was a forgery from whom they parted with, once a reorganisation makes it good', async () => {
  const key = new Uint8Array(32).fill(7)
  const peer = await openPeer('127.1.0.45', new Map([[0, pieceOf('alice', 0, {}, key)]]))
  let history = names.history(alice)
  const nameView = { tipHeight: names.tipHeight, history: () => history }
  const node = await openTestNode('127.1.0.46', { candidates: () => [peer.endpoint], nameView })
  node.swarms.follow(alice)
  await until(() => node.refused.length === 1 && node.swarms.peerCount() === 0)
  // A dial that is shunned comes first.
  await new Promise((resolve) => setTimeout(resolve, 3_500))
  expect(peer.sockets).toHaveLength(1)
  history = history.map((record) => ({ ...record, height: 2, pubKeyScript: encodePush(publicKeyOf(key)) }))
  await until(() => node.swarms.state(alice)?.held === 1)
})
