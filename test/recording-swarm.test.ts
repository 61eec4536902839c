import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { bytesEqual, bytesToHex } from '../node/protocol/bytes.ts'
import { clockFrom } from '../node/protocol/clock.ts'
import { swarmInfohash } from '../node/protocol/dht-target.ts'
import type { Username } from '../node/protocol/username.ts'
import { bitfieldHas, encodeHandshake, encodeWireMessage } from '../node/protocol/wire-message.ts'
import { WireReader, type WireReading } from '../node/protocol/wire-reader.ts'
import type { Store } from '../node/store/store.ts'
import { openTestStore, silent, until, username } from '../node/store/test-authors.ts'
import { openSwarms, type Swarms } from '../node/swarm/swarms.ts'
import { RECORDED_NOW, recordedNames } from './recorded-names.ts'
import { type RecordingName, recordedPackets } from './recorded-wire.ts'
import { RECORDED_USERS, readRecordings } from './replay-peer-recordings.ts'

/**
 * Each recorded session of a swarm, twice: our node is the one daemon, and hears the other's bytes in their order. What
 * the daemon asked for in its place our node asks for, what it delivered our node delivers, byte by byte, and in the end
 * it holds the same posts. What differs: ids of peers, our extended handshake, the order of requests (newest first) and
 * when somebody is choked or told of a `have`.
 */
const sessions: [recording: RecordingName, dialer: string, listener: string][] = [
  ['phase1-swarm-tcp-2nodes', '43897', '31001'],
  ['phase1-swarm-tcp-2nodes', '51467', '31001'],
  ['phase1-swarm-tcp-2nodes', '37703', '31001'],
  ['phase2-swarm-tcp-node3', '35401', '31002'],
  ['phase2-swarm-tcp-node3', '50755', '31001'],
  ['phase2-swarm-tcp-node3', '58597', '31002'],
  ['phase2-swarm-tcp-node3', '32909', '31001'],
  ['phase2-swarm-tcp-node3', '36555', '31002'],
  ['phase2-swarm-tcp-node3', '39859', '31001'],
  ['phase3-utp-ignored-tcp-fallback', '32999', '31003'],
  ['phase3-utp-ignored-tcp-fallback', '60353', '31003'],
]

type Message = WireReading['messages'][number]
interface Step {
  readonly isByDialer: boolean
  readonly message: Message
  readonly bytes: Uint8Array
}

interface TestNode {
  readonly swarms: Swarms
  readonly user: Username
  readonly posts: Store['posts']
}

const { pieces } = readRecordings()

test.each(sessions)('%s: our node in the place of the listener of %s > %s', async (...session) => {
  const steps = stepsOf(...session)
  const node = await openNode(steps, false, [])
  const socket = connect({ host: '127.0.0.1', port: node.swarms.port })
  await once(socket, 'connect')
  await play(node, socket, steps, false)
})

test.each(sessions)('%s: our node in the place of the dialer of %s > %s', async (...session) => {
  const steps = stepsOf(...session)
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const address = server.address()
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0
  const dialled = once(server, 'connection')
  const node = await openNode(steps, true, [{ host: '127.0.0.1', port }])
  const [socket]: Socket[] = await dialled
  if (socket === undefined) throw new Error('nobody dialled')
  await play(node, socket, steps, true)
})

async function openNode(
  steps: readonly Step[],
  isDialer: boolean,
  candidates: { host: string; port: number }[],
): Promise<TestNode> {
  const handshake = steps[0]?.message
  const infohash = handshake?.kind === 'handshake' ? handshake.infohash : new Uint8Array(20)
  const user = RECORDED_USERS.map(username).find((name) => bytesEqual(swarmInfohash(name), infohash))
  if (user === undefined) throw new Error('the swarm of nobody')
  const store = await openTestStore()
  const swarms = await openSwarms({
    posts: store.posts,
    write: store.write,
    nameView: recordedNames(),
    clock: clockFrom(RECORDED_NOW),
    log: silent,
    bind: '127.0.0.1',
    port: 0,
    allowAddress: () => true,
    candidates: () => candidates,
  })
  onTestFinished(async () => {
    await swarms.close()
    await store.close()
  })
  const held = steps.find(({ isByDialer, message }) => isByDialer === isDialer && message.kind === 'bitfield')?.message
  swarms.follow(user)
  for (const [k, piece] of pieces.get(user) ?? []) {
    if (held?.kind === 'bitfield' && bitfieldHas(held.bits, k)) swarms.addPiece(user, k, piece, 'local')
  }
  return { swarms, user, posts: store.posts }
}

