import { isIP, isIPv4 } from 'node:net'
import ipaddr from 'ipaddr.js'
import type { QueueConfig } from './outbox/item.ts'
import { MAX_SWARM_PIECES } from './protocol/limits.ts'
import type { NetworkName } from './protocol/params.ts'
import { parseUsername, type Username } from './protocol/username.ts'

export interface HostPort {
  host: string
  port: number
}

export interface NodeConfig {
  network: NetworkName
  checkpoints: boolean
  /** Peers to use and no others; empty: seeds, DNS and the address book. */
  connect: HostPort[]
  follow: Username[]
  /** How many users the crawl of public following lists may add; 0: none. */
  crawlLimit: number
  /** Posts to fetch per followed user, the newest; the swarm's own bound if left out. */
  maxHistory?: number
  /** Address of the chain, DHT and swarm sockets. */
  bind: string
  /** Chain port; DHT and swarm are on port + 1000 (twister.h:9). */
  port: number
  dataDir: string
  /** Unix seconds at which the clock starts, for replays of recordings; absent: the system's clock. */
  clockStart: number | undefined
  queue: QueueConfig
  logLevel: string
}

/** A setting that cannot be used; the message is one sentence that says what to do. */
export class ConfigError extends Error {}

const DEFAULT_PORTS = { main: 28333, regtest: 18444 } as const
const MAX_CONNECT = 64
const MAX_FOLLOW = 10_000
const CRAWL_LIMIT_MAIN = 200

/** Reads the node process's environment. Throws ConfigError with one clear sentence. */
export function nodeConfig(env: Readonly<Record<string, string | undefined>>): NodeConfig {
  const network = networkOf(env['WINDSOCK_NETWORK'])
  const connect = list(env['WINDSOCK_CONNECT']).map(hostPort)
  if (connect.length > MAX_CONNECT) throw new ConfigError(`WINDSOCK_CONNECT names more than ${MAX_CONNECT} peers.`)
  const loopbackOnly = isLoopbackOnly(connect)
  const clockStart = number('WINDSOCK_CLOCK', env['WINDSOCK_CLOCK'], 1, 2 ** 32)
  if (clockStart !== undefined && !loopbackOnly) {
    throw new ConfigError(
      'WINDSOCK_CLOCK is for replays: it is allowed only when every --connect is a loopback address.',
    )
  }
  const follow = list(env['WINDSOCK_FOLLOW'] ?? (network === 'main' ? 'twister' : '')).map(followed)
  if (follow.length > MAX_FOLLOW) throw new ConfigError(`WINDSOCK_FOLLOW names more than ${MAX_FOLLOW} users.`)
  const crawlDefault = network === 'main' && env['WINDSOCK_FOLLOW'] === undefined ? CRAWL_LIMIT_MAIN : 0
  return {
    network,
    checkpoints: env['WINDSOCK_NO_CHECKPOINTS'] !== '1',
    connect,
    follow,
    crawlLimit: number('WINDSOCK_CRAWL', env['WINDSOCK_CRAWL'], 0, MAX_FOLLOW) ?? crawlDefault,
    maxHistory: number('WINDSOCK_HISTORY', env['WINDSOCK_HISTORY'], 1, MAX_SWARM_PIECES),
    bind: bindAddress(env['WINDSOCK_BIND'], loopbackOnly),
    port: number('WINDSOCK_P2P_PORT', env['WINDSOCK_P2P_PORT'], 1, 64_535) ?? DEFAULT_PORTS[network],
    dataDir: env['WINDSOCK_DATA'] || '.windsock/data',
    clockStart,
    queue: queueOf(env),
    logLevel: env['WINDSOCK_LOG'] || 'info',
  }
}

/** True if peers are named and all of them are on this machine: then nothing else is ever contacted. */
export function isLoopbackOnly(connect: readonly HostPort[]): boolean {
  return connect.length > 0 && connect.every((peer) => isLoopback(peer.host))
}

export function isLoopback(host: string): boolean {
  return isIP(host) !== 0 && ipaddr.process(host).range() === 'loopback'
}

function networkOf(text: string | undefined): NetworkName {
  if (text === undefined || text === '' || text === 'main') return 'main'
  if (text === 'regtest') return 'regtest'
  throw new ConfigError(`WINDSOCK_NETWORK is "${text}": it must be main or regtest.`)
}

function list(text: string | undefined): string[] {
  return (text ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

function hostPort(text: string): HostPort {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:\s]+)):(\d{1,5})$/.exec(text)
  const host = match?.[1] ?? match?.[2]
  const port = Number(match?.[3])
  if (host === undefined || !(port >= 1 && port <= 65_535)) {
    throw new ConfigError(`WINDSOCK_CONNECT has "${text}": a peer is written HOST:PORT.`)
  }
  return { host: host === 'localhost' ? '127.0.0.1' : host, port }
}

function followed(text: string): Username {
  const username = parseUsername(text)
  if (username === undefined) {
    throw new ConfigError(`WINDSOCK_FOLLOW has "${text}": a twister name is 1 to 16 of a-z, 0-9 and _.`)
  }
  return username
}

function bindAddress(text: string | undefined, loopbackOnly: boolean): string {
  if (text === undefined || text === '') return loopbackOnly ? '127.0.0.1' : '0.0.0.0'
  if (!isIPv4(text)) throw new ConfigError(`WINDSOCK_BIND is "${text}": it must be an IPv4 address, as the DHT has.`)
  return loopbackOnly && !isLoopback(text) ? '127.0.0.1' : text
}

function number(name: string, text: string | undefined, min: number, max: number): number | undefined {
  if (text === undefined || text === '') return undefined
  const value = Number(text)
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new ConfigError(`${name} is "${text}": it must be a whole number from ${min} to ${max}.`)
  }
  return value
}

function queueOf(env: Readonly<Record<string, string | undefined>>): QueueConfig {
  const redis = env['REDIS_URL']
  if (redis) return { kind: 'redis', url: redis }
  const postgres = env['DATABASE_URL']
  if (postgres) return { kind: 'postgres', url: postgres }
  throw new ConfigError('Neither REDIS_URL nor DATABASE_URL is set: the node needs one of them for its queue.')
}
