import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { Change } from '../../db/schema/change.ts'
import { finish } from './finished.ts'
import { FAILED_AGAIN_MS, MAX_RENDERS_IN_ROW, MAX_RENDERS_IN_WORK, MIN_FRESH_MS, UNHEARD_FRESH_MS } from './limits.ts'
import { createResponseCache, type KeepTimes, type Made, TooBusy } from './response-cache.ts'

const TIMES: KeepTimes = { freshMs: 10_000, staleMs: 50_000 }
const PATIENCE_MS = 30

function made(text: string, topics: string[] = [], status = 200): Made {
  const finished = finish(status, { 'content-type': 'text/plain' }, Buffer.from(text))
  return { finished, topics: new Set(topics), times: TIMES }
}

/** A page that is being made until the test says so. */
function held() {
  let resolve: (made: Made) => void = () => undefined
  const promise = new Promise<Made>((done) => {
    resolve = done
  })
  return { promise, resolve: (page: Made) => resolve(page) }
}

/** A cache whose clock stands, and a page that counts how often it was made. */
function setUp(topics: string[] = []) {
  const clock = { ms: 1_000_000 }
  const cache = createResponseCache({ nowMs: () => clock.ms, patienceMs: PATIENCE_MS })
  cache.setHearing(true)
  let count = 0
  let failure: 'throws' | 'answers 503' | undefined
  const render = async () => {
    if (failure === 'throws') throw new Error('away')
    if (failure === 'answers 503') return made('down', [], 503)
    count++
    return made(`made ${count}`, topics)
  }
  const get = async () => (await cache.get('key', render)).body.toString()
  const fail = (how: typeof failure) => {
    failure = how
  }
  return { clock, cache, get, fail }
}

function change(of: Partial<Omit<Change, 'kind'>>): Change {
  return { kind: 'some', users: [], authors: [], posts: [], tags: [], ...of }
}

test('a page is made once for all who ask while it is being made, and kept for those who come after', async () => {
  const cache = createResponseCache()
  cache.setHearing(true)
  let count = 0
  const render = async () => {
    count++
    await delay(10)
    return made('x')
  }
  await Promise.all(Array.from({ length: 20 }, () => cache.get('key', render)))
  await cache.get('key', render)
  expect(count).toBe(1)
  await cache.get('other', render)
  expect(count).toBe(2)
})

test('a page whose time is over is sent once more while it is made again, and no longer after a while', async () => {
  const { clock, get } = setUp()
  expect(await get()).toBe('made 1')
  clock.ms += TIMES.freshMs - 1
  expect(await get()).toBe('made 1')
  clock.ms += 1
  expect(await get()).toBe('made 1')
  await delay(1)
  expect(await get()).toBe('made 2')
  clock.ms += TIMES.freshMs + TIMES.staleMs
  expect(await get()).toBe('made 3')
})

test.each([
  [change({ posts: ['alice/5'] }), ['alice/5']],
  [change({ tags: ['wind'] }), ['#wind']],
  [change({ authors: ['alice'] }), ['@alice/']],
  [change({ authors: ['bob'] }), ['*']],
  [change({ users: ['alice'] }), ['@alice']],
  [{ kind: 'many' } as const, []],
  [{ kind: 'hidden' } as const, []],
])('after %o a page that shows %o is made again before it is sent', async (message, topics) => {
  const { clock, cache, get } = setUp(topics)
  await get()
  clock.ms += MIN_FRESH_MS
  cache.change(change({ users: ['carol'], posts: ['alice/6'], tags: ['windy'] }))
  cache.change(message)
  expect(await get()).toBe('made 2')
})

test('what is not on a page does not touch it', async () => {
  const { clock, cache, get } = setUp(['@alice', 'alice/5', '#wind'])
  await get()
  clock.ms += MIN_FRESH_MS
  cache.change(change({ users: ['alicf'], authors: ['alice'], posts: ['alice/55'], tags: ['win'] }))
  expect(await get()).toBe('made 1')
})

test('however often it changes, a page is made again only every now and then, and then it is', async () => {
  const { clock, cache, get } = setUp(['*'])
  await get()
  for (let at = 0; at < 10; at++) {
    cache.change(change({ authors: ['bob'] }))
    expect(await get()).toBe('made 1')
  }
  clock.ms += MIN_FRESH_MS
  expect(await get()).toBe('made 2')
})

test('what changes while a page is being made is not missed', async () => {
  const { clock, cache } = setUp()
  const first = await cache.get('key', async () => {
    cache.change(change({ posts: ['alice/5'] }))
    return made('before', ['@alice', 'alice/5'])
  })
  expect(first.body.toString()).toBe('before')
  clock.ms += MIN_FRESH_MS
  expect((await cache.get('key', async () => made('after'))).body.toString()).toBe('after')
})

