import { readFileSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { recordedStreams } from '../../test/recorded-wire.ts'
import { bytesToHex, hexToBytes } from '../protocol/bytes.ts'
import { systemClock } from '../protocol/clock.ts'
import { ZERO_HASH } from '../protocol/hash.ts'
import type { NameRecord, NameView } from '../protocol/name-view.ts'
import { encodePush } from '../protocol/script.ts'
import type { WireMessage } from '../protocol/wire-message.ts'
import { WireReader, type WireReading } from '../protocol/wire-reader.ts'
import { openTestStore, silent, until, username } from '../store/test-authors.ts'
import { openSwarms } from './swarms.ts'

const vectors = new URL('../../test/vectors/', import.meta.url)
const carol = username('carol')

interface RecordedUser {
  pubkey: string
  reg: { height: number }
}

function readJson<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(name, vectors), 'utf8')) as T
}

function bytesOf(hex: string): Uint8Array {
  const bytes = hexToBytes(hex)
  if (bytes === undefined) throw new Error('not hex')
  return bytes
}

/** What the reference said on one side of a recorded TCP connection. */
function recordedSide(ports: string): Uint8Array[] {
  return recordedStreams('phase2-swarm-tcp-node3').get(ports) ?? []
}

function messagesOf(chunks: readonly Uint8Array[]): WireReading['messages'] {
  const reader = new WireReader()
  return chunks.flatMap((chunk) => reader.push(chunk).messages)
}

const recordedNames: NameView = (() => {
  const users = readJson<Record<string, RecordedUser>>('recordings-users.json')
  const history = (name: string): NameRecord[] => {
    const user = users[name]
    if (user === undefined) return []
    const pubKeyScript = encodePush(bytesOf(user.pubkey))
    return [{ height: user.reg.height, blockHash: ZERO_HASH, txid: ZERO_HASH, pubKeyScript, index: 0 }]
  }
  return { tipHeight: 49, history }
})()

const carolsPieces = new Map(
  readJson<{ user: string; k: number; piece_hex: string }[]>('recordings-posts.json')
    .filter((post) => post.user === 'carol')
    .map((post) => [post.k, bytesOf(post.piece_hex)]),
)

const closers: (() => Promise<unknown>)[] = []

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

async function openNode(host: string, candidates: { host: string; port: number }[]) {
  const store = await openTestStore()
  const swarms = await openSwarms({
    posts: store.posts,
    write: store.write,
    nameView: recordedNames,
    clock: systemClock,
    log: silent,
    bind: host,
    port: 0,
    allowAddress: (ip) => ip.startsWith('127.'),
    candidates: () => candidates,
  })
  closers.push(
    () => store.close(),
    () => swarms.close(),
  )
  swarms.follow(carol)
  return { store, swarms }
}

it('takes the posts that the recorded reference serves', async () => {
  const said = recordedSide('31002>35401')
  const isPiece = (message: { kind: string }) => message.kind === 'piece'
  const firstPiece = said.findIndex((_, index) => messagesOf(said.slice(0, index + 1)).some(isPiece))
  const sockets: Socket[] = []
  const server = createServer((socket) => {
    sockets.push(socket)
    const reader = new WireReader()
    let asked = 0
    socket.on('data', (chunk) => {
      for (const message of reader.push(chunk).messages) {
        if (message.kind === 'handshake') for (const bytes of said.slice(0, firstPiece)) socket.write(bytes)
        else if (message.kind === 'request' && ++asked === 4)
          for (const bytes of said.slice(firstPiece)) socket.write(bytes)
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.2.0.1', resolve))
  closers.push(async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  })
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const { store } = await openNode('127.2.0.2', [{ host: '127.2.0.1', port }])
  await until(() => store.posts.heldNumbers(carol).length === 4)
  for (const k of [0, 1, 2, 3]) expect(store.posts.post(carol, k)).toEqual(carolsPieces.get(k))
})

it('answers the recorded reference, which asks for posts, as the recorded reference did', async () => {
  const { swarms } = await openNode('127.2.0.3', [])
  for (const [k, piece] of carolsPieces) if (k < 4) swarms.addPiece(carol, k, piece, 'local')
  await until(() => swarms.state(carol)?.held === 4)
  const socket = connect({ host: '127.2.0.3', port: swarms.port, localAddress: '127.0.0.1' })
  const answers: Uint8Array[] = []
  socket.on('data', (chunk) => answers.push(chunk))
  for (const chunk of recordedSide('35401>31002').slice(0, 4)) socket.write(chunk)
  await until(() => messagesOf(answers).filter(({ kind }) => kind === 'piece').length === 4)
  socket.destroy()
  const relevant = (messages: WireReading['messages']) =>
    messages.filter(
      (message): message is WireMessage =>
        !['handshake', 'extended', 'port', 'choke', 'keep-alive', 'have'].includes(message.kind),
    )
  const readable = (messages: WireReading['messages']) =>
    relevant(messages).map((message) =>
      message.kind === 'piece' ? `piece ${message.k} ${bytesToHex(message.data)}` : message,
    )
  const ours = readable(messagesOf(answers))
  const theirs = readable(messagesOf(recordedSide('31002>35401'))).slice(0, ours.length)
  expect(ours).toEqual(theirs)
  expect(
    messagesOf(answers)
      .map(({ kind }) => kind)
      .slice(0, 3),
  ).toEqual(['handshake', 'extended', 'bitfield'])
})
