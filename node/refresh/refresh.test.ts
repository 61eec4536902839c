import { afterEach, expect, it } from 'vitest'
import { TestNetwork, type TestNode } from '../dht/test-network.ts'
import { rawBencode } from '../protocol/bencode.ts'
import type { DhtItem } from '../protocol/dht-item.ts'
import type { Username } from '../protocol/username.ts'
import { itemOf, namesOf, pieceOf, statusOf, TIP_HEIGHT, until, username } from '../store/test-authors.ts'
import { LOOKUPS_BURST, MAX_RECENT_POSTS_PER_USER } from './limits.ts'
import { openRefresh, type Refresh } from './refresh.ts'

const START = 1_795_358_500
const many = Array.from({ length: 100 }, (_, i) => `u${i}`)
const names = namesOf('alice', 'bob', 'carol', 'stranger', ...many)
const [alice, bob] = [username('alice'), username('bob')]
const network = new TestNetwork()
const open: Refresh[] = []

afterEach(async () => {
  for (const refresh of open.splice(0)) await refresh.close()
  await network.close()
})

interface Heard {
  posts: string[]
  followed: Username[]
}

function refreshOf(node: TestNode, now: () => number, heard: Heard, isLoopback = true, room = 0): Refresh {
  const { dht, store } = node
  const refresh = openRefresh({
    dht,
    nameView: names,
    posts: store.posts,
    refreshes: store.refreshes,
    dhtItems: store.dhtItems,
    clock: { now },
    isLoopback,
    random: () => 0.5,
    onPost: (user, k) => heard.posts.push(`${user}/${k}`),
    crawl: {
      room: () => room - heard.followed.length,
      follow: (user) => {
        heard.followed.push(user)
        refresh.follow(user)
      },
    },
  })
  open.push(refresh)
  return refresh
}

function single(name: string, r: string, v: Parameters<typeof itemOf>[2]): DhtItem {
  return itemOf(name, { n: name, r, t: 's' }, v)
}

function filed(name: string, k: number, n: string, r: string, fields: Parameters<typeof pieceOf>[2] = {}): DhtItem {
  return itemOf(name, { n, r, t: 'm' }, rawBencode(pieceOf(name, k, fields)))
}

/** What went to the outbox from the DHT: 'alice profile'. */
function published({ store }: TestNode): string[] {
  const items = store.outbox.read(1, 1_000, 1 << 24).flatMap((item) => (item.kind === 'dht-item' ? [item] : []))
  return items.map(
    ({ p, sigUser }) => `${sigUser} ${/1:r\d+:([a-z0-9]+)1:t/.exec(Buffer.from(p).toString('latin1'))?.[1]}`,
  )
}

it('finds what followed users publish and what strangers say to them, and asks again', async () => {
  const options = { nameView: names }
  const author = await network.openNode('127.40.0.1', options)
  const other = await network.openNode('127.40.0.3', options)
  const reader = await network.openNode('127.40.0.2', options)
  const heard: Heard = { posts: [], followed: [] }
  const refresh = refreshOf(reader, () => performance.now() / 1000, heard, true, 1)
  const provenance = { source: 'swarm', firstSeen: START, tipHeight: TIP_HEIGHT } as const
  // There before the start; and one that is too old for anything to be kept about it would be the same.
  const post = pieceOf('alice', 7, { msg: 'of #Twister', height: TIP_HEIGHT - 5 })
  reader.store.posts.putPost(alice, 7, post, provenance)
  const items = [
    single('alice', 'profile', { fullname: 'Alice' }),
    single('alice', 'avatar', 'data:image/png;base64,AAAA'),
    single('alice', 'following1', ['unregistered', 'bob', 'carol']),
    statusOf('alice', 7),
    statusOf('bob', 3),
    filed('stranger', 1, 'alice', 'replies7', { reply: { n: 'alice', k: 7 } }),
    filed('stranger', 2, 'alice', 'mention', { msg: 'to @alice' }),
    filed('carol', 3, 'twister', 'hashtag', { msg: '#twister' }),
    filed('carol', 4, 'later', 'hashtag', { msg: '#later' }),
  ]
  for (const [index, item] of items.entries()) await (index % 2 === 0 ? author : other).dht.put(item)
  refresh.follow(alice)
  for (const { host, dht } of [author, other]) reader.dht.addContact(host, dht.port)
  const expected = ['alice avatar', 'alice following1', 'alice profile', 'alice status', 'bob status', 'carol hashtag']
  await until(() => new Set(published(reader)).size === expected.length + 2).catch(() =>
    console.log(published(reader), refresh.stats(), reader.dht.stats()),
  )
  expect(published(reader).sort()).toEqual([...expected, 'stranger mention', 'stranger replies7'])
  expect(heard.followed).toEqual([bob])
  expect(new Set(heard.posts)).toEqual(new Set(['alice/7', 'bob/3', 'carol/3', 'stranger/1', 'stranger/2']))

  // A new post, its tag and its replies; and a newer status.
  await author.dht.put(statusOf('alice', 8))
  await author.dht.put(filed('bob', 9, 'alice', 'rts8', { msg: 'so it is' }))
  refresh.stored(alice, 8, pieceOf('alice', 8, { msg: 'and #later', height: TIP_HEIGHT }))
  await until(() => published(reader).filter((item) => /rts8|hashtag|alice status/.test(item)).length === 5)
  const { kinds } = refresh.stats()
  expect(kinds.replies).toMatchObject({ errands: 2 })
  expect(kinds.hashtag).toMatchObject({ errands: 2 })
  expect(kinds.profile.found).toBeGreaterThan(0)
  expect(refresh.seqOf('profile', alice)).toBe(1)

  // A post that is missing is looked for too.
  await author.dht.put(single('alice', 'post5', rawBencode(pieceOf('alice', 5))))
  expect(await refresh.post(alice, 5)).toEqual(pieceOf('alice', 5))
  expect(kinds.post.done).toBe(0)
  expect(refresh.stats().kinds.post).toMatchObject({ done: 1, found: 1 })

  refresh.unfollow(alice)
  const left = refresh.stats().kinds
  expect([left.replies.errands, left.hashtag.errands, left.profile.errands]).toEqual([0, 0, 1])
})

