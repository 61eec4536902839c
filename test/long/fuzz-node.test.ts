import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { swarmInfohash } from '../../node/protocol/dht-target.ts'
import { encodeMessage } from '../../node/protocol/messages/envelope.ts'
import { encodeHandshake } from '../../node/protocol/wire-message.ts'
import { alice, type Ground, HONEST_POSTS, honestPost, openGround } from '../attack-ground.ts'
import { openChainAttacker, openDhtAttacker, openTcp } from '../attack-sockets.ts'
import { CHAIN_TARGETS } from '../fuzz-chain-targets.ts'
import { mutated } from '../fuzz-mutations.ts'
import { recordedFrames } from '../recorded-frames.ts'
import { RECORDINGS } from '../recorded-wire.ts'
import { eventually } from '../services.ts'
import { tinyParams } from '../tiny-chain.ts'

/** For each network; FUZZ_SECONDS=3600 for a night. */
const SECONDS = 10 * Number(process.env['FUZZ_SECONDS'] ?? 4)
const SEED = Number(process.env['FUZZ_SEED'] ?? Math.floor(Math.random() * 2 ** 31))
console.log(`FUZZ_SEED=${SEED}`)
const BATCH = 200
const MAX_GROWTH_BYTES = 200e6

const frames = RECORDINGS.flatMap(recordedFrames)
const wire = frames.flatMap(({ kind, onWire }) => (kind.startsWith('wire') ? [onWire] : []))
const datagrams = frames.flatMap(({ kind, onWire }) => (kind.startsWith('dht') ? [onWire] : []))

let ground: Ground
let heldBefore: number
let posts = HONEST_POSTS
let nextHost = 0

beforeAll(async () => {
  ground = await openGround({ follow: ['alice'] })
  await eventually(ground.victim.status, ({ swarms }) => swarms.held['alice'] === HONEST_POSTS)
  heldBefore = (await ground.victim.status()).heldBytes
})

afterAll(async () => {
  await ground?.close()
})

const host = () => `127.${60 + (nextHost++ % 150)}.${nextHost % 250}.9`

/** Batch after batch until the time is over; a node that ends ends the test. */
async function forAWhile(batch: (seed: number) => Promise<void>): Promise<void> {
  const end = performance.now() + SECONDS * 1000
  for (let round = 0; performance.now() < end; round++) {
    await batch(SEED + round)
    await ground.victim.status()
  }
  ground.honest[0]?.swarms.addPiece(alice, posts, honestPost(posts), 'local')
  posts++
  const after = await eventually(ground.victim.status, ({ swarms }) => swarms.held['alice'] === posts)
  expect(after.heldBytes - heldBefore).toBeLessThan(MAX_GROWTH_BYTES)
}

test('spoilt messages of the chain', async () => {
  const targets = CHAIN_TARGETS.filter(({ name }) => name.startsWith('chain '))
  await forAWhile(async (seed) => {
    let spoiler = await openChainAttacker(host(), ground.victim.port)
    for (const { name, samples } of targets) {
      for (const payload of fc.sample(mutated(samples), { seed, numRuns: BATCH / 10 })) {
        if (spoiler.socket.destroyed) spoiler = await openChainAttacker(host(), ground.victim.port)
        await spoiler.send(name.replace('chain ', ''), payload)
      }
    }
    spoiler.socket.destroy()
  })
})

test('spoilt streams of the chain', async () => {
  const streams = CHAIN_TARGETS.filter(({ name }) => name.startsWith('chain ')).flatMap(({ name, samples }) =>
    samples.slice(0, 5).map((sample) => encodeMessage(tinyParams.magic, name.replace('chain ', ''), sample)),
  )
  await forAWhile(async (seed) => {
    for (const bytes of fc.sample(mutated(streams), { seed, numRuns: BATCH })) {
      const { socket } = await openTcp(host(), ground.victim.port)
      socket.end(bytes)
    }
  })
})

test('spoilt datagrams of the DHT', async () => {
  await forAWhile(async (seed) => {
    const attacker = await openDhtAttacker(host(), ground.victim.port + 1000)
    for (const bytes of fc.sample(mutated(datagrams), { seed, numRuns: BATCH })) {
      if (bytes.length < 60_000) await attacker.send(bytes)
    }
    await attacker.close()
  })
})

test('spoilt messages of the swarms', async () => {
  await forAWhile(async (seed) => {
    const handshake = encodeHandshake({ infohash: swarmInfohash(alice), peerId: randomBytes(20) })
    for (const bytes of fc.sample(mutated(wire), { seed, numRuns: BATCH })) {
      const { socket } = await openTcp(host(), ground.victim.port + 1000)
      socket.write(handshake)
      socket.end(bytes)
    }
  })
})
