import { randomBytes } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { EventEmitter, once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { concatBytes, hexToBytes } from '../node/protocol/bytes.ts'
import type { DhtCall } from '../node/protocol/dht-call.ts'
import { type DhtMessage, encodeDhtQuery, parseDhtMessage } from '../node/protocol/dht-message.ts'
import { swarmInfohash } from '../node/protocol/dht-target.ts'
import { type Hash256, hash256 } from '../node/protocol/hash.ts'
import { encodeAddr } from '../node/protocol/messages/addr.ts'
import { encodeMessage, FrameReader } from '../node/protocol/messages/envelope.ts'
import { encodeHeaders } from '../node/protocol/messages/headers.ts'
import { encodeInv, INV_BLOCK, INV_TRANSACTION } from '../node/protocol/messages/inv.ts'
import { UNKNOWN_ADDRESS } from '../node/protocol/messages/net-address.ts'
import { encodePing, parsePing } from '../node/protocol/messages/ping.ts'
import { encodeVersion, NODE_NETWORK, PROTOCOL_VERSION } from '../node/protocol/messages/version.ts'
import { nodeIdForIp } from '../node/protocol/node-id.ts'
import { networkParams } from '../node/protocol/params.ts'
import type { Username } from '../node/protocol/username.ts'
import { encodeHandshake } from '../node/protocol/wire-message.ts'

// Attackers without manners: each speaks from an address of its own to the one node under attack.

const NODE_HOST = '127.0.0.1'
const { magic } = networkParams('regtest', { checkpoints: false })
/** "Oversized": more than any message may have, in either byte order. */
const HUGE_LENGTH = new Uint8Array(4).fill(0xff)
const ANSWER_MS = 3000

export interface TcpAttacker {
  readonly socket: Socket
  /** Milliseconds until the node hung up. */
  readonly closedAfterMs: Promise<number>
}

export async function openTcp(from: string, port: number): Promise<TcpAttacker> {
  const socket = connect({ host: NODE_HOST, port, localAddress: from })
  socket.on('error', () => {})
  socket.resume()
  await once(socket, 'connect')
  const startedAt = performance.now()
  const closedAfterMs = new Promise<number>((resolve) => {
    socket.once('close', () => resolve(performance.now() - startedAt))
  })
  return { socket, closedAfterMs }
}

/** Says these bytes and nothing more, and keeps the line open: resolves when the node hangs up. */
export async function say(from: string, port: number, bytes: Uint8Array): Promise<number> {
  const { socket, closedAfterMs } = await openTcp(from, port)
  socket.write(bytes)
  return closedAfterMs
}

/** A whole message's beginning, which says that more will follow than fits anywhere. */
export function oversizedChainMessage(): Uint8Array {
  const envelope = Uint8Array.from(encodeMessage(magic, 'block'))
  envelope.set(HUGE_LENGTH, 16)
  return concatBytes(envelope, randomBytes(1000))
}

export function oversizedSwarmMessage(username: Username): Uint8Array {
  const handshake = encodeHandshake({ infohash: swarmInfohash(username), peerId: randomBytes(20) })
  return concatBytes(handshake, HUGE_LENGTH, randomBytes(1000))
}

/** Says one byte of `bytes` after the other, slowly, for as long as it is let. */
export async function drip(from: string, port: number, bytes: Uint8Array, everyMs: number): Promise<number> {
  const { socket, closedAfterMs } = await openTcp(from, port)
  let next = 0
  const timer = setInterval(
    () => socket.write(bytes.subarray(next % bytes.length, (next++ % bytes.length) + 1)),
    everyMs,
  )
  return closedAfterMs.finally(() => clearInterval(timer))
}

/** The beginning of a version message that never ends. */
export function endlessVersion(): Uint8Array {
  const envelope = Uint8Array.from(encodeMessage(magic, 'version', new Uint8Array(5000)))
  return concatBytes(envelope, new Uint8Array(5000))
}

export interface ChainAttacker extends TcpAttacker {
  send(command: string, payload?: Uint8Array): Promise<void>
  /** Resolves when the node has answered a ping that was sent after everything else. */
  settled(): Promise<void>
}

/** A chain peer that dialled in and shook hands. It claims a chain of a million blocks and has nothing to add. */
export async function openChainAttacker(from: string, port: number): Promise<ChainAttacker> {
  const attacker = await openSilentPeer(from, port)
  const { socket } = attacker
  const send = (command: string, payload?: Uint8Array): Promise<void> =>
    new Promise((resolve) => {
      if (socket.destroyed) resolve()
      else socket.write(encodeMessage(magic, command, payload), () => resolve())
    })
  const frames = new FrameReader(magic)
  const pongs = new EventEmitter()
  const closed = attacker.closedAfterMs.then(() => {
    throw new Error('the node hung up')
  })
  closed.catch(() => undefined)
  let pings = 0n
  socket.on('data', (chunk) => {
    for (const { command, payload } of frames.push(chunk).messages) {
      if (command === 'getheaders') void send('headers', encodeHeaders([]))
      if (command === 'pong') pongs.emit(String(parsePing(payload)))
    }
  })
  const settled = async (): Promise<void> => {
    const nonce = ++pings
    const pong = once(pongs, String(nonce))
    await send('ping', encodePing(nonce))
    await Promise.race([pong, closed])
  }
  await settled()
  return { ...attacker, send, settled }
}

/** A chain peer that shook hands and answers nothing. */
export async function openSilentPeer(from: string, port: number): Promise<TcpAttacker> {
  const attacker = await openTcp(from, port)
  const version = encodeVersion({
    version: PROTOCOL_VERSION,
    services: NODE_NETWORK,
    time: BigInt(Math.floor(Date.now() / 1000)),
    receiver: UNKNOWN_ADDRESS,
    sender: UNKNOWN_ADDRESS,
    nonce: 99n,
    userAgent: '/twisterd:0.9.40/',
    startHeight: 1_000_000,
    relay: true,
  })
  attacker.socket.write(concatBytes(encodeMessage(magic, 'version', version), encodeMessage(magic, 'verack')))
  return attacker
}

/** Sends full `addr` and `inv` messages of things that do not exist; stops when the node hangs up. */
export async function flood({ socket }: TcpAttacker, addrs: number, invs: number): Promise<void> {
  const now = Math.floor(Date.now() / 1000)
  const address = (index: number) => ({
    services: NODE_NETWORK,
    host: `${1 + (index % 120)}.${(index >> 8) & 255}.${index & 255}.7`,
    port: 28_333,
    time: now,
  })
  const send = (command: string, payload: Uint8Array): Promise<void> =>
    new Promise((resolve) => {
      if (socket.destroyed) resolve()
      else socket.write(encodeMessage(magic, command, payload), () => resolve())
    })
  for (let round = 0; round < addrs; round++) {
    await send('addr', encodeAddr(Array.from({ length: 1000 }, (_, index) => address(round * 1000 + index))))
  }
  for (let round = 0; round < invs; round++) {
    const bytes = randomBytes(50_000 * 32)
    const items = Array.from({ length: 50_000 }, (_, index) => ({
      type: index % 10 === 0 ? INV_TRANSACTION : INV_BLOCK,
      hash: asHash(bytes.subarray(index * 32, (index + 1) * 32)),
    }))
    await send('inv', encodeInv(items))
  }
}

function asHash(bytes: Uint8Array): Hash256 {
  const hash = hash256(bytes)
  if (hash === undefined) throw new Error('not 32 bytes')
  return hash
}

export interface DhtAttacker {
  send(datagram: Uint8Array): Promise<void>
  /** The node's answer; undefined if none comes. */
  ask(call: DhtCall): Promise<DhtMessage | undefined>
  close(): Promise<void>
}

export async function openDhtAttacker(from: string, port: number): Promise<DhtAttacker> {
  const socket = createSocket('udp4')
  socket.bind(0, from)
  await once(socket, 'listening')
  const id = nodeIdForIp(from, randomBytes(16))
  const waiting = new Map<string, (message: DhtMessage) => void>()
  let next = 0
  socket.on('message', (datagram) => {
    const message = parseDhtMessage(new Uint8Array(datagram))
    if (message !== undefined) waiting.get(Buffer.from(message.transactionId).toString('hex'))?.(message)
  })
  const send = (datagram: Uint8Array) =>
    new Promise<void>((resolve) => socket.send(datagram, port, NODE_HOST, () => resolve()))
  return {
    send,
    ask: async (call) => {
      const tid = (0x1000 + next++).toString(16)
      const transactionId = hexToBytes(tid) ?? new Uint8Array(2)
      const answer = new Promise<DhtMessage>((resolve) => waiting.set(tid, resolve))
      await send(encodeDhtQuery({ transactionId, id, call }))
      const stop = new AbortController()
      const nothing = delay(ANSWER_MS, undefined, { signal: stop.signal }).catch(() => undefined)
      return Promise.race([answer, nothing]).finally(() => stop.abort())
    },
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  }
}
