import { createSocket } from 'node:dgram'
import { createServer } from 'node:net'
import { ConfigError } from './config-error.ts'
import { SWARM_PORT_OFFSET } from './launch-config.ts'

const PAIR_ATTEMPTS = 50
const FIRST_FREE_PORT = 20_000
const FREE_PORT_RANGE = 12_000

/** Refuses a site port that cannot be listened on. */
export async function requireSitePort(bind: string, port: number): Promise<void> {
  const problem = await tcpProblem(bind, port)
  if (problem !== undefined)
    throw new ConfigError(`the site cannot listen on ${bind}, port ${port} (${problem}); choose another with --port`)
}

/** Refuses a chain port unless it, and the swarm's (TCP) and DHT's (UDP) above it, can be listened on. */
export async function requireP2pPorts(bind: string, port: number): Promise<void> {
  const problem = await pairProblem(bind, port)
  if (problem !== undefined)
    throw new ConfigError(`the node cannot listen on ${bind}, ${problem}; choose another port with --p2p-port`)
}

/** The wanted chain port if it is free with those above it, else some other. */
export async function freeP2pPort(bind: string, wanted: number): Promise<number> {
  let port = wanted
  for (let attempt = 0; attempt < PAIR_ATTEMPTS; attempt++) {
    if ((await pairProblem(bind, port)) === undefined) return port
    port = FIRST_FREE_PORT + Math.floor(Math.random() * FREE_PORT_RANGE)
  }
  throw new ConfigError(`no free pair of ports was found on ${bind}; choose one with --p2p-port`)
}

export async function pairProblem(bind: string, port: number): Promise<string | undefined> {
  const above = port + SWARM_PORT_OFFSET
  const chain = await tcpProblem(bind, port)
  if (chain !== undefined) return `port ${port} (${chain})`
  const swarm = await tcpProblem(bind, above)
  if (swarm !== undefined) return `port ${above} (${swarm})`
  const dht = await udpProblem(bind, above)
  return dht === undefined ? undefined : `UDP port ${above} (${dht})`
}

export function tcpProblem(bind: string, port: number): Promise<string | undefined> {
  return new Promise((done) => {
    const server = createServer()
    server.once('error', (error) => done(inWords(error)))
    server.listen({ host: bind, port, exclusive: true }, () => server.close(() => done(undefined)))
  })
}

function udpProblem(bind: string, port: number): Promise<string | undefined> {
  return new Promise((done) => {
    const socket = createSocket(bind.includes(':') ? 'udp6' : 'udp4')
    socket.once('error', (error) => done(inWords(error)))
    socket.bind({ address: bind, port, exclusive: true }, () => socket.close(() => done(undefined)))
  })
}

function inWords(error: Error): string {
  const code = 'code' in error ? error.code : undefined
  if (code === 'EADDRINUSE') return 'it is in use'
  if (code === 'EACCES') return 'not allowed for this user'
  if (code === 'EADDRNOTAVAIL') return 'not an address of this machine'
  return error.message
}
