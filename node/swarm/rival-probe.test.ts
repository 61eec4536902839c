import { afterEach, expect, it } from 'vitest'
import { systemClock } from '../protocol/clock.ts'
import { namesOf, openTestStore, pieceOf, silent, until, username } from '../store/test-authors.ts'
import { openSwarms } from './swarms.ts'
import { TestPeer } from './test-peer.ts'

const alice = username('alice')
const one = pieceOf('alice', 3, { msg: 'one' })
const two = pieceOf('alice', 3, { msg: 'two' })

const closers: (() => Promise<unknown>)[] = []

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

async function openPeer(host: string, piece: Uint8Array, isReserved: boolean): Promise<TestPeer> {
  const peer = await TestPeer.open({ host, user: alice, pieces: new Map([[3, piece]]), isReserved })
  closers.push(() => peer.close())
  return peer
}

it.each([false, true])(
  'another post with a number that is held is found at a peer that has nothing else, if it unchokes the interested only: %s',
  async (isReserved) => {
    const store = await openTestStore()
    const swarms = await openSwarms({
      posts: store.posts,
      write: store.write,
      nameView: namesOf('alice'),
      clock: systemClock,
      log: silent,
      bind: '127.5.2.1',
      port: 0,
      allowAddress: (ip) => ip.startsWith('127.'),
      candidates: () => peers.map(({ endpoint }) => endpoint),
    })
    closers.push(
      () => store.close(),
      () => swarms.close(),
    )
    const peers = [await openPeer('127.5.2.2', one, isReserved)]
    swarms.follow(alice)
    await until(() => store.posts.heldNumbers(alice).length === 1)
    peers.push(await openPeer('127.5.2.3', two, isReserved))
    await until(() => store.posts.postVersions(alice, 3).length === 2, 20_000)
    expect(store.posts.postVersions(alice, 3).map(({ piece }) => piece)).toEqual([one, two])
    expect(store.posts.rivalNumbers(alice)).toEqual([3])
  },
)
