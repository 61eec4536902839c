import { expect, test } from 'vitest'
import { ConfigError } from './config-error.ts'
import { type Command, type LaunchConfig, parseLaunchConfig } from './launch-config.ts'
import { lookupIn, type SettingName } from './settings.ts'

type Flags = Partial<Record<SettingName, string>>

function parse(
  command: Command,
  flags: Flags = {},
  env: Record<string, string> = {},
  file: [string, string][] = [],
): LaunchConfig {
  const lookup = lookupIn({ flags, env, file: new Map(file), filePath: 'windsock.env' })
  return parseLaunchConfig(command, lookup, '/root-of-it', '/typed-here')
}

test('up without anything is the main network with its first user and a crawl', () => {
  expect(parse('up')).toMatchObject({
    network: 'main',
    connect: [],
    isCheckpointed: true,
    follow: ['twister'],
    crawl: 200,
    history: 10_000,
    bind: '127.0.0.1',
    port: 8420,
    p2pBind: '0.0.0.0',
    p2pPort: 28_333,
    dataDir: '/root-of-it/.windsock/main',
    clock: undefined,
    logLevel: 'info',
    hasRpc: false,
    proxyDepth: 0,
    requestsPerMinute: undefined,
  })
})

test('regtest has its own port and folder, follows nobody by itself and knows no checkpoints', () => {
  expect(parse('up', { network: 'regtest' })).toMatchObject({
    network: 'regtest',
    p2pBind: '127.0.0.1',
    p2pPort: 18_444,
    dataDir: '/root-of-it/.windsock/regtest',
    follow: [],
    crawl: 0,
    isCheckpointed: false,
  })
})

test('the demo is regtest on loopback, on any free ports, with its own users', () => {
  const demo = parse('demo', {}, { WINDSOCK_NETWORK: 'main', WINDSOCK_CONNECT: '9.9.9.9:1' })
  expect(demo).toMatchObject({
    network: 'regtest',
    connect: [],
    p2pBind: '127.0.0.1',
    p2pPort: undefined,
    follow: undefined,
    dataDir: '/root-of-it/.windsock/demo',
  })
})

test('a flag wins over the environment, the environment over the file, the file over the default', () => {
  const file: [string, string][] = [
    ['WINDSOCK_PORT', '3'],
    ['WINDSOCK_FOLLOW', 'carol'],
  ]
  expect(parse('up', { port: '1' }, { WINDSOCK_PORT: '2' }, file).port).toBe(1)
  expect(parse('up', {}, { WINDSOCK_PORT: '2' }, file).port).toBe(2)
  expect(parse('up', {}, {}, file)).toMatchObject({ port: 3, follow: ['carol'], crawl: 0 })
  expect(parse('up', {}, { WINDSOCK_PORT: '' }, file).port).toBe(3)
})

test('a folder counts from where the command was typed', () => {
  expect(parse('up', { data: 'mine' }).dataDir).toBe('/typed-here/mine')
  expect(parse('up', { data: '/abs' }).dataDir).toBe('/abs')
})

test('with loopback peers alone the node binds loopback, and the clock may be set', () => {
  const config = parse('up', { connect: '127.1.0.1:1,[::1]:2', bind: '0.0.0.0' }, { WINDSOCK_CLOCK: '1795358900' })
  expect(config).toMatchObject({ bind: '0.0.0.0', p2pBind: '127.0.0.1', clock: '1795358900' })
  expect(config.connect).toEqual([
    { host: '127.1.0.1', port: 1 },
    { host: '::1', port: 2 },
  ])
  expect(parse('up', { connect: '127.0.0.1:1,9.9.9.9:2' }).p2pBind).toBe('0.0.0.0')
  expect(parse('up', { bind: '10.0.0.1' }).p2pBind).toBe('10.0.0.1')
  expect(parse('up', { network: 'regtest', connect: '9.9.9.9:2' }).p2pBind).toBe('0.0.0.0')
  expect(parse('up', { connect: '127.1.0.1:1', bind: '127.5.0.1' }).p2pBind).toBe('127.5.0.1')
})

test('a site on IPv6 has a node on IPv4, as the DHT has it', () => {
  expect(parse('up', { bind: '::' })).toMatchObject({ bind: '::', p2pBind: '0.0.0.0' })
  expect(parse('up', { bind: '2001:db8::1' }).p2pBind).toBe('0.0.0.0')
  expect(parse('up', { network: 'regtest', bind: '::1' }).p2pBind).toBe('127.0.0.1')
  expect(parse('up', { connect: '[::1]:1', bind: '::1' }).p2pBind).toBe('127.0.0.1')
})

test('switches know yes and no', () => {
  expect(parse('up', {}, { WINDSOCK_NO_CHECKPOINTS: 'true' }).isCheckpointed).toBe(false)
  expect(parse('up', {}, { WINDSOCK_NO_CHECKPOINTS: '0' }).isCheckpointed).toBe(true)
  expect(parse('up', {}, {}).hasRpc).toBe(false)
  expect(parse('up', {}, { WINDSOCK_RPC: 'on' }).hasRpc).toBe(true)
})

