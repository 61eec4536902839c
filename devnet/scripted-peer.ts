import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect, type Server, type Socket } from 'node:net'
import type { HostPort } from '../node/config.ts'
import type { RawDhtItem } from '../node/protocol/dht-item.ts'
import { SWARM_PORT_OFFSET } from './hosts.ts'
import { type ScriptedChainOptions, scriptedChain } from './scripted-chain.ts'
import { type ScriptedDhtOptions, scriptedDht } from './scripted-dht.ts'
import { dialScriptedSwarm, type ScriptedPieces, scriptedSwarm } from './scripted-swarm.ts'

export interface ScriptedPeerOptions extends ScriptedChainOptions {
  readonly host: string
  /** Of the chain; swarm and DHT are at this + 1000. */
  readonly port: number
  readonly values: ReadonlyMap<string, readonly RawDhtItem[]>
  readonly pieces: ScriptedPieces
  /** Of the DHT node, if it is to be near something; and what that node says beside the truth. */
  readonly dht?: Pick<ScriptedDhtOptions, 'id' | 'nodes' | 'claimedPeers'>
}

export interface ScriptedPeer {
  readonly host: string
  readonly port: number
  /** Chain commands and DHT methods received so far. */
  readonly commands: readonly string[]
  readonly methods: readonly string[]
  /** Dials a node on all three networks; `users` are those whose swarms it enters. */
  call(node: HostPort, users: readonly string[]): void
  close(): Promise<void>
}

/** A whole peer that says what it is told to say, honest or not, on real sockets. */
export async function openScriptedPeer(options: ScriptedPeerOptions): Promise<ScriptedPeer> {
  const { host, port } = options
  const swarmAt = { ip: host, port: port + SWARM_PORT_OFFSET }
  const chain = scriptedChain(options)
  const swarm = scriptedSwarm(options.pieces, swarmAt)
  const datagrams = createSocket('udp4')
  const dht = scriptedDht(datagrams, {
    name: `${options.userAgent} ${host}:${port}`,
    values: options.values,
    users: [...options.pieces.keys()],
    swarmAt,
    ...options.dht,
  })
  const stops = [stopperOf(chain.server), stopperOf(swarm)]
  try {
    await listening(chain.server, port, host)
    await listening(swarm, swarmAt.port, host)
    datagrams.bind(swarmAt.port, host)
    await once(datagrams, 'listening')
    stops.push(() => new Promise((resolve) => datagrams.close(resolve)))
  } catch (error) {
    await closeAll()
    throw error
  }

  async function closeAll(): Promise<void> {
    for (const stop of stops.splice(0)) await stop()
  }

  function dial(node: HostPort, offset: number): Socket {
    const socket = connect({ host: node.host, port: node.port + offset, localAddress: host })
    socket.on('error', () => socket.destroy())
    stops.push(async () => void socket.destroy())
    return socket
  }

  function call(node: HostPort, users: readonly string[]): void {
    chain.dial(dial(node, 0))
    for (const user of users) dialScriptedSwarm(dial(node, SWARM_PORT_OFFSET), options.pieces, swarmAt, user)
    dht.greet(node.host, node.port + SWARM_PORT_OFFSET)
  }

  return { host, port, commands: chain.commands, methods: dht.methods, call, close: closeAll }
}

async function listening(server: Server, port: number, host: string): Promise<void> {
  server.listen(port, host)
  await once(server, 'listening')
}

function stopperOf(server: Server): () => Promise<void> {
  const sockets = new Set<{ destroy(): void }>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  return async () => {
    for (const socket of sockets) socket.destroy()
    if (server.listening) await new Promise((resolve) => server.close(resolve))
  }
}
