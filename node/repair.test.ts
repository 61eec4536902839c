import { afterEach, expect, it } from 'vitest'
import { openDht } from './dht/dht.ts'
import { MAX_RESENT_NUMBERS } from './limits.ts'
import type { RepairMessage } from './outbox/repair-message.ts'
import { clockFrom } from './protocol/clock.ts'
import { openRepair } from './repair.ts'
import {
  itemOf,
  keyOf,
  namesOf,
  openTestStore,
  pieceOf,
  silent,
  statusOf,
  until,
  username,
} from './store/test-authors.ts'
import { openSwarms } from './swarm/swarms.ts'

const alice = username('alice')
const nameView = namesOf('alice', 'bob')
const closers: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

async function open(host: string) {
  const store = await openTestStore()
  const clock = clockFrom(1_795_358_500)
  const isAllowed = (ip: string) => ip.startsWith('127.')
  const wire = { nameView, clock, log: silent, bind: host, port: 0, allowAddress: isAllowed }
  const dht = await openDht({ ...wire, store, isDiversityOn: false })
  const swarms = await openSwarms({ ...wire, posts: store.posts, write: store.write, dht })
  closers.push(
    store.close,
    () => dht.close(),
    () => swarms.close(),
  )
  swarms.follow(alice)
  const isFollowed = (name: string) => name === alice
  const repair = openRepair({ store, swarms, dht, nameView, clock, isFollowed, log: silent })
  const sent = () =>
    store.outbox.read(1, 10_000, 1 << 24).map((item) => ('k' in item ? `${item.k} ${item.source}` : item.kind))
  return { store, swarms, repair, sent }
}

function message(more: Partial<RepairMessage>): RepairMessage {
  const nothing = { wantedNumbers: [], wantedResources: [], pieces: [], values: [] }
  return { kind: 'repair', nodeId: 'n', username: 'alice', ...nothing, ...more }
}

it('judges what it is given like anything from a stranger, of followed users alone', async () => {
  const { swarms, repair, sent } = await open('127.43.0.1')
  const forged = pieceOf('alice', 3, {}, keyOf('bob'))
  const pieces = [pieceOf('alice', 7), forged, pieceOf('bob', 4), Uint8Array.of(1)]
  const profile = { n: 'alice', r: 'profile', t: 's' } as const
  const good = itemOf('alice', profile, { fullname: 'Alice' })
  const mention = itemOf('alice', { n: 'alice', r: 'mention', t: 'm' }, 'x')
  const lie = { ...itemOf('bob', profile, { fullname: 'Mallory' }), sigUser: 'alice' }
  repair.take(message({ pieces, values: [good, lie, mention, statusOf('bob', 1)] }))
  await until(() => sent().length === 2)
  expect(sent().sort()).toEqual(['7 index', 'dht-item'])
  expect(swarms.state(alice)).toMatchObject({ held: 1, knownK: 7 })
  expect(repair.stats()).toEqual({ resent: 0, regained: 2, untaken: 6 })
  // Once more is harmless, and who is not followed is nobody's business.
  repair.take(message({ pieces: pieces.slice(0, 1), values: [good] }))
  repair.take(message({ username: 'bob', pieces: [pieceOf('bob', 4)] }))
  expect(repair.stats()).toEqual({ resent: 0, regained: 2, untaken: 8 })
})

it('sends again what it holds of what is wanted, so much of it', async () => {
  const { store, repair, sent } = await open('127.43.0.2')
  const seen = { source: 'swarm', firstSeen: 1, tipHeight: 1 } as const
  store.write(() => {
    for (const k of [0, 1, 5, 6]) store.posts.putPost(alice, k, pieceOf('alice', k), seen)
  })
  repair.take(message({ wantedNumbers: [1, 5, 9, 9], wantedResources: ['profile', 'following'] }))
  expect(sent().slice(4)).toEqual(['1 swarm', '5 swarm'])
  expect(repair.stats()).toEqual({ resent: 2, regained: 0, untaken: 0 })
  store.posts.putPost(alice, MAX_RESENT_NUMBERS, pieceOf('alice', MAX_RESENT_NUMBERS), seen)
  repair.take(message({ wantedNumbers: [0, MAX_RESENT_NUMBERS] }))
  expect(repair.stats().resent).toBe(2 + 4)
})
