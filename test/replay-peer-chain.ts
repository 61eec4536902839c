import { createServer, type Server, type Socket } from 'node:net'
import { readHeader } from '../node/protocol/block.ts'
import { ByteReader, bytesToHex } from '../node/protocol/bytes.ts'
import type { Clock } from '../node/protocol/clock.ts'
import { type Hash256, ZERO_HASH } from '../node/protocol/hash.ts'
import { encodeMessage, FrameReader } from '../node/protocol/messages/envelope.ts'
import { encodeGetblocks, parseGetblocks } from '../node/protocol/messages/getblocks.ts'
import { encodeHeaders } from '../node/protocol/messages/headers.ts'
import { encodeInv, INV_BLOCK, parseInv } from '../node/protocol/messages/inv.ts'
import { UNKNOWN_ADDRESS } from '../node/protocol/messages/net-address.ts'
import { encodeVersion, NODE_NETWORK, PROTOCOL_VERSION } from '../node/protocol/messages/version.ts'
import type { RecordedBlock } from './replay-peer-recordings.ts'

const MAIN_MAGIC = Uint8Array.of(0xf0, 0xda, 0xbb, 0xd2)

export interface ReplayChain {
  readonly server: Server
  /** Commands received, in order, over all connections. */
  readonly commands: readonly string[]
}

/** Answers as a reference daemon with the recorded chain does: it speaks after the dialer, and syncs by getblocks. */
export function replayChain(blocks: readonly RecordedBlock[], clock: Clock): ReplayChain {
  const commands: string[] = []
  const server = createServer((socket) => {
    const frames = new FrameReader(MAIN_MAGIC)
    socket.on('error', () => socket.destroy())
    socket.on('data', (chunk) => {
      const { messages, error } = frames.push(chunk)
      if (error !== undefined) socket.destroy()
      for (const { command, payload } of messages) {
        commands.push(command)
        answer(socket, command, payload)
      }
    })
  })

  function answer(socket: Socket, command: string, payload: Uint8Array): void {
    const send = (name: string, body?: Uint8Array) => socket.write(encodeMessage(MAIN_MAGIC, name, body))
    if (command === 'version') {
      send('version', ownVersion())
      send('verack')
      return
    }
    // the reference chooses the newcomer as sync peer and asks it, however short its chain is
    if (command === 'verack') return void send('getblocks', askFromTip())
    if (command === 'ping') return void send('pong', payload)
    if (command === 'getheaders') return void send('headers', encodeHeaders(after(payload, 2000).map(headerOf)))
    if (command === 'getblocks') {
      const items = after(payload, 500).map((block) => ({ type: INV_BLOCK, hash: hashOf(block) }))
      if (items.length > 0) send('inv', encodeInv(items))
      return
    }
    if (command === 'getdata') {
      for (const item of parseInv(payload) ?? []) {
        const block = item.type === INV_BLOCK ? byHash.get(bytesToHex(item.hash)) : undefined
        if (block !== undefined) send('block', block.raw)
        else send('notfound', encodeInv([item]))
      }
      return
    }
    if (command === 'inv') {
      const unknown = (parseInv(payload) ?? []).filter((item) => !byHash.has(bytesToHex(item.hash)))
      if (unknown.length > 0) send('getdata', encodeInv(unknown))
    }
  }

  const byHash = new Map(blocks.map((block) => [block.hash, block]))

  function after(payload: Uint8Array, max: number): readonly RecordedBlock[] {
    const request = parseGetblocks(payload)
    const known = request?.locator.map((hash) => byHash.get(bytesToHex(hash))).find((block) => block !== undefined)
    const from = (known?.height ?? 0) + 1
    return blocks.slice(from, from + max)
  }

  function askFromTip(): Uint8Array {
    const tip = blocks.at(-1)
    const locator = tip === undefined ? [] : [hashOf(tip)]
    return encodeGetblocks({ version: PROTOCOL_VERSION, locator, stop: ZERO_HASH })
  }

  function ownVersion(): Uint8Array {
    return encodeVersion({
      version: PROTOCOL_VERSION,
      services: NODE_NETWORK,
      time: BigInt(Math.floor(clock.now())),
      receiver: { ...UNKNOWN_ADDRESS, services: NODE_NETWORK },
      sender: UNKNOWN_ADDRESS,
      nonce: 0x1234_5678n,
      userAgent: '/twisterd:0.9.40/',
      startHeight: blocks.length - 1,
      relay: true,
    })
  }

  return { server, commands }
}

function hashOf(block: RecordedBlock): Hash256 {
  return headerOf(block).hash
}

function headerOf(block: RecordedBlock) {
  return readHeader(new ByteReader(block.raw))
}
