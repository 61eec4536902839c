import { afterEach, expect, it } from 'vitest'
import { systemClock } from '../protocol/clock.ts'
import type { NameView } from '../protocol/name-view.ts'
import { namesOf, openTestStore, pieceOf, silent, until, username } from '../store/test-authors.ts'
import { openSwarms, type SwarmsOptions } from './swarms.ts'
import { TestPeer } from './test-peer.ts'

const alice = username('alice')
const names = namesOf('alice')
const closers: (() => Promise<unknown>)[] = []

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

async function openNode(host: string, nameView: NameView, candidates: SwarmsOptions['candidates'] = () => []) {
  const store = await openTestStore()
  const options = { posts: store.posts, write: store.write, nameView, clock: systemClock, log: silent, candidates }
  const swarms = await openSwarms({ ...options, bind: host, port: 0, allowAddress: () => true })
  closers.push(
    () => store.close(),
    () => swarms.close(),
  )
  swarms.follow(alice)
  return { store, swarms, endpoint: { host, port: swarms.port } }
}

it('a post from before a registration that a reorganisation moved makes room for the one written anew', async () => {
  let { history } = names
  const nameView: NameView = { ...names, history: (name) => history(name) }
  const rewritten = pieceOf('alice', 0, { height: 700, msg: 'anew' })
  const peer = await TestPeer.open({ host: '127.1.0.41', user: alice, pieces: new Map([[0, rewritten]]) })
  closers.push(() => peer.close())
  const node = await openNode('127.1.0.42', nameView, () => [peer.endpoint])
  for (const k of [0, 1]) node.swarms.addPiece(alice, k, pieceOf('alice', k), 'local')
  await until(() => node.store.posts.heldNumbers(alice).length === 2)

  history = () => []
  await new Promise((resolve) => setTimeout(resolve, 1_200))
  expect(node.swarms.state(alice)?.held).toBe(2)
  history = (name) => names.history(name).map((record) => ({ ...record, height: 600 }))
  await until(() => node.store.posts.postVersions(alice, 0).length === 2)
  await until(() => node.swarms.state(alice)?.held === 1)

  const follower = await openNode('127.1.0.43', nameView, () => [node.endpoint])
  await until(() => follower.swarms.state(alice)?.held === 1)
  expect(follower.store.posts.post(alice, 0)).toEqual(rewritten)

  // The branch that won loses again: what was held before is held again.
  history = names.history
  await until(() => node.swarms.state(alice)?.held === 2)
})