test('what was hidden while a page was being made is seen by nobody who waits for it', async () => {
  const { cache } = setUp()
  let count = 0
  const render = async () => {
    await delay(5)
    return made(`made ${++count}`)
  }
  const asked = [cache.get('key', render)]
  cache.change({ kind: 'hidden' })
  asked.push(cache.get('key', render))
  for (const finished of await Promise.all(asked)) expect(finished.body.toString()).toBe('made 2')
  // A page that never comes to rest is not sent at all.
  const restless = async () => {
    cache.change({ kind: 'hidden' })
    return render()
  }
  await expect(cache.get('other', restless)).rejects.toBeInstanceOf(TooBusy)
  expect(count).toBe(2 + MAX_RENDERS_IN_ROW)
})

test('when it cannot be made again, the page before is sent, and it is not tried for every reader', async () => {
  for (const how of ['throws', 'answers 503'] as const) {
    const { clock, cache, get, fail } = setUp(['alice/5'])
    await get()
    clock.ms += TIMES.freshMs + TIMES.staleMs
    fail(how)
    expect(await get()).toBe('made 1')
    fail(undefined)
    cache.change(change({ posts: ['alice/5'] }))
    clock.ms += FAILED_AGAIN_MS - 1
    expect(await get()).toBe('made 1')
    clock.ms += 1
    expect(await get()).toBe('made 2')
  }
})

test('whoever could have the page before waits a moment for a slow one, those after him do not, and it is kept', async () => {
  const { clock, cache, get } = setUp(['alice/5'])
  await get()
  clock.ms += MIN_FRESH_MS
  cache.change(change({ posts: ['alice/5'] }))
  const slow = held()
  const ask = async () => (await cache.get('key', () => slow.promise)).body.toString()
  expect(await ask()).toBe('made 1')
  let isLate = false
  setImmediate(() => {
    isLate = true
  })
  expect([await ask(), isLate]).toEqual(['made 1', false])
  slow.resolve(made('made at last'))
  await delay(1)
  expect(await ask()).toBe('made at last')
})

test('a slow page is waited for when something was hidden meanwhile', async () => {
  const { clock, cache, get } = setUp(['alice/5'])
  await get()
  clock.ms += MIN_FRESH_MS
  cache.change(change({ posts: ['alice/5'] }))
  const slow = held()
  const asked = cache.get('key', () => slow.promise)
  cache.change({ kind: 'hidden' })
  await delay(PATIENCE_MS + 5)
  slow.resolve(made('without it'))
  expect((await asked).body.toString()).toBe('without it')
})

test('what may have been hidden is never sent again, whatever fails', async () => {
  const { cache, get, fail } = setUp(['@alice'])
  await get()
  cache.change({ kind: 'hidden' })
  fail('throws')
  await expect(get()).rejects.toThrow('away')
})

test('while changes are not heard of, nothing is believed for long, and nothing from before is when they are again', async () => {
  const { clock, cache, get } = setUp()
  await get()
  cache.setHearing(false)
  clock.ms += UNHEARD_FRESH_MS - 1
  expect(await get()).toBe('made 1')
  clock.ms += 1
  expect(await get()).toBe('made 2')
  clock.ms += MIN_FRESH_MS
  cache.setHearing(true)
  clock.ms += UNHEARD_FRESH_MS
  expect(await get()).toBe('made 3')
  clock.ms += UNHEARD_FRESH_MS
  expect(await get()).toBe('made 3')
})

test('a failure is not kept, and neither is an answer of a server error', async () => {
  const { get, fail } = setUp()
  fail('throws')
  await expect(get()).rejects.toThrow('away')
  fail('answers 503')
  expect(await get()).toBe('down')
  fail(undefined)
  expect(await get()).toBe('made 1')
})

test('more different pages at once than the bound are refused, and those that are there are sent', async () => {
  const { clock, cache, get } = setUp()
  await get()
  clock.ms += TIMES.freshMs + TIMES.staleMs
  const held = Array.from({ length: MAX_RENDERS_IN_WORK }, (_, at) =>
    cache.get(String(at), async () => {
      await delay(20)
      return made('x')
    }),
  )
  await expect(cache.get('one more', async () => made('x'))).rejects.toBeInstanceOf(TooBusy)
  expect(await get()).toBe('made 1')
  await Promise.all(held)
  expect((await cache.get('one more', async () => made('x'))).status).toBe(200)
})

test('an answer takes the room of its address as well', async () => {
  const KEY_LENGTH = 2000
  const maxBytes = 20 * KEY_LENGTH
  const cache = createResponseCache({ maxBytes })
  const keys = Array.from({ length: 40 }, (_, at) => String(at).padEnd(KEY_LENGTH, 'x'))
  for (const key of keys) await cache.get(key, async () => made(''))
  const kept = keys.filter((key) => cache.fresh(key) !== undefined)
  expect(kept.length).toBeGreaterThan(0)
  expect(kept.length * KEY_LENGTH).toBeLessThan(maxBytes)
})
