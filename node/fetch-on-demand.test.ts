import { afterEach, expect, it } from 'vitest'
import { openDht } from './dht/dht.ts'
import { type FetchOnDemand, openFetchOnDemand } from './fetch-on-demand.ts'
import { FETCHES_AT_ONCE, MAX_WAITING_VISITORS } from './limits.ts'
import type { FetchRow } from './outbox/status.ts'
import { type Bencodable, rawBencode } from './protocol/bencode.ts'
import { clockFrom } from './protocol/clock.ts'
import type { DhtItem } from './protocol/dht-item.ts'
import type { Username } from './protocol/username.ts'
import { itemOf, namesOf, openTestStore, pieceOf, silent, statusOf, until, username } from './store/test-authors.ts'
import { openSwarms } from './swarm/swarms.ts'

const PNG = `data:image/png;base64,${Buffer.from('89504e470d0a1a0a', 'hex').toString('base64')}`
const many = Array.from({ length: 200 }, (_, i) => `u${i}`)
const names = namesOf('alice', 'bob', 'carol', ...many)
const [alice, bob] = [username('alice'), username('bob')]

const closers: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

/** A node's DHT, swarms and store on an address of its own. */
async function openParts(host: string, candidates: () => { host: string; port: number }[] = () => []) {
  const store = await openTestStore()
  const clock = clockFrom(1_795_358_500)
  const wire = {
    nameView: names,
    clock,
    log: silent,
    bind: host,
    port: 0,
    allowAddress: (ip: string) => ip.startsWith('127.'),
  }
  const dht = await openDht({ ...wire, store, isDiversityOn: false })
  const swarms = await openSwarms({ ...wire, posts: store.posts, write: store.write, dht, candidates })
  closers.push(
    () => store.close(),
    () => dht.close(),
    () => swarms.close(),
  )
  return { host, store, clock, dht, swarms }
}

type Parts = Awaited<ReturnType<typeof openParts>>

function fetchesOf({ store, clock, dht, swarms }: Parts, followed = new Set<Username>()): FetchOnDemand {
  const fetches = openFetchOnDemand({
    dht,
    swarms,
    posts: store.posts,
    isLoopback: true,
    nameView: names,
    isFollowed: (name) => followed.has(name),
    clock,
    log: silent,
    onChange: () => undefined,
  })
  closers.push(() => fetches.close())
  return fetches
}

function rowOf(fetches: FetchOnDemand, name: string): FetchRow | undefined {
  return fetches.rows().find((row) => row.username === name)
}

function single(name: string, r: string, v: Bencodable): DhtItem {
  return itemOf(name, { n: name, r, t: 's' }, v)
}

function postOf(name: string, k: number, lastk?: number): DhtItem {
  return single(name, `post${k}`, rawBencode(pieceOf(name, k, { lastk })))
}

/** What of the outbox is of a user: 'userpost 3 dht', 'dht-item'. */
function toldOf({ store }: Parts, name: string): string[] {
  return store.outbox
    .read(1, 1_000, 1 << 24)
    .flatMap((item) => {
      if (item.kind === 'userpost' && item.username === name) return `${item.k} ${item.source}`
      return item.kind === 'dht-item' && item.sigUser === name ? 'item' : []
    })
    .sort()
}

it('finds what the DHT has by walking from post to post, and what the swarm has, and leaves the swarm', async () => {
  const author = await openParts('127.42.0.1')
  const reader = await openParts('127.42.0.2', () => [{ host: author.host, port: author.swarms.port }])
  // lastk leads over long gaps; post 20 does not say which is the one before.
  const posts = [statusOf('alice', 41), postOf('alice', 40, 39), postOf('alice', 39, 20), postOf('alice', 20)]
  const more = [postOf('alice', 19, 0), postOf('alice', 0)]
  const items = [single('alice', 'profile', { fullname: 'Alice' }), single('alice', 'avatar', PNG)]
  for (const item of [...posts, ...more, ...items, single('alice', 'following1', ['bob', 'carol'])]) {
    await author.dht.put(item)
  }
  author.swarms.follow(bob)
  for (let k = 0; k < 3; k++) author.swarms.addPiece(bob, k, pieceOf('bob', k), 'local')
  reader.dht.addContact(author.host, author.dht.port)
  await until(() => reader.dht.stats().contacts > 0)

  const fetches = fetchesOf(reader)
  fetches.ask(alice, 'operator')
  fetches.ask(bob, 'visitor')
  await until(() => rowOf(fetches, 'alice')?.state === 'done' && rowOf(fetches, 'bob')?.state === 'done')
  const found = { profile: true, avatar: true, following: 2, posts: 6, knownK: 41 }
  expect(rowOf(fetches, 'alice')).toMatchObject(found)
  expect(rowOf(fetches, 'bob')).toMatchObject({ profile: false, avatar: false, following: 0, posts: 3, knownK: 2 })
  const numbers = ['0 dht', '19 dht', '20 dht', '39 dht', '40 dht', '41 dht']
  expect(toldOf(reader, 'alice')).toEqual([...numbers, ...Array.from({ length: 9 }, () => 'item')])
  expect(toldOf(reader, 'bob')).toEqual(['0 swarm', '1 swarm', '2 swarm'])
  for (const user of [alice, bob]) expect(reader.swarms.state(user)).toBeUndefined()
  expect(fetches.stats()).toEqual({ running: 0, waiting: 0, done: 2, refused: 0 })

  // Who was just fetched is not fetched again, however often he is asked for.
  fetches.ask(alice, 'operator')
  expect(rowOf(fetches, 'alice')).toMatchObject({ state: 'done', ...found })
  expect(fetches.stats()).toEqual({ running: 0, waiting: 0, done: 2, refused: 0 })
})

it('refuses at once who is unknown or followed, and keeps its queue short', async () => {
  const reader = await openParts('127.42.0.3')
  const fetches = fetchesOf(reader, new Set([bob]))
  fetches.ask(username('nobody_here'), 'operator')
  fetches.ask(bob, 'operator')
  expect(rowOf(fetches, 'nobody_here')).toMatchObject({ state: 'refused', code: 'unknown-username' })
  expect(rowOf(fetches, 'bob')).toMatchObject({ state: 'refused', code: 'is-followed' })

  for (const name of many) for (let i = 0; i < 3; i++) fetches.ask(username(name), 'visitor')
  expect(fetches.stats()).toMatchObject({ running: FETCHES_AT_ONCE, waiting: MAX_WAITING_VISITORS })
  expect(rowOf(fetches, many.at(-1) ?? '')).toMatchObject({ state: 'refused', code: 'too-many-waiting' })
  // The operator waits for no visitor but those who are being fetched.
  fetches.ask(alice, 'operator')
  expect(rowOf(fetches, 'alice')).toMatchObject({ state: 'waiting' })
  await until(() => rowOf(fetches, 'alice')?.state === 'running')
  expect(fetches.stats().waiting).toBeGreaterThan(MAX_WAITING_VISITORS - FETCHES_AT_ONCE)
})

it('leaves the swarm of a user who is followed meanwhile to that', async () => {
  const reader = await openParts('127.42.0.4')
  const followed = new Set<Username>()
  const fetches = fetchesOf(reader, followed)
  fetches.ask(alice, 'operator')
  expect(reader.swarms.state(alice)).toBeDefined()
  followed.add(alice)
  fetches.follow(alice)
  expect(reader.swarms.state(alice)).toBeUndefined()
  reader.swarms.follow(alice)
  await until(() => rowOf(fetches, 'alice')?.state === 'done')
  expect(reader.swarms.state(alice)).toBeDefined()
})
