import { isIPv4 } from 'node:net'
import { join, resolve } from 'node:path'
import { parseContact } from '../app/_server/contact.ts'
import { parseOnion, parseOrigins } from '../app/_server/origin.ts'
import { parseUsername } from '../node/protocol/username.ts'
import { formatHostPort, type HostPort, isLoopback, parseHost, parseHostPort, parsePort } from './host-port.ts'
import { type Given, type Lookup, wrong } from './settings.ts'

/** The swarm port and the DHT's lie this far above the chain's (spec). */
export const SWARM_PORT_OFFSET = 1000
const DEFAULT_SITE_PORT = 8420
export const DEFAULT_P2P_PORT = { main: 28_333, regtest: 18_444 } as const
/** Whom the reference's own client follows first. */
const FIRST_FOLLOWED = 'twister'
const DEFAULT_CRAWL = 200
const MAX_CRAWL = 10_000
const MAX_FOLLOW = 10_000
const DEFAULT_HISTORY = 10_000
/** A swarm has no more posts than this (spec). */
const MAX_HISTORY = 524_286
const MAX_PROXY_DEPTH = 10
const MAX_REQUESTS_PER_MINUTE = 1_000_000
const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']

export type Command = 'demo' | 'up'

export interface LaunchConfig {
  command: Command
  network: 'main' | 'regtest'
  connect: readonly HostPort[]
  isCheckpointed: boolean
  /** undefined: the demo's own users. */
  follow: readonly string[] | undefined
  crawl: number
  /** Posts to fetch per followed user, newest first. */
  history: number
  bind: string
  port: number
  /** Where the node listens; only loopback when it shall talk to nothing else. */
  p2pBind: string
  /** undefined: any free pair. */
  p2pPort: number | undefined
  dataDir: string
  seed: string | undefined
  clock: string | undefined
  logLevel: string
  /** Whether the site answers twister's own clients at /rpc. */
  hasRpc: boolean
  /** Reverse proxies in front of the site. */
  proxyDepth: number
  /** Of one reader; undefined: the site's own limits, 0: none. */
  requestsPerMinute: number | undefined
  /** Where readers reach the operator: an e-mail address or a web address. */
  contact: string | undefined
  /** What the site's addresses begin with, one or several with commas. */
  origin: string | undefined
  /** The site as an onion service. */
  onion: string | undefined
  databaseUrl: string | undefined
  readDatabaseUrl: string | undefined
  readPassword: string | undefined
  redisUrl: string | undefined
}

/** Relative folders count from `cwd`, where the command was typed; the default one lies below `root`. */
export function parseLaunchConfig(command: Command, lookup: Lookup, root: string, cwd: string): LaunchConfig {
  const network = parseNetwork(command, lookup('network'))
  const connect = parseConnect(command, lookup('connect'))
  const bind = parseBind(lookup('bind'))
  const isLoopbackOnly = command === 'demo' || (connect.length > 0 && connect.every(({ host }) => isLoopback(host)))
  const given = lookup('follow')
  const follow = given === undefined ? defaultFollow(command, network) : parseFollow(given)
  const data = lookup('data')?.text
  return {
    command,
    network,
    connect,
    isCheckpointed: network === 'main' && !parseSwitch(lookup('noCheckpoints')),
    follow,
    crawl: parseCrawl(lookup('crawl'), command === 'up' && network === 'main' && given === undefined),
    history: parseHistory(lookup('history')),
    bind,
    port: parsePortSetting(lookup('port')) ?? DEFAULT_SITE_PORT,
    p2pBind: p2pBindOf(bind, isLoopbackOnly, network === 'regtest' && connect.length === 0),
    p2pPort: parseP2pPort(lookup('p2pPort')) ?? (command === 'demo' ? undefined : DEFAULT_P2P_PORT[network]),
    dataDir: data === undefined ? defaultDataDir(root, command === 'demo' ? 'demo' : network) : resolve(cwd, data),
    seed: parseSeed(lookup('seed')),
    clock: parseClock(lookup('clock'), isLoopbackOnly),
    logLevel: parseLogLevel(lookup('log')),
    hasRpc: parseSwitch(lookup('rpc')),
    proxyDepth: parseProxyDepth(lookup('proxyDepth')),
    requestsPerMinute: parseRequestsPerMinute(lookup('requestsPerMinute')),
    contact: parseContactSetting(lookup('contact')),
    origin: parseOriginSetting(lookup('origin')),
    onion: parseOnionSetting(lookup('onion')),
    databaseUrl: parseUrl(lookup('databaseUrl'), ['postgres:', 'postgresql:']),
    readDatabaseUrl: parseUrl(lookup('readDatabaseUrl'), ['postgres:', 'postgresql:']),
    readPassword: lookup('readPassword')?.text,
    redisUrl: parseUrl(lookup('redisUrl'), ['redis:', 'rediss:']),
  }
}

