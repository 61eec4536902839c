import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { bytesToHex } from '../node/protocol/bytes.ts'
import { type ChainMessage, encodeMessage, FrameReader } from '../node/protocol/messages/envelope.ts'
import { parseInv } from '../node/protocol/messages/inv.ts'
import { networkParams } from '../node/protocol/params.ts'
import { type RecordingName, recordedPackets } from './recorded-wire.ts'

/** One message of a recorded chain session, in its order among those of both sides. */
export interface ChainStep {
  readonly isByDialer: boolean
  readonly command: string
  readonly payload: Uint8Array
}

const { magic } = networkParams('main', { checkpoints: false })

/** What both sides of a TCP connection said, in the order in which it was recorded. */
export function recordedChainSession(name: RecordingName, dialer: string, listener: string): ChainStep[] {
  const routes = [`${dialer}>${listener}`, `${listener}>${dialer}`]
  const readers = routes.map(() => new FrameReader(magic))
  return recordedPackets(name).flatMap(({ protocol, route, bytes }) => {
    const side = routes.indexOf(route)
    const messages = protocol === 'tcp' ? (readers[side]?.push(bytes).messages ?? []) : []
    return messages.map(({ command, payload }) => ({ isByDialer: side === 0, command, payload }))
  })
}

/** What a message says, so that it does not matter how much of it is said at once. */
export function factsOf(command: string, payload: Uint8Array): string[] {
  if (!['inv', 'getdata', 'notfound'].includes(command)) return [`${command} ${bytesToHex(payload)}`]
  return (parseInv(payload) ?? []).map(({ type, hash }) => `${command} ${type} ${bytesToHex(hash)}`)
}

/** The other end of a session: it says nothing by itself. */
export interface SessionPeer {
  readonly heard: readonly ChainMessage[]
  send(command: string, payload: Uint8Array): void
  /** An inv that it says again when it is asked getblocks. */
  repeatForGetblocks(inv: Uint8Array): void
  close(): void
}

export async function dialSession(port: number): Promise<SessionPeer> {
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  return sessionPeer(socket)
}

/** Listens for one connection. */
export async function listenForSession(): Promise<{ port: number; peer: Promise<SessionPeer>; close(): void }> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const peer = once(server, 'connection').then(([socket]: Socket[]) => {
    if (socket === undefined) throw new Error('no connection')
    return sessionPeer(socket)
  })
  return { port: typeof address === 'object' ? (address?.port ?? 0) : 0, peer, close: () => server.close() }
}

function sessionPeer(socket: Socket): SessionPeer {
  const frames = new FrameReader(magic)
  const heard: ChainMessage[] = []
  socket.on('error', () => socket.destroy())
  let lastInv: Uint8Array | undefined
  const send = (command: string, payload: Uint8Array) => void socket.write(encodeMessage(magic, command, payload))
  socket.on('data', (chunk) => {
    for (const message of frames.push(chunk).messages) {
      heard.push(message)
      if (message.command === 'getblocks' && lastInv !== undefined) send('inv', lastInv)
    }
  })
  return {
    heard,
    send,
    repeatForGetblocks: (inv) => {
      lastInv = inv
    },
    close: () => socket.destroy(),
  }
}
