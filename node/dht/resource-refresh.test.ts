import { expect, it } from 'vitest'
import { clockFrom } from '../protocol/clock.ts'
import type { DhtItem } from '../protocol/dht-item.ts'
import type { Username } from '../protocol/username.ts'
import { itemOf, namesOf, openTestStore, silent, statusOf, until, username } from '../store/test-authors.ts'
import { openDht } from './dht.ts'
import { openResourceRefresh } from './resource-refresh.ts'

const names = namesOf('alice', 'bob', 'carol')

async function openNode(host: string) {
  const store = await openTestStore()
  const dht = await openDht({
    store,
    nameView: names,
    clock: clockFrom(1_795_358_500),
    log: silent,
    bind: host,
    port: 0,
    allowAddress: (ip) => ip.startsWith('127.'),
    isDiversityOn: false,
  })
  return { store, dht }
}

it('fetches what followed users publish, hands over their newest post, and crawls to its bound', async () => {
  const author = await openNode('127.40.0.1')
  const reader = await openNode('127.40.0.2')
  const statuses: string[] = []
  const followed: Username[] = []
  const refresh = openResourceRefresh({
    dht: reader.dht,
    nameView: names,
    isLoopback: true,
    onStatus: (user, k) => statuses.push(`${user}/${k}`),
    crawl: {
      room: () => 1 - followed.length,
      follow: (user) => {
        followed.push(user)
        refresh.follow(user)
      },
    },
  })
  const single = (name: string, r: string, v: Parameters<typeof itemOf>[2]): DhtItem =>
    itemOf(name, { n: name, r, t: 's' }, v)
  const items = [
    single('alice', 'profile', { fullname: 'Alice' }),
    single('alice', 'avatar', 'data:image/png;base64,AAAA'),
    single('alice', 'following1', ['unregistered', 'bob', 'carol']),
    statusOf('alice', 7),
    statusOf('bob', 3),
  ]
  for (const item of items) await author.dht.put(item)
  refresh.follow(username('alice'))
  reader.dht.addContact('127.40.0.1', author.dht.port)
  await until(() => reader.store.outbox.lastSequence() === 5)
  expect([...new Set(statuses)].sort()).toEqual(['alice/7', 'bob/3'])
  expect(followed).toEqual(['bob'])
  await author.dht.put(statusOf('alice', 8))
  await until(() => statuses.includes('alice/8'))
  await refresh.close()
  for (const { dht, store } of [author, reader]) await dht.close().then(() => store.close())
})