test('proxies in front and a limit of requests are numbers; no limit is said by none', () => {
  const given = parse('up', {}, { WINDSOCK_PROXY_DEPTH: '2', WINDSOCK_REQUESTS_PER_MINUTE: '0' })
  expect(given).toMatchObject({ proxyDepth: 2, requestsPerMinute: 0 })
})

test('where readers reach the operator is handed on as it was written', () => {
  expect(parse('up', {}, { WINDSOCK_CONTACT: 'abuse@example.org' }).contact).toBe('abuse@example.org')
  expect(parse('up', {}).contact).toBeUndefined()
})

const refused: [Command, Flags, Record<string, string>, RegExp][] = [
  ['up', { network: 'test' }, {}, /^--network test: the network is main or regtest$/],
  ['demo', { network: 'main' }, {}, /^--network main: the demo has a private network/],
  ['demo', { connect: '127.0.0.1:1' }, {}, /^--connect .*: the demo connects to its own network alone/],
  ['up', { connect: 'seed.example.org:1' }, {}, /"seed\.example\.org:1" is not IP:PORT/],
  ['up', { connect: '1.2.3.4:70000' }, {}, /"1\.2\.3\.4:70000" is not IP:PORT/],
  ['up', { follow: 'alice,Bob' }, {}, /"Bob" is not a twister user name/],
  ['up', { follow: 'a'.repeat(17) }, {}, /is not a twister user name/],
  ['up', { crawl: '-1' }, {}, /^--crawl -1: the number of users to crawl to is from 0 to 10000$/],
  ['up', { follow: 'a,'.repeat(10_001) }, {}, /at most 10000 users can be named here$/],
  ['up', { history: '0' }, {}, /^--history 0: the number of posts per user is from 1 to 524286$/],
  ['up', {}, { WINDSOCK_HISTORY: 'all' }, /^WINDSOCK_HISTORY=all: the number of posts per user is from 1/],
  ['up', { bind: 'example.org' }, {}, /the address to listen on is an IP address/],
  ['up', { port: '0' }, {}, /^--port 0: a port is a number from 1 to 65535$/],
  ['up', {}, { WINDSOCK_PORT: 'http' }, /^WINDSOCK_PORT=http: a port is/],
  ['up', { p2pPort: '64536' }, {}, /swarm and DHT listen 1000 above it, so it is at most 64535/],
  ['up', {}, { WINDSOCK_NO_CHECKPOINTS: 'perhaps' }, /a switch is 1 or 0/],
  ['demo', { seed: 'a b' }, {}, /the seed is/],
  ['up', {}, { WINDSOCK_CLOCK: '1795358900' }, /the clock can only be set when every --connect is a loopback address/],
  ['up', { connect: '127.0.0.1:1,9.9.9.9:2' }, { WINDSOCK_CLOCK: '1795358900' }, /the clock can only be set/],
  ['up', { connect: '127.0.0.1:1' }, { WINDSOCK_CLOCK: 'soon' }, /the clock starts at a time in seconds/],
  ['up', {}, { WINDSOCK_LOG: 'loud' }, /the log level is one of/],
  ['up', {}, { WINDSOCK_RPC: 'perhaps' }, /a switch is 1 or 0/],
  ['up', {}, { WINDSOCK_CONTACT: 'alice' }, /the contact is an e-mail address or a web address/],
  ['up', {}, { WINDSOCK_ORIGIN: 'example.org' }, /the origin is https:/],
  ['up', {}, { WINDSOCK_ONION: 'https://example.org' }, /an onion service is http:/],
  ['up', {}, { WINDSOCK_PROXY_DEPTH: '11' }, /the number of proxies in front is from 0 to 10/],
  ['up', {}, { WINDSOCK_PROXY_DEPTH: '-1' }, /the number of proxies in front/],
  ['up', {}, { WINDSOCK_REQUESTS_PER_MINUTE: 'many' }, /the number of requests per minute is from 0, no limit/],
  ['up', {}, { DATABASE_URL: 'mysql://x' }, /is not a URL that starts with postgres:\/\/$/],
  ['up', {}, { REDIS_URL: 'nonsense' }, /is not a URL that starts with redis:\/\/$/],
]

test.each(refused)('%s %o %o is refused with a sentence', (command, flags, env, sentence) => {
  expect(() => parse(command, flags, env)).toThrow(ConfigError)
  expect(() => parse(command, flags, env)).toThrow(sentence)
})

test('an error from the file names the file, and no error shows a password', () => {
  expect(() => parse('up', {}, {}, [['WINDSOCK_PORT', 'x']])).toThrow(/^WINDSOCK_PORT=x in windsock\.env: a port/)
  expect(() => parse('up', {}, { DATABASE_URL: 'mysql://me:secret@h/d' })).toThrow(/mysql:\/\/me:…@h\/d/)
})
