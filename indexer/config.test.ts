import { expect, it } from 'vitest'
import { ConfigError, indexerConfig } from './config.ts'

const DATABASE_URL = 'postgres://127.0.0.1/windsock'

it('keeps the queue in the database unless there is a Redis', () => {
  expect(indexerConfig({ DATABASE_URL }).queue).toEqual({ kind: 'postgres', url: DATABASE_URL })
  const REDIS_URL = 'redis://127.0.0.1'
  expect(indexerConfig({ DATABASE_URL, REDIS_URL }).queue).toEqual({ kind: 'redis', url: REDIS_URL })
})

it('takes main, with checkpoints and the system clock, when nothing is said', () => {
  expect(indexerConfig({ DATABASE_URL })).toMatchObject({ network: 'main', checkpoints: true, clockStart: undefined })
  expect(indexerConfig({ DATABASE_URL, WINDSOCK_INDEXER_THREADS: '0' })).toMatchObject({ threads: 0 })
  const env = { DATABASE_URL, WINDSOCK_NETWORK: 'regtest', WINDSOCK_NO_CHECKPOINTS: '1', WINDSOCK_CLOCK: '1795358900' }
  expect(indexerConfig(env)).toMatchObject({ network: 'regtest', checkpoints: false, clockStart: 1_795_358_900 })
})

it('says in one sentence what is wrong', () => {
  for (const env of [
    {},
    { DATABASE_URL: 'mysql://x' },
    { DATABASE_URL, REDIS_URL: 'http://x' },
    { DATABASE_URL, WINDSOCK_NETWORK: 'test' },
    { DATABASE_URL, WINDSOCK_CLOCK: 'noon' },
    { DATABASE_URL, WINDSOCK_LOG: 'loud' },
    { DATABASE_URL, WINDSOCK_INDEXER_THREADS: '9' },
  ]) {
    expect(() => indexerConfig(env)).toThrow(ConfigError)
  }
})