async function play({ swarms, user, posts }: TestNode, socket: Socket, steps: readonly Step[], isDialer: boolean) {
  const ours = listenTo(socket)
  onTestFinished(() => void socket.destroy())
  const requested = new Set<number>()
  for (const { isByDialer, message, bytes } of steps) {
    if (isByDialer !== isDialer) {
      await ours.isReadyFor(message)
      socket.write(bytes)
      continue
    }
    // made by the daemon's own user, or fetched elsewhere
    if (message.kind === 'have' && !requested.has(message.k)) {
      getElsewhere(swarms, user, message.k)
      await until(() => posts.post(user, message.k) !== undefined)
    }
    if (message.kind === 'request') requested.add(message.k)
    if (['request', 'piece', 'interested'].includes(message.kind)) await ours.said(factOf(message))
  }
  const delivered = steps.flatMap(({ isByDialer, message }) =>
    isByDialer !== isDialer && message.kind === 'piece' ? [message.k] : [],
  )
  await until(() => delivered.every((k) => posts.post(user, k) !== undefined))
  for (const k of delivered) expect(posts.post(user, k)).toEqual(pieces.get(user)?.get(k))
}

/** What our node says. */
function listenTo(socket: Socket) {
  const reader = new WireReader()
  const facts = new Set<string>()
  let isUnchoked = false
  socket.on('data', (chunk) => {
    for (const message of reader.push(chunk).messages) {
      facts.add(factOf(message))
      if (message.kind === 'unchoke') isUnchoked = true
      if (message.kind === 'choke') isUnchoked = false
    }
  })
  socket.on('error', () => socket.destroy())
  const said = (fact: string): Promise<void> =>
    until(() => facts.has(fact)).catch(() => {
      throw new Error(`not said: ${fact.slice(0, 60)}; but ${[...facts].map((text) => text.slice(0, 30)).join()}`)
    })
  /** Nobody answers what was not asked, or asks before it may. */
  const isReadyFor = async (message: Message): Promise<void> => {
    if (message.kind === 'piece') await said(`request ${message.k}`)
    if (message.kind === 'request') await until(() => isUnchoked || facts.has(`allowed-fast ${message.k}`))
  }
  return { said, isReadyFor }
}

function getElsewhere(swarms: Swarms, user: Username, k: number): void {
  const piece = pieces.get(user)?.get(k)
  if (piece !== undefined) swarms.addPiece(user, k, piece, 'local')
}

function factOf(message: Message): string {
  if (message.kind === 'piece') return `piece ${message.k} ${bytesToHex(message.data)}`
  return 'k' in message ? `${message.kind} ${message.k}` : message.kind
}

/** What both sides of a TCP connection said, message by message, in the order in which it was recorded. */
function stepsOf(recording: RecordingName, dialer: string, listener: string): Step[] {
  const routes = [`${dialer}>${listener}`, `${listener}>${dialer}`]
  const readers = routes.map(() => new WireReader())
  return recordedPackets(recording).flatMap(({ protocol, route, bytes }) => {
    const side = routes.indexOf(route)
    const messages = protocol === 'tcp' ? (readers[side]?.push(bytes).messages ?? []) : []
    return messages.map((message) => ({
      isByDialer: side === 0,
      message,
      bytes: message.kind === 'handshake' ? encodeHandshake(message) : encodeWireMessage(message),
    }))
  })
}
