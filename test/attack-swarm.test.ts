import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openAttacker } from '../devnet/attackers.ts'
import { forgedPosts } from '../devnet/forgeries.ts'
import type { ScriptedPeer } from '../devnet/scripted-peer.ts'
import { concatBytes, utf8Encode } from '../node/protocol/bytes.ts'
import { systemClock } from '../node/protocol/clock.ts'
import { swarmInfohash } from '../node/protocol/dht-target.ts'
import { encodePex } from '../node/protocol/wire-extension.ts'
import { encodeHandshake, encodeWireMessage, requestPiece, type WireMessage } from '../node/protocol/wire-message.ts'
import { ATTACK_SEED } from './attack-forgeries.ts'
import { alice, type Ground, HONEST_POSTS, honestPost, openGround } from './attack-ground.ts'
import { openTcp, oversizedSwarmMessage, say } from './attack-sockets.ts'
import { eventually } from './services.ts'
import { tinyParams } from './tiny-chain.ts'

/** Of posts that nobody has but their forger. */
const FRESH_K = 40
const MAX_GROWTH_BYTES = 150e6

let ground: Ground
let forgers: ScriptedPeer[] = []
let heldBefore: number
let posts = HONEST_POSTS

beforeAll(async () => {
  ground = await openGround({ follow: ['alice'] })
  await eventually(ground.victim.status, ({ swarms }) => swarms.held['alice'] === HONEST_POSTS)
  heldBefore = (await ground.victim.status()).heldBytes
}, 60_000)

afterAll(async () => {
  for (const forger of forgers) await forger.close()
  await ground?.close()
})

/** One more post of alice's, which has to arrive whatever else goes on. */
async function honestNews(): Promise<void> {
  ground.honest[0]?.swarms.addPiece(alice, posts, honestPost(posts), 'local')
  posts++
  await eventually(ground.victim.status, ({ swarms }) => swarms.held['alice'] === posts)
}

/** Enters alice's swarm from an address of its own, and says all this. */
async function enter(from: string, ...messages: readonly WireMessage[]) {
  const attacker = await openTcp(from, ground.victim.port + 1000)
  attacker.socket.write(encodeHandshake({ infohash: swarmInfohash(alice), peerId: randomBytes(20) }))
  for (const message of messages) attacker.socket.write(encodeWireMessage(message))
  return attacker
}

const haveAllOf = (count: number): WireMessage => ({ kind: 'bitfield', bits: new Uint8Array(count >> 3).fill(0xff) })

test('every forged post is refused under its code, and not asked for again and again', async () => {
  const forged = forgedPosts(ATTACK_SEED, 'alice', FRESH_K, ground.moment)
  forgers = await Promise.all(
    forged.map((post, index) =>
      openAttacker({
        host: `127.${61 + index}.0.1`,
        port: ground.victim.port + 1,
        params: tinyParams,
        clock: systemClock,
        blocks: ground.blocks,
        forgedPosts: [post],
      }),
    ),
  )
  for (const forger of forgers) forger.call(ground.victim, ['alice'])
  // not a lie but too early: it is left, and never counted
  const codes = forged.map(({ code }) => code).filter((code) => code !== 'post-from-future')
  await eventually(ground.victim.status, ({ swarms }) => codes.every((code) => (swarms.refused[code] ?? 0) > 0))
  await honestNews()
  const { swarms } = await ground.victim.status()
  // at most twice: over the connection that the forger opened, and over one that was opened to it meanwhile
  for (const code of codes) expect(swarms.refused[code], code).toBeLessThanOrEqual(2)
  expect(swarms.held['alice']).toBe(posts)
})

test('every code for which a post can be refused is tried', () => {
  const sources = ['userpost.ts', 'rules/check-userpost.ts'].map((file) =>
    readFileSync(new URL(`../node/protocol/${file}`, import.meta.url), 'utf8'),
  )
  const codes = sources.flatMap((source) =>
    [...source.matchAll(/(?:refuse|reject|checkSignature)\((?:\w+, view, )?'([a-z0-9-]+)'/g)].map(([, code]) => code),
  )
  const forged = forgedPosts(ATTACK_SEED, 'alice', 0, ground.moment).map(({ code }) => code)
  expect(codes.length).toBeGreaterThan(10)
  expect(codes.filter((code) => !forged.includes(code ?? ''))).toEqual([])
})

test('who claims to have everything and gives nothing keeps nothing away', async () => {
  const liars = await Promise.all(
    Array.from({ length: 8 }, (_, index) =>
      enter(`127.${140 + index}.0.1`, haveAllOf(96), { kind: 'unchoke' }, { kind: 'interested' }),
    ),
  )
  await honestNews()
  await honestNews()
  for (const { socket } of liars) socket.destroy()
})

test.each<[string, () => WireMessage[]]>([
  ['a bitfield of half a million posts', () => [haveAllOf(480_000)]],
  ['a post that no chain allows', () => [{ kind: 'have', k: 400_000 }]],
  ['one bitfield after another', () => Array.from({ length: 100 }, () => haveAllOf(16))],
])('%s ends the connection', async (_what, messages) => {
  const attacker = await enter('127.150.0.1', ...messages())
  await attacker.closedAfterMs
  await honestNews()
})

test('garbage and messages of gigabytes are cut off', async () => {
  const port = ground.victim.port + 1000
  await Promise.all([
    say('127.151.0.1', port, randomBytes(64_000)),
    say('127.152.0.1', port, oversizedSwarmMessage(alice)),
  ])
  const { swarms } = await ground.victim.status()
  for (const code of ['bad-handshake', 'message-too-big']) expect(swarms.refused[code], code).toBeGreaterThan(0)
})

test('floods of members, requests and posts that nobody asked for fill nothing and hold nothing up', async () => {
  const peer = (index: number) => ({ ip: `127.97.${index & 255}.${1 + (index >> 8)}`, port: 9, flags: 0 })
  const added = Array.from({ length: 100 }, (_, index) => peer(index))
  const pex = encodePex({ added, dropped: [] })
  const extended = { kind: 'extended', extension: 1, payload: pex } as const
  const attackers = await Promise.all([
    enter('127.153.0.1', ...Array.from({ length: 50 }, () => extended)),
    // asks for all and reads nothing of it
    enter('127.154.0.1', { kind: 'interested' }, ...Array.from({ length: 20_000 }, (_, k) => requestPiece(k % 20))),
    enter('127.155.0.1', ...Array.from({ length: 500 }, (_, k) => unwanted(k))),
    enter('127.156.0.1', ...Array.from({ length: 20_000 }, (_, k): WireMessage => ({ kind: 'have', k: k % 90 }))),
  ])
  attackers[1]?.socket.pause()
  await honestNews()
  for (const { socket } of attackers) socket.destroy()
  expect((await ground.victim.status()).swarms.held['alice']).toBe(posts)
})

test('after all this the node holds little more than before', async () => {
  await honestNews()
  expect((await ground.victim.status()).heldBytes - heldBefore).toBeLessThan(MAX_GROWTH_BYTES)
})

function unwanted(k: number): WireMessage {
  return { kind: 'piece', k, start: 0, data: concatBytes(utf8Encode('d8:userpost'), randomBytes(1500)) }
}
