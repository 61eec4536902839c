import { expect, test } from 'vitest'
import { ConfigError, nodeConfig } from './config.ts'

const env = { REDIS_URL: 'redis://127.0.0.1' }

test('whom to follow, how far to crawl and how much to keep', () => {
  expect(nodeConfig(env)).toMatchObject({ follow: ['twister'], crawlLimit: 200, maxHistory: undefined })
  expect(nodeConfig({ ...env, WINDSOCK_FOLLOW: 'alice, bob' })).toMatchObject({
    follow: ['alice', 'bob'],
    crawlLimit: 0,
  })
  expect(nodeConfig({ ...env, WINDSOCK_FOLLOW: '', WINDSOCK_CRAWL: '7' })).toMatchObject({ follow: [], crawlLimit: 7 })
  expect(nodeConfig({ ...env, WINDSOCK_NETWORK: 'regtest' })).toMatchObject({ follow: [], crawlLimit: 0 })
  expect(nodeConfig({ ...env, WINDSOCK_HISTORY: '50' }).maxHistory).toBe(50)
})

test.each([
  [{ WINDSOCK_FOLLOW: 'Bob' }, 'WINDSOCK_FOLLOW has "Bob": a twister name is 1 to 16 of a-z, 0-9 and _.'],
  [{ WINDSOCK_FOLLOW: 'a,'.repeat(10_001) }, 'WINDSOCK_FOLLOW names more than 10000 users.'],
  [{ WINDSOCK_CRAWL: '10001' }, 'WINDSOCK_CRAWL is "10001": it must be a whole number from 0 to 10000.'],
  [{ WINDSOCK_BIND: '::' }, 'WINDSOCK_BIND is "::": it must be an IPv4 address, as the DHT has.'],
  [{ WINDSOCK_HISTORY: '0' }, 'WINDSOCK_HISTORY is "0": it must be a whole number from 1 to 524286.'],
])('%o is refused in one sentence', (wrong, sentence) => {
  expect(() => nodeConfig({ ...env, ...wrong })).toThrow(new ConfigError(sentence))
})
