import { afterEach, expect, it } from 'vitest'
import { until, username } from '../store/test-authors.ts'
import { Announcer, type SwarmDht } from './announcer.ts'
import { MAX_ANNOUNCES_AT_ONCE } from './limits.ts'
import { SwarmRecord } from './swarm-record.ts'

const closers: (() => void)[] = []

afterEach(() => {
  for (const close of closers.splice(0)) close()
})

/** A DHT whose look-ups end when told. */
function slowDht() {
  const asked: string[] = []
  const running: (() => void)[] = []
  const dht: SwarmDht = {
    peersOf: (user) => {
      asked.push(user)
      return new Promise((resolve) => running.push(() => resolve([])))
    },
    announce: async () => true,
    addContact: () => {},
    onFilled: () => () => {},
  }
  return { dht, asked, running }
}

function swarmOf(user: string, lastPostAtMs: number) {
  const record = new SwarmRecord({ now: () => 1_000 })
  return { username: username(user), lastPostAtMs, record, size: 0 }
}

function open(dht: SwarmDht, isPaused = () => false): Announcer {
  const announcer = new Announcer({ dht, port: 1, isLoopback: false, isPaused, onPeer: () => {} })
  closers.push(() => announcer.close())
  return announcer
}

it('looks for swarms a few at a time, those whose user wrote last first', async () => {
  const { dht, asked, running } = slowDht()
  const announcer = open(dht)
  const count = 3 * MAX_ANNOUNCES_AT_ONCE
  for (let index = 0; index < count; index++) announcer.add(swarmOf(`user${index}`, index))
  announcer.tick(performance.now())
  const byDate = Array.from({ length: count }, (_, index) => `user${count - 1 - index}`)
  expect(asked).toEqual(byDate.slice(0, MAX_ANNOUNCES_AT_ONCE))
  while (asked.length < count) {
    running.shift()?.()
    await new Promise((resolve) => setImmediate(resolve))
  }
  expect(asked).toEqual(byDate)
  expect(running.length).toBeLessThanOrEqual(MAX_ANNOUNCES_AT_ONCE)
})

it('says what was tried, and that nobody was found', async () => {
  const { dht, running } = slowDht()
  const swarm = swarmOf('alice', 0)
  const announcer = open(dht)
  announcer.add(swarm)
  expect(swarm.record.lastAttempt).toBeUndefined()
  announcer.tick(performance.now())
  running.shift()?.()
  await until(() => swarm.record.lastError !== undefined)
  expect(swarm.record).toMatchObject({ lastAttempt: 1_000, lastError: 'no-peers', lastErrorAt: 1_000 })
})

it('looks for nobody while it is paused', async () => {
  let isPaused = true
  const { dht, asked } = slowDht()
  const announcer = open(dht, () => isPaused)
  announcer.add(swarmOf('alice', 0))
  announcer.tick(performance.now())
  expect(asked).toEqual([])
  isPaused = false
  announcer.tick(performance.now())
  expect(asked).toEqual(['alice'])
})