export function defaultDataDir(root: string, name: 'demo' | 'main' | 'regtest'): string {
  return join(root, '.windsock', name)
}

function parseNetwork(command: Command, given: Given | undefined): 'main' | 'regtest' {
  if (command === 'demo') {
    if (given?.isFlag && given.text !== 'regtest')
      throw wrong(given, 'the demo has a private network of its own; for the main network use `up`')
    return 'regtest'
  }
  if (given === undefined) return 'main'
  if (given.text === 'main' || given.text === 'regtest') return given.text
  throw wrong(given, 'the network is main or regtest')
}

function parseConnect(command: Command, given: Given | undefined): HostPort[] {
  if (given === undefined) return []
  if (command === 'demo') {
    if (given.isFlag) throw wrong(given, 'the demo connects to its own network alone; use `up`')
    return []
  }
  return listOf(given.text).map((text) => {
    const address = parseHostPort(text)
    if (address !== undefined) return address
    throw wrong(given, `"${text}" is not IP:PORT with a port from 1 to 65535; no name is looked up with --connect`)
  })
}

function parseFollow(given: Given): string[] {
  const names = listOf(given.text)
  if (names.length > MAX_FOLLOW)
    throw wrong({ ...given, text: '', from: given.from.slice(0, 40) }, `at most ${MAX_FOLLOW} users can be named here`)
  return names.map((name) => {
    if (parseUsername(name) !== undefined) return name
    throw wrong(given, `"${name}" is not a twister user name (1 to 16 of a-z, 0-9 and _)`)
  })
}

function defaultFollow(command: Command, network: 'main' | 'regtest'): readonly string[] | undefined {
  if (command === 'demo') return undefined
  return network === 'main' ? [FIRST_FOLLOWED] : []
}

function parseCrawl(given: Given | undefined, isDefaultOn: boolean): number {
  if (given === undefined) return isDefaultOn ? DEFAULT_CRAWL : 0
  const count = /^\d{1,6}$/.test(given.text) ? Number(given.text) : MAX_CRAWL + 1
  if (count > MAX_CRAWL) throw wrong(given, `the number of users to crawl to is from 0 to ${MAX_CRAWL}`)
  return count
}

function parseHistory(given: Given | undefined): number {
  if (given === undefined) return DEFAULT_HISTORY
  const count = /^\d{1,6}$/.test(given.text) ? Number(given.text) : 0
  if (count < 1 || count > MAX_HISTORY) throw wrong(given, `the number of posts per user is from 1 to ${MAX_HISTORY}`)
  return count
}

function parseProxyDepth(given: Given | undefined): number {
  if (given === undefined) return 0
  const depth = /^\d{1,2}$/.test(given.text) ? Number(given.text) : MAX_PROXY_DEPTH + 1
  if (depth > MAX_PROXY_DEPTH) throw wrong(given, `the number of proxies in front is from 0 to ${MAX_PROXY_DEPTH}`)
  return depth
}

function parseRequestsPerMinute(given: Given | undefined): number | undefined {
  if (given === undefined) return undefined
  const count = /^\d{1,7}$/.test(given.text) ? Number(given.text) : MAX_REQUESTS_PER_MINUTE + 1
  if (count <= MAX_REQUESTS_PER_MINUTE) return count
  throw wrong(given, `the number of requests per minute is from 0, no limit, to ${MAX_REQUESTS_PER_MINUTE}`)
}

