import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import type { Server } from 'node:net'
import { argv } from 'node:process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { type Clock, clockFrom } from '../node/protocol/clock.ts'
import { replayChain } from './replay-peer-chain.ts'
import { replayDht } from './replay-peer-dht.ts'
import { RECORDING_CLOCK, readRecordings } from './replay-peer-recordings.ts'
import { replaySwarm } from './replay-peer-swarm.ts'

/** Everybody registered on the recorded chain. */
export const RECORDED_USERS = ['alice', 'bob', 'carol', 'dave', 'erin'] as const

export interface ReplayPeer {
  readonly host: string
  /** Of the chain; swarm and DHT are at this + 1000. */
  readonly port: number
  /** Chain commands and DHT methods received so far. */
  readonly commands: readonly string[]
  readonly methods: readonly string[]
  close(): Promise<void>
}

/**
 * A peer that serves what reference daemons made: blocks, DHT values and pieces, as raw bytes. It is written on sockets
 * and shares nothing with node/chain, node/dht and node/swarm, so that it stands for the reference.
 */
export async function openReplayPeer(options: { port: number; host?: string; clock?: Clock }): Promise<ReplayPeer> {
  const { port, host = '127.0.0.1', clock = clockFrom(RECORDING_CLOCK) } = options
  const { blocks, resources, posts } = readRecordings()
  const chain = replayChain(blocks, clock)
  const datagrams = createSocket('udp4')
  const dht = replayDht(datagrams, resources, RECORDED_USERS, { ip: host, port: port + 1000 })
  const swarm = replaySwarm(posts, RECORDED_USERS, port + 1000)
  const stops = [stopperOf(chain.server), stopperOf(swarm), () => closed(datagrams)]
  await listening(chain.server, port, host)
  await listening(swarm, port + 1000, host)
  datagrams.bind(port + 1000, host)
  await once(datagrams, 'listening')
  return {
    host,
    port,
    commands: chain.commands,
    methods: dht.methods,
    close: async () => {
      for (const stop of stops.splice(0)) await stop()
    },
  }
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
    await new Promise((resolve) => server.close(resolve))
  }
}

async function closed(socket: Socket): Promise<void> {
  await new Promise<void>((resolve) => socket.close(resolve))
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({ options: { port: { type: 'string' }, host: { type: 'string' } } })
  const port = Number(values.port)
  if (!Number.isInteger(port) || port < 1 || port > 64_535) throw new Error('--port N, with N + 1000 at most 65535')
  const peer = await openReplayPeer({ port, host: values.host })
  console.log(JSON.stringify({ connect: `${peer.host}:${peer.port}`, follow: RECORDED_USERS }))
  const stop = () => void peer.close()
  process.once('SIGINT', stop).once('SIGTERM', stop)
}
