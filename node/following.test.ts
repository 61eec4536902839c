import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Following, openFollowing } from './following.ts'
import { MAX_FOLLOWED } from './limits.ts'
import type { NameView } from './protocol/name-view.ts'
import { networkParams } from './protocol/params.ts'
import type { Username } from './protocol/username.ts'
import { openStore, type Store } from './store/store.ts'
import { namesOf, TIP_HEIGHT, until } from './store/test-authors.ts'

const params = networkParams('regtest', { checkpoints: false })
const [alice, bob, carol] = ['alice', 'bob', 'carol'] as [Username, Username, Username]

let path: string
let store: Store
let now = 0
let names = everybody()
const open: Following[] = []
/** Whom the swarms would be in. */
const fetched = new Set<Username>()
const fetching = [
  { follow: (name: Username) => void fetched.add(name), unfollow: (name: Username) => void fetched.delete(name) },
]

beforeEach(async () => {
  path = mkdtempSync(join(tmpdir(), 'windsock-following-'))
  store = await openStore({ path, params, log: pino({ level: 'silent' }) })
})

afterEach(async () => {
  for (const following of open.splice(0)) await following.close()
  names = everybody()
  await store.close()
  rmSync(path, { recursive: true })
})

/** As after a start of the node. */
function started(setting: readonly Username[], crawlLimit = 0): Following {
  fetched.clear()
  const following = openFollowing({ store, nameView: nameView(), clock: { now: () => ++now }, crawlLimit })
  following.start(setting, fetching)
  open.push(following)
  return following
}

function everybody(): NameView {
  const { history } = namesOf('alice')
  return { tipHeight: TIP_HEIGHT, history: () => history(alice) }
}

/** The chain as it is whenever it is looked at. */
function nameView(): NameView {
  return {
    get tipHeight() {
      return names.tipHeight
    },
    history: (name) => names.history(name),
  }
}

function listed(following: Following): string[] {
  return following.list().map(({ username, origin }) => `${username} ${origin}`)
}

test('who is followed is fetched, once, and remembered', () => {
  const following = started([alice])
  expect(following.follow([alice, bob, bob])).toEqual({ followed: [bob], full: [] })
  expect(listed(following)).toEqual(['alice operator', 'bob operator'])
  const again = started([alice])
  expect(listed(again).sort()).toEqual(['alice operator', 'bob operator'])
  expect([...fetched].sort()).toEqual([alice, bob])
  again.unfollow([bob])
  expect([...fetched]).toEqual([alice])
  expect(again.isFollowed(bob)).toBe(false)
  expect(listed(started([alice]))).toEqual(['alice operator'])
})

test('the newest word counts: an unfollow outlives the setting that was there before, and no setting that came later', () => {
  started([alice, bob]).unfollow([bob])
  expect(listed(started([alice, bob]))).toEqual(['alice setting'])
  expect(listed(started([alice]))).toEqual(['alice setting'])
  expect(listed(started([alice, bob]))).toEqual(['alice setting', 'bob setting'])
  const following = started([alice, bob])
  following.unfollow([bob])
  following.follow([bob])
  expect(listed(started([alice, bob])).sort()).toEqual(['alice setting', 'bob operator'])
})

test('what the setting does not name any more goes, what the operator asked for stays', () => {
  started([alice, bob]).follow([bob, carol])
  expect(listed(started([])).sort()).toEqual(['bob operator', 'carol operator'])
})

test('the crawl stays within its bound, takes nobody who was unfollowed, and shrinks with the bound', () => {
  const following = started([alice], 2)
  following.unfollow([carol])
  for (const name of [alice, carol, bob, 'dave', 'erin']) following.crawl.follow(name as Username)
  expect(listed(following)).toEqual(['alice setting', 'bob crawl', 'dave crawl'])
  expect(following.counts()).toEqual({ operator: 0, setting: 1, crawl: 2 })
  expect(following.crawl.room()).toBe(0)
  expect(listed(started([alice], 1)).sort()).toEqual(['alice setting', 'bob crawl'])
  const narrower = started([alice, bob], 0)
  expect(listed(narrower).sort()).toEqual(['alice setting', 'bob setting'])
  expect(store.follows.follow('dave' as Username)).toBeUndefined()
})

test('there is a bound on all of them', () => {
  const following = started([])
  const many = Array.from({ length: MAX_FOLLOWED + 1 }, (_, i) => `u${i}` as Username)
  const { followed, full } = following.follow(many)
  expect([followed.length, full]).toEqual([MAX_FOLLOWED, [`u${MAX_FOLLOWED}`]])
  expect(fetched.size).toBe(MAX_FOLLOWED)
})

test('a name that the chain does not hold yet is fetched as soon as it does', async () => {
  names = namesOf('alice')
  const following = started([alice, bob])
  following.follow([carol])
  following.unfollow([bob])
  expect([...fetched]).toEqual([alice])
  expect(following.isFollowed(carol)).toBe(true)
  names = { ...everybody(), tipHeight: TIP_HEIGHT + 1 }
  await until(() => fetched.size === 2)
  expect([...fetched]).toEqual([alice, carol])
})