function parseContactSetting(given: Given | undefined): string | undefined {
  if (given === undefined || parseContact(given.text) !== undefined) return given?.text
  throw wrong(given, 'the contact is an e-mail address or a web address')
}

function parseOriginSetting(given: Given | undefined): string | undefined {
  if (given === undefined || parseOrigins(given.text) !== undefined) return given?.text
  throw wrong(given, 'the origin is https:// or http:// and a host, or several of these with commas')
}

function parseOnionSetting(given: Given | undefined): string | undefined {
  if (given === undefined || parseOnion(given.text) !== undefined) return given?.text
  throw wrong(given, 'an onion service is http:// and a name of 56 letters and digits that ends in .onion')
}

function parseBind(given: Given | undefined): string {
  if (given === undefined) return '127.0.0.1'
  const host = parseHost(given.text)
  if (host === undefined) throw wrong(given, 'the address to listen on is an IP address of this machine')
  return host
}

function parsePortSetting(given: Given | undefined): number | undefined {
  if (given === undefined) return undefined
  const port = parsePort(given.text)
  if (port === undefined) throw wrong(given, 'a port is a number from 1 to 65535')
  return port
}

function parseP2pPort(given: Given | undefined): number | undefined {
  const port = parsePortSetting(given)
  if (given !== undefined && port !== undefined && port + SWARM_PORT_OFFSET > 65_535)
    throw wrong(
      given,
      `swarm and DHT listen ${SWARM_PORT_OFFSET} above it, so it is at most ${65_535 - SWARM_PORT_OFFSET}`,
    )
  return port
}

function parseSwitch(given: Given | undefined): boolean {
  if (given === undefined || /^(0|false|no|off)$/i.test(given.text)) return false
  if (/^(1|true|yes|on)$/i.test(given.text)) return true
  throw wrong(given, 'a switch is 1 or 0')
}

function parseSeed(given: Given | undefined): string | undefined {
  if (given === undefined) return undefined
  if (!/^[\w.-]{1,64}$/.test(given.text)) throw wrong(given, 'the seed is 1 to 64 letters, digits, points and dashes')
  return given.text
}

function parseClock(given: Given | undefined, isLoopbackOnly: boolean): string | undefined {
  if (given === undefined) return undefined
  if (!/^\d{9,10}$/.test(given.text)) throw wrong(given, 'the clock starts at a time in seconds since 1970')
  if (!isLoopbackOnly) throw wrong(given, 'the clock can only be set when every --connect is a loopback address')
  return given.text
}

function parseLogLevel(given: Given | undefined): string {
  if (given === undefined) return 'info'
  if (!LOG_LEVELS.includes(given.text)) throw wrong(given, `the log level is one of ${LOG_LEVELS.join(', ')}`)
  return given.text
}

function parseUrl(given: Given | undefined, protocols: readonly string[]): string | undefined {
  if (given === undefined) return undefined
  const isGood = URL.canParse(given.text) && protocols.includes(new URL(given.text).protocol)
  if (!isGood) throw wrong(given, `this is not a URL that starts with ${protocols[0]}//`)
  return given.text
}

function listOf(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

export function connectText(connect: readonly HostPort[]): string {
  return connect.map(formatHostPort).join(',')
}

function p2pBindOf(bind: string, isLoopbackOnly: boolean, isWaitingAtHome: boolean): string {
  // With loopback peers alone a loopback address that was chosen holds for the node too: its peers know it by that.
  if (isLoopbackOnly) return isLoopback(bind) && isIPv4(bind) ? bind : '127.0.0.1'
  if (isLoopback(bind) && isWaitingAtHome) return isIPv4(bind) ? bind : '127.0.0.1'
  // From a loopback address nobody outside can be reached, and the DHT speaks IPv4 alone.
  return isLoopback(bind) || !isIPv4(bind) ? '0.0.0.0' : bind
}
