import { expect, it } from 'vitest'
import { parseSignedUserpost, type SignedUserpost, signUserpost } from '../protocol/userpost.ts'
import { MAX_RIVALS_PER_POST } from '../store/posts.ts'
import { keyOf, pieceOf, until, username } from '../store/test-authors.ts'
import { openTestNode, openTestPeer, piecesOf } from './test-node.ts'

const alice = username('alice')
const bob = username('bob')

function signed(piece: Uint8Array): SignedUserpost {
  const post = parseSignedUserpost(piece)
  if (post === undefined) throw new Error('not a post')
  return post
}

it('a second post under a held number is found at a peer that was not asked for it, and both are kept', async () => {
  const other = pieceOf('alice', 1, { msg: 'something else' })
  const first = await openTestPeer('127.5.0.1', alice, piecesOf('alice', 3))
  const second = await openTestPeer('127.5.0.2', alice, new Map([...piecesOf('alice', 3), [1, other]]))
  let candidates = [first.endpoint]
  const node = await openTestNode('127.5.0.3', { candidates: () => candidates })
  node.swarms.follow(alice)
  await until(() => node.store.posts.heldNumbers(alice).length === 3)
  candidates = [first.endpoint, second.endpoint]
  await until(() => node.store.posts.postVersions(alice, 1).length === 2, 20_000)
  expect(node.store.posts.post(alice, 1)).toEqual(pieceOf('alice', 1))
  expect(node.swarms.state(alice)).toMatchObject({ rivals: 1, held: 3 })
  expect(node.store.outbox.lastSequence()).toBe(4)
  expect(node.swarms.peerCount()).toBe(2)
}, 30_000)

it('a second post from the DHT is kept beside the held one, other bytes of the same post are not', async () => {
  const node = await openTestNode('127.5.0.4')
  node.swarms.follow(alice)
  const [first, rival] = [pieceOf('alice', 0), pieceOf('alice', 0, { msg: 'another' })]
  expect(node.swarms.addPiece(alice, 0, first, 'dht').kind).toBe('accept')
  expect(node.swarms.addPiece(alice, 0, first, 'dht')).toMatchObject({ kind: 'ignore', code: 'held' })
  expect(node.swarms.addPiece(alice, 0, rival, 'dht').kind).toBe('accept')
  await until(() => node.store.posts.postVersions(alice, 0).length === 2)

  // Forged ones are told from rivals.
  const forged = pieceOf('alice', 0, { msg: 'forged' }, new Uint8Array(32).fill(7))
  expect(node.swarms.addPiece(alice, 0, forged, 'dht')).toMatchObject({ code: 'bad-userpost-signature' })
  expect(node.swarms.state(alice)?.rivals).toBe(1)
})

it('the comment taken out of a retwist is not a second post of its author', async () => {
  const node = await openTestNode('127.5.0.5')
  node.swarms.follow(alice)
  const rt = signed(pieceOf('bob', 7))
  const fields = { n: 'alice', k: 0, height: 500, time: 1_795_358_400, msg: 'so true' }
  const whole = signUserpost({ ...fields, rt }, keyOf('alice'))
  const comment = signUserpost(fields, keyOf('alice'))
  expect(signed(comment).signature).toEqual(signed(whole).sigWort)
  expect(node.swarms.addPiece(alice, 0, whole, 'dht').kind).toBe('accept')
  await until(() => node.store.posts.heldNumbers(alice).length === 1)
  expect(node.swarms.addPiece(alice, 0, comment, 'dht')).toMatchObject({ kind: 'ignore', code: 'held' })
})

it('a second post is noticed inside a retwist, and an unknown one is known to exist', async () => {
  const node = await openTestNode('127.5.0.6')
  for (const user of [alice, bob]) node.swarms.follow(user)
  node.swarms.addPiece(bob, 4, pieceOf('bob', 4), 'dht')
  await until(() => node.store.posts.heldNumbers(bob).length === 1)
  const other = signed(pieceOf('bob', 4, { msg: 'what bob told others' }))
  node.swarms.addPiece(alice, 0, pieceOf('alice', 0, { rt: other }), 'dht')
  node.swarms.addPiece(alice, 1, pieceOf('alice', 1, { rt: signed(pieceOf('bob', 9)) }), 'dht')
  await until(() => node.store.posts.postVersions(bob, 4).length === 2)
  expect(node.swarms.state(bob)).toMatchObject({ rivals: 1, knownK: 9, held: 1, missing: 1 })
})

it('an author who signs one number over and over fills no more than his share', async () => {
  const node = await openTestNode('127.5.0.7')
  node.swarms.follow(alice)
  for (let version = 0; version < MAX_RIVALS_PER_POST + 5; version++) {
    node.swarms.addPiece(alice, 0, pieceOf('alice', 0, { msg: `version ${version}` }), 'dht')
  }
  await until(() => node.store.posts.heldNumbers(alice).length === 1)
  expect(node.store.posts.postVersions(alice, 0)).toHaveLength(1 + MAX_RIVALS_PER_POST)
  expect(node.swarms.state(alice)?.rivals).toBe(1)
})

it('rivals are counted again after a restart', async () => {
  const node = await openTestNode('127.5.0.8')
  node.swarms.follow(alice)
  node.swarms.addPiece(alice, 3, pieceOf('alice', 3), 'dht')
  node.swarms.addPiece(alice, 3, pieceOf('alice', 3, { msg: 'another' }), 'dht')
  await until(() => node.store.posts.postVersions(alice, 3).length === 2)
  await node.swarms.close()
  const again = await openTestNode('127.5.0.8', { store: node.store })
  again.swarms.follow(alice)
  expect(again.swarms.state(alice)).toMatchObject({ held: 1, rivals: 1 })
})
