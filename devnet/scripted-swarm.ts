import { createServer, type Server, type Socket } from 'node:net'
import { encodeBencode } from '../node/protocol/bencode.ts'
import { ByteWriter, bytesToHex, concatBytes, hexToBytes, utf8Encode } from '../node/protocol/bytes.ts'
import type { Endpoint } from '../node/protocol/compact-peer.ts'
import { swarmInfohash } from '../node/protocol/dht-target.ts'
import { sha1 } from '../node/protocol/hash.ts'
import { parseUsername } from '../node/protocol/username.ts'

/** Pieces by user and number; they need not be what they claim to be. */
export type ScriptedPieces = ReadonlyMap<string, ReadonlyMap<number, Uint8Array>>

const PROTOCOL = utf8Encode('twister protocollll')
// "00 00 00 00 00 10 00 15: extension protocol; DHT, FAST, PEEK/hashcash" (§4.3)
const RESERVED = Uint8Array.of(0, 0, 0, 0, 0, 0x10, 0, 0x15)
const HANDSHAKE_BYTES = 68
const BLOCK_BYTES = 16_384
const HASHCASH_NBITS = 16

const UNCHOKE = 1
const INTERESTED = 2
const BITFIELD = 5
const REQUEST = 6
const PIECE = 7
const PORT = 9
const HASHCASH = 10
const HAVE_NONE = 15
const REJECT = 16
const EXTENDED = 20

/** A swarm peer that shares nothing with node/swarm: it seeds pieces in the order the reference sends things. */
export function scriptedSwarm(pieces: ScriptedPieces, at: Endpoint): Server {
  return createServer((socket) => scriptedConversation(socket, pieces, at))
}

/** The same on a connection that was dialled, about one user: who dials speaks first. */
export function dialScriptedSwarm(socket: Socket, pieces: ScriptedPieces, at: Endpoint, user: string): void {
  const infohash = hexToBytes(infohashOf(user)) ?? new Uint8Array(20)
  greet(socket, infohash, pieces.get(user) ?? new Map(), at)
  scriptedConversation(socket, pieces, at, true)
}

function scriptedConversation(socket: Socket, pieces: ScriptedPieces, at: Endpoint, isGreeted = false): void {
  const swarms = new Map([...pieces].map(([user, held]) => [infohashOf(user), held]))
  let held: ReadonlyMap<number, Uint8Array> | undefined
  let isUnchoked = false
  let pending: Uint8Array = new Uint8Array(0)
  socket.on('error', () => socket.destroy())
  socket.on('data', (chunk) => {
    pending = concatBytes(pending, chunk)
    if (held === undefined) {
      if (pending.length < HANDSHAKE_BYTES) return
      const infohash = pending.subarray(28, 48)
      held = swarms.get(bytesToHex(infohash))
      // "Unknown infohash: connection closed" (§4.3)
      if (held === undefined || pending[0] !== PROTOCOL.length) return void socket.destroy()
      pending = pending.subarray(HANDSHAKE_BYTES)
      if (!isGreeted) greet(socket, infohash, held, at)
    }
    for (let frame = nextFrame(); frame !== undefined; frame = nextFrame()) answer(frame, held)
  })

  function nextFrame(): Uint8Array | undefined {
    if (pending.length < 4) return undefined
    const end = 4 + u32At(pending, 0)
    if (pending.length < end) return undefined
    const frame = pending.subarray(4, end)
    pending = pending.subarray(end)
    return frame
  }

  function answer(frame: Uint8Array, served: ReadonlyMap<number, Uint8Array>): void {
    if (frame[0] === INTERESTED && !isUnchoked) {
      isUnchoked = true
      send(socket, UNCHOKE)
    }
    if (frame[0] !== REQUEST || frame.length !== 13) return
    const k = u32At(frame, 1)
    const piece = served.get(k)
    const isWhole = u32At(frame, 5) === 0 && u32At(frame, 9) === BLOCK_BYTES
    if (isUnchoked && isWhole && piece !== undefined) {
      send(socket, PIECE, new ByteWriter().u32be(k).u32be(0).bytes(piece).finish())
    } else {
      send(socket, REJECT, frame.subarray(1))
    }
  }
}

function greet(socket: Socket, infohash: Uint8Array, pieces: ReadonlyMap<number, Uint8Array>, at: Endpoint): void {
  socket.write(concatBytes(Uint8Array.of(PROTOCOL.length), PROTOCOL, RESERVED, infohash, peerIdOf(at)))
  const handshake = { complete_ago: -1, m: { ut_pex: 1, lt_donthave: 7 }, reqq: 250, v: 'twisterd/v0.9.40' }
  send(socket, EXTENDED, concatBytes(Uint8Array.of(0), encodeBencode(handshake)))
  if (pieces.size === 0) send(socket, HAVE_NONE)
  else send(socket, BITFIELD, bitfieldOf([...pieces.keys()]))
  send(socket, PORT, new ByteWriter().u16be(at.port).finish())
  send(socket, HASHCASH, new ByteWriter().u16be(HASHCASH_NBITS).finish())
}

/** "`-TW1000-` + 12 random" (§4.3); here always the same for one endpoint. */
function peerIdOf({ ip, port }: Endpoint): Uint8Array {
  return concatBytes(utf8Encode('-TW1000-'), sha1(utf8Encode(`${ip}:${port}`)).subarray(0, 12))
}

function send(socket: Socket, id: number, body: Uint8Array = new Uint8Array(0)): void {
  const message = new ByteWriter()
    .u32be(1 + body.length)
    .u8(id)
    .bytes(body)
  socket.write(message.finish())
}

// One bit more than the highest piece: "because of the +2 nobody ever has all pieces" (§4.1).
function bitfieldOf(held: readonly number[]): Uint8Array {
  const bits = new Uint8Array(Math.ceil((Math.max(...held) + 2) / 8))
  for (const k of held) bits[k >> 3] = (bits[k >> 3] ?? 0) | (0x80 >> (k & 7))
  return bits
}

function u32At(bytes: Uint8Array, offset: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(offset)
}

function infohashOf(user: string): string {
  const username = parseUsername(user)
  if (username === undefined) throw new Error(`${user} is not a username`)
  return bytesToHex(swarmInfohash(username))
}
