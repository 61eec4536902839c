import { expect, test } from 'vitest'
import { parseSiteConfig } from './config.ts'

const URL = 'postgres://reader@127.0.0.1/windsock'

test('the defaults are loopback and quiet', () => {
  expect(parseSiteConfig({ WINDSOCK_DATABASE_URL_READ: URL })).toEqual({
    bind: '127.0.0.1',
    port: 8080,
    databaseUrl: URL,
    clockStart: undefined,
    logLevel: 'info',
    proxyDepth: 0,
    requestsPerMinute: undefined,
    hasRpc: false,
    contact: undefined,
    onion: undefined,
    origins: [],
  })
})

test('each wrong value is one sentence that names the variable', () => {
  const cases: [Record<string, string>, string][] = [
    [{}, 'WINDSOCK_DATABASE_URL_READ is not set.'],
    [{ WINDSOCK_DATABASE_URL_READ: 'mysql://x' }, 'WINDSOCK_DATABASE_URL_READ is wrong'],
    [{ WINDSOCK_DATABASE_URL_READ: URL, WINDSOCK_PORT: '99999' }, 'WINDSOCK_PORT is wrong'],
    [{ WINDSOCK_DATABASE_URL_READ: URL, WINDSOCK_PORT: 'http' }, 'WINDSOCK_PORT is wrong'],
    [{ WINDSOCK_DATABASE_URL_READ: URL, WINDSOCK_CLOCK: 'noon' }, 'WINDSOCK_CLOCK is wrong'],
    [{ WINDSOCK_DATABASE_URL_READ: URL, WINDSOCK_LOG: 'loud' }, 'WINDSOCK_LOG is wrong'],
    [{ WINDSOCK_DATABASE_URL_READ: URL, WINDSOCK_PROXY_DEPTH: '-1' }, 'WINDSOCK_PROXY_DEPTH is wrong'],
    [{ WINDSOCK_DATABASE_URL_READ: URL, WINDSOCK_PROXY_DEPTH: '1.5' }, 'WINDSOCK_PROXY_DEPTH is wrong'],
    [
      { WINDSOCK_DATABASE_URL_READ: URL, WINDSOCK_REQUESTS_PER_MINUTE: 'many' },
      'WINDSOCK_REQUESTS_PER_MINUTE is wrong',
    ],
    [{ WINDSOCK_DATABASE_URL_READ: URL, WINDSOCK_RPC: 'yes' }, 'WINDSOCK_RPC is wrong'],
    [
      { WINDSOCK_DATABASE_URL_READ: URL, WINDSOCK_CONTACT: 'javascript:alert(1)' },
      'WINDSOCK_CONTACT is wrong: must be an e-mail address or a web address.',
    ],
    [{ WINDSOCK_DATABASE_URL_READ: URL, WINDSOCK_ONION: 'http://x.onion' }, 'WINDSOCK_ONION is wrong'],
    [
      { WINDSOCK_DATABASE_URL_READ: URL, WINDSOCK_ORIGIN: 'x.example' },
      'WINDSOCK_ORIGIN is wrong: must be https:// or',
    ],
  ]
  for (const [env, sentence] of cases) {
    const config = parseSiteConfig(env)
    expect('problem' in config && config.problem, sentence).toContain(sentence)
  }
})

test('/rpc is off unless it is asked for', () => {
  expect(parseSiteConfig({ WINDSOCK_DATABASE_URL_READ: URL, WINDSOCK_RPC: 'on' })).toMatchObject({ hasRpc: true })
  expect(parseSiteConfig({ WINDSOCK_DATABASE_URL_READ: URL, WINDSOCK_RPC: '' })).toMatchObject({ hasRpc: false })
})

test('the contact is kept as a link', () => {
  const contact = (text: string) => parseSiteConfig({ WINDSOCK_DATABASE_URL_READ: URL, WINDSOCK_CONTACT: text })
  expect(contact('abuse@example.org')).toMatchObject({ contact: 'mailto:abuse@example.org' })
  expect(contact('')).toMatchObject({ contact: undefined })
})

test('of the origins of its own the onion service is one', () => {
  const onion = `http://${'a2'.repeat(28)}.onion`
  const env = { WINDSOCK_DATABASE_URL_READ: URL, WINDSOCK_ONION: onion }
  expect(parseSiteConfig(env)).toMatchObject({ origins: [] })
  expect(parseSiteConfig({ ...env, WINDSOCK_ORIGIN: 'https://x.example/' })).toMatchObject({
    origins: ['https://x.example', onion],
  })
})
