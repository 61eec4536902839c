import { once } from 'node:events'
import { createServer, connect as dial, type Server, type Socket } from 'node:net'
import type { Block } from '../protocol/block.ts'
import { hashKey, ZERO_HASH } from '../protocol/hash.ts'
import { type ChainMessage, encodeMessage, FrameReader } from '../protocol/messages/envelope.ts'
import { parseGetblocks } from '../protocol/messages/getblocks.ts'
import { encodeHeaders } from '../protocol/messages/headers.ts'
import { encodeInv, INV_BLOCK, parseInv } from '../protocol/messages/inv.ts'
import { UNKNOWN_ADDRESS } from '../protocol/messages/net-address.ts'
import { encodeVersion, type VersionMessage } from '../protocol/messages/version.ts'
import type { NetworkParams } from '../protocol/params.ts'

/** A scripted chain peer for tests: it says exactly what its script says, and keeps what it hears. */
export interface TestPeer {
  readonly heard: ChainMessage[]
  send(command: string, payload?: Uint8Array): void
  /** Resolves with the next message of this command that has not been waited for. */
  next(command: string): Promise<Uint8Array>
  /** Reads nothing any more. */
  pause(): void
  readonly closed: Promise<unknown>
  close(): void
}

export type Script = (peer: TestPeer, message: ChainMessage) => void

export function testVersion(startHeight: number, more: Partial<VersionMessage> = {}): Uint8Array {
  return encodeVersion({
    version: 70_003,
    services: 1n,
    time: 1_795_358_900n,
    receiver: UNKNOWN_ADDRESS,
    sender: UNKNOWN_ADDRESS,
    nonce: 42n,
    userAgent: '/test:1/',
    startHeight,
    relay: true,
    ...more,
  })
}

/** Listens; each connection runs the script after the version messages were exchanged. */
export async function openTestServer(
  params: NetworkParams,
  startHeight: number,
  script: Script,
  { host = '127.0.0.1', version = {} }: { host?: string; version?: Partial<VersionMessage> } = {},
): Promise<{ port: number; peers: TestPeer[]; close(): void }> {
  const peers: TestPeer[] = []
  const server: Server = createServer((socket) => {
    peers.push(
      testPeer(socket, params, (peer, message) => {
        if (message.command !== 'version') return script(peer, message)
        peer.send('version', testVersion(startHeight, version))
        peer.send('verack')
      }),
    )
  })
  server.listen(0, host)
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const close = (): void => {
    server.close()
    for (const peer of peers) peer.close()
  }
  return { port, peers, close }
}

/** Dials a node and says nothing. */
export async function dialSocket(params: NetworkParams, port: number, from = '127.0.0.1'): Promise<TestPeer> {
  const socket = dial({ port, host: '127.0.0.1', localAddress: from })
  await once(socket, 'connect')
  return testPeer(socket, params, () => undefined)
}

/** Dials a node and shakes hands. */
export async function dialNode(params: NetworkParams, port: number, from?: string): Promise<TestPeer> {
  const peer = await dialSocket(params, port, from)
  peer.send('version', testVersion(0))
  await peer.next('verack')
  peer.send('verack')
  return peer
}

/** Answers like a reference daemon that has these blocks: by getblocks, and by getheaders if asked to. */
export function blockServer(blocks: readonly Block[], answers: { headers: boolean }): Script {
  const byHash = new Map(blocks.map((block) => [hashKey(block.header.hash), block]))
  const after = (payload: Uint8Array, max: number): Block[] => {
    const request = parseGetblocks(payload)
    const known = request?.locator.find((hash) => byHash.has(hashKey(hash)))
    const position =
      known === undefined ? -1 : blocks.findIndex((block) => hashKey(block.header.hash) === hashKey(known))
    return blocks.slice(position + 1, position + 1 + max)
  }
  let continueKey = ''
  return (peer, { command, payload }) => {
    if (command === 'getheaders' && answers.headers) {
      peer.send('headers', encodeHeaders(after(payload, 2000).map((block) => block.header)))
    }
    if (command === 'getblocks') {
      const next = after(payload, 500)
      if (next.length === 0) return
      if (next.length === 500) continueKey = hashKey(next[499]?.header.hash ?? ZERO_HASH)
      peer.send('inv', encodeInv(next.map((block) => ({ type: INV_BLOCK, hash: block.header.hash }))))
    }
    if (command !== 'getdata') return
    for (const item of parseInv(payload) ?? []) {
      const block = byHash.get(hashKey(item.hash))
      if (block !== undefined) peer.send('block', block.raw)
      if (hashKey(item.hash) !== continueKey) continue
      const tip = blocks.at(-1)?.header.hash ?? ZERO_HASH
      peer.send('inv', encodeInv([{ type: INV_BLOCK, hash: tip }]))
    }
  }
}

function testPeer(socket: Socket, params: NetworkParams, script: Script): TestPeer {
  const frames = new FrameReader(params.magic)
  const waiting = new Map<string, ((payload: Uint8Array) => void)[]>()
  const unread = new Map<string, Uint8Array[]>()
  const peer: TestPeer = {
    heard: [],
    send: (command, payload) => void socket.write(encodeMessage(params.magic, command, payload)),
    next: (command) => {
      const payload = unread.get(command)?.shift()
      if (payload !== undefined) return Promise.resolve(payload)
      return new Promise((resolve) => waiting.set(command, [...(waiting.get(command) ?? []), resolve]))
    },
    closed: new Promise((resolve) => socket.once('close', resolve)),
    pause: () => void socket.pause(),
    close: () => socket.destroy(),
  }
  socket.on('error', () => undefined)
  socket.on('data', (chunk) => {
    for (const message of frames.push(chunk).messages) {
      peer.heard.push(message)
      const resolve = waiting.get(message.command)?.shift()
      if (resolve !== undefined) resolve(message.payload)
      else unread.set(message.command, [...(unread.get(message.command) ?? []), message.payload])
      script(peer, message)
    }
  })
  return peer
}
