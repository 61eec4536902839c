import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { Username } from '../../node/protocol/username.ts'
import { createWanted } from './wanted.ts'

const name = (i: number) => `u${i}` as Username

test('a user is asked for once in a while, however often the page is looked at', async () => {
  const notified: string[] = []
  const notify = async (username: Username) => void notified.push(username)
  const wanted = createWanted({ notify, perMinute: 5, againMs: 40, maxRemembered: 100 })
  for (let i = 0; i < 1_000; i++) expect(wanted.ask(name(1))).toBe(true)
  expect(notified).toEqual(['u1'])
  await delay(60)
  wanted.ask(name(1))
  expect(notified).toEqual(['u1', 'u1'])
})

test('a storm of different names sets off so many a minute and no more', () => {
  const notified: string[] = []
  const notify = async (username: Username) => void notified.push(username)
  const wanted = createWanted({ notify, perMinute: 5, againMs: 60_000, maxRemembered: 100 })
  const answers = Array.from({ length: 1_000 }, (_, i) => wanted.ask(name(i)))
  expect(notified).toEqual(['u0', 'u1', 'u2', 'u3', 'u4'])
  expect(answers.filter(Boolean)).toHaveLength(5)
})

test('what could not be told the indexer may be asked again', async () => {
  let failures = 1
  const notified: string[] = []
  const notify = async (username: Username) => {
    if (failures-- > 0) throw new Error('the database is away')
    notified.push(username)
  }
  const wanted = createWanted({ notify, perMinute: 5, againMs: 60_000, maxRemembered: 100 })
  wanted.ask(name(1))
  await delay(0)
  wanted.ask(name(1))
  expect(notified).toEqual(['u1'])
})