it('keeps to its budget whoever is followed, goes on with the clock, and starts again where it was', async () => {
  const options = { nameView: names }
  const node = await network.openNode('127.40.1.1', options)
  const quiet = await network.openScripted('127.40.1.2', () => ({}))
  node.dht.addContact('127.40.1.2', quiet.port)
  await until(() => node.dht.stats().contacts === 1)
  let now = START
  const heard: Heard = { posts: [], followed: [] }
  const refresh = refreshOf(node, () => now, heard, false)
  for (const name of many) refresh.follow(username(name))
  const done = (of: Refresh) => Object.values(of.stats().kinds).reduce((sum, kind) => sum + kind.done, 0)
  const due = (of: Refresh) => Object.values(of.stats().kinds).reduce((sum, kind) => sum + kind.due, 0)
  const isIdle = () => refresh.stats().running === 0
  await until(() => done(refresh) > 0 && isIdle())
  expect([done(refresh), due(refresh)]).toEqual([LOOKUPS_BURST, 5 * many.length - LOOKUPS_BURST])
  const asked = () => quiet.queries.filter(({ call }) => call.method === 'getData').length
  expect(asked()).toBe(LOOKUPS_BURST)
  now += 5
  await until(() => done(refresh) === LOOKUPS_BURST + 20 && isIdle())
  // Each kind had its turns: nothing waits for all of the statuses.
  expect(refresh.stats().kinds.avatar).toMatchObject({ done: 16, due: many.length - 16, failed: 0, found: 0 })
  await refresh.close()

  const again = refreshOf(node, () => now, heard, false)
  for (const name of many) again.follow(username(name))
  await until(() => done(again) > 0 && again.stats().running === 0)
  // What was asked before the stop is not asked again yet.
  expect([done(again), due(again)]).toEqual([LOOKUPS_BURST, 5 * many.length - 2 * LOOKUPS_BURST - 20])
})

it('remembers few posts of each user, and forgets them when the DHT does', async () => {
  const tip = { tipHeight: TIP_HEIGHT, history: names.history }
  const node = await network.openNode('127.40.2.1', { nameView: tip })
  const quiet = await network.openScripted('127.40.2.2', () => ({}))
  const refresh = openRefresh({
    dht: node.dht,
    nameView: tip,
    posts: node.store.posts,
    refreshes: node.store.refreshes,
    dhtItems: node.store.dhtItems,
    clock: { now: () => START },
    isLoopback: true,
    onPost: () => undefined,
  })
  open.push(refresh)
  refresh.follow(alice)
  for (let k = 0; k < 40; k++) {
    refresh.stored(alice, k, pieceOf('alice', k, { height: TIP_HEIGHT, msg: `#tag${k} #same #Ärger` }))
  }
  refresh.stored(alice, 40, pieceOf('alice', 40, { height: TIP_HEIGHT, fav: undefined, msg: '', dm: undefined }))
  const kinds = () => refresh.stats().kinds
  expect([kinds().replies.errands, kinds().rts.errands]).toEqual([
    MAX_RECENT_POSTS_PER_USER - 1,
    MAX_RECENT_POSTS_PER_USER - 1,
  ])
  // Both ways in which writers put it in lower case.
  expect(kinds().hashtag.errands).toBe(MAX_RECENT_POSTS_PER_USER - 1 + 1 + 2)
  tip.tipHeight = TIP_HEIGHT + 2_016
  refresh.stored(alice, 41, pieceOf('alice', 41, { height: TIP_HEIGHT + 1 }))
  await until(() => kinds().replies.errands === MAX_RECENT_POSTS_PER_USER - 1)
  tip.tipHeight++
  await until(() => kinds().replies.errands === 1)
  expect(kinds().hashtag.errands).toBe(0)
  // A missing post that is as old as the next one has left the DHT.
  node.dht.addContact('127.40.2.2', quiet.port)
  await until(() => node.dht.stats().contacts === 1)
  node.store.posts.putPost(alice, 3, pieceOf('alice', 3), { source: 'swarm', firstSeen: START, tipHeight: TIP_HEIGHT })
  tip.tipHeight = 500 + 8_640
  expect(await refresh.post(alice, 2)).toBeUndefined()
  expect(kinds().post.done).toBe(1)
  tip.tipHeight++
  expect(await refresh.post(alice, 2)).toBeUndefined()
  expect(kinds().post.done).toBe(1)
})
