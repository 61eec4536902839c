import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { finish } from './finished.ts'
import { MAX_RENDERS_AT_ONCE } from './limits.ts'
import { createResponseCache, TooBusy } from './response-cache.ts'

async function page(status: number, text: string) {
  return finish(status, { 'content-type': 'text/plain' }, Buffer.from(text))
}

test('a page is made once for all who ask while it is being made, and kept for those who come after', async () => {
  const cache = createResponseCache()
  let made = 0
  const render = async () => {
    made++
    await delay(10)
    return page(200, 'x')
  }
  await Promise.all(Array.from({ length: 20 }, () => cache.get('key', render)))
  await cache.get('key', render)
  expect(made).toBe(1)
  await cache.get('other', render)
  expect(made).toBe(2)
})

test('a failure is not kept, and neither is an answer of a server error', async () => {
  const cache = createResponseCache()
  await expect(cache.get('key', () => Promise.reject(new Error('away')))).rejects.toThrow('away')
  expect((await cache.get('key', () => page(503, 'down'))).status).toBe(503)
  expect((await cache.get('key', () => page(200, 'up'))).status).toBe(200)
})

test('more different pages at once than the bound are refused', async () => {
  const cache = createResponseCache()
  const held = Array.from({ length: MAX_RENDERS_AT_ONCE }, (_, at) =>
    cache.get(String(at), async () => {
      await delay(20)
      return page(200, 'x')
    }),
  )
  await expect(cache.get('one more', () => page(200, 'x'))).rejects.toBeInstanceOf(TooBusy)
  await Promise.all(held)
  expect((await cache.get('one more', () => page(200, 'x'))).status).toBe(200)
})
