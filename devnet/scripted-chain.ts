import { createServer, type Server, type Socket } from 'node:net'
import { type BlockHeader, readHeader } from '../node/protocol/block.ts'
import { ByteReader, bytesToHex } from '../node/protocol/bytes.ts'
import type { Clock } from '../node/protocol/clock.ts'
import { ZERO_HASH } from '../node/protocol/hash.ts'
import { type ChainMessage, encodeMessage, FrameReader } from '../node/protocol/messages/envelope.ts'
import { encodeGetblocks, parseGetblocks } from '../node/protocol/messages/getblocks.ts'
import { encodeHeaders } from '../node/protocol/messages/headers.ts'
import { encodeInv, INV_BLOCK, parseInv } from '../node/protocol/messages/inv.ts'
import { UNKNOWN_ADDRESS } from '../node/protocol/messages/net-address.ts'
import { encodeVersion, NODE_NETWORK, PROTOCOL_VERSION } from '../node/protocol/messages/version.ts'

export interface ScriptedChainOptions {
  readonly magic: Uint8Array
  /** Raw blocks from genesis on, each on top of the one before. */
  readonly blocks: readonly Uint8Array[]
  readonly clock: Clock
  readonly userAgent: string
  /** Served when asked for, but part of no answer about the chain. */
  readonly extraBlocks?: readonly Uint8Array[]
  /** Sent unasked as soon as the handshake is done. */
  readonly surprises?: readonly ChainMessage[]
}

export interface ScriptedChain {
  readonly server: Server
  /** Speaks on a connection that was dialled: who dials speaks first. */
  dial(socket: Socket): void
  /** Commands received, in order, over all connections. */
  readonly commands: readonly string[]
}

interface ScriptedBlock {
  readonly header: BlockHeader
  readonly raw: Uint8Array
}

/**
 * A chain peer that shares nothing with node/chain and node/peers. It answers as a reference daemon does: it speaks
 * after the dialer and syncs by getblocks.
 */
export function scriptedChain(options: ScriptedChainOptions): ScriptedChain {
  const commands: string[] = []
  const blocks = options.blocks.map(blockOf)
  const byHash = new Map(
    [...blocks, ...(options.extraBlocks ?? []).map(blockOf)].map((block) => [bytesToHex(block.header.hash), block]),
  )
  const server = createServer((socket) => converse(socket, false))

  function converse(socket: Socket, isDialer: boolean): void {
    const frames = new FrameReader(options.magic)
    socket.on('error', () => socket.destroy())
    socket.on('data', (chunk) => {
      const { messages, error } = frames.push(chunk)
      if (error !== undefined) socket.destroy()
      for (const message of messages) {
        commands.push(message.command)
        answer(socket, message, isDialer)
      }
    })
    if (isDialer) socket.write(encodeMessage(options.magic, 'version', ownVersion()))
  }

  function answer(socket: Socket, { command, payload }: ChainMessage, isDialer: boolean): void {
    const send = (name: string, body?: Uint8Array) => socket.write(encodeMessage(options.magic, name, body))
    if (command === 'version') {
      if (!isDialer) send('version', ownVersion())
      send('verack')
    } else if (command === 'verack') {
      // the reference chooses the newcomer as sync peer and asks it, however short its chain is
      send('getblocks', askFromTip())
      for (const surprise of options.surprises ?? []) send(surprise.command, surprise.payload)
    } else if (command === 'ping') {
      send('pong', payload)
    } else if (command === 'getheaders') {
      send('headers', encodeHeaders(after(payload, 2000).map((block) => block.header)))
    } else if (command === 'getblocks') {
      const items = after(payload, 500).map((block) => ({ type: INV_BLOCK, hash: block.header.hash }))
      if (items.length > 0) send('inv', encodeInv(items))
    } else if (command === 'getdata') {
      for (const item of parseInv(payload) ?? []) {
        const block = item.type === INV_BLOCK ? byHash.get(bytesToHex(item.hash)) : undefined
        if (block === undefined) send('notfound', encodeInv([item]))
        else send('block', block.raw)
      }
    } else if (command === 'inv') {
      const unknown = (parseInv(payload) ?? []).filter((item) => !byHash.has(bytesToHex(item.hash)))
      if (unknown.length > 0) send('getdata', encodeInv(unknown))
    }
  }

  function after(payload: Uint8Array, max: number): readonly ScriptedBlock[] {
    const locator = new Set(parseGetblocks(payload)?.locator.map(bytesToHex))
    const common = blocks.findLastIndex((block) => locator.has(bytesToHex(block.header.hash)))
    const from = Math.max(common, 0) + 1
    return blocks.slice(from, from + max)
  }

  function askFromTip(): Uint8Array {
    const tip = blocks.at(-1)
    return encodeGetblocks({
      version: PROTOCOL_VERSION,
      locator: tip === undefined ? [] : [tip.header.hash],
      stop: ZERO_HASH,
    })
  }

  function ownVersion(): Uint8Array {
    return encodeVersion({
      version: PROTOCOL_VERSION,
      services: NODE_NETWORK,
      time: BigInt(Math.floor(options.clock.now())),
      receiver: { ...UNKNOWN_ADDRESS, services: NODE_NETWORK },
      sender: UNKNOWN_ADDRESS,
      nonce: 0x1234_5678n,
      userAgent: options.userAgent,
      startHeight: blocks.length - 1,
      relay: true,
    })
  }

  return { server, dial: (socket) => converse(socket, true), commands }
}

function blockOf(raw: Uint8Array): ScriptedBlock {
  return { header: readHeader(new ByteReader(raw)), raw }
}
