import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openAttacker } from '../devnet/attackers.ts'
import { forgedItems, forgedPosts } from '../devnet/forgeries.ts'
import type { ScriptedPeer } from '../devnet/scripted-peer.ts'
import { concatBytes, rawBytes, utf8Encode } from '../node/protocol/bytes.ts'
import { systemClock } from '../node/protocol/clock.ts'
import { encodeEndpoint } from '../node/protocol/compact-peer.ts'
import { type Resource, swarmInfohash, type Target, targetHash } from '../node/protocol/dht-target.ts'
import { ATTACK_SEED, signedItem } from './attack-forgeries.ts'
import { alice, type Ground, HONEST_POSTS, openGround, profile } from './attack-ground.ts'
import { openDhtAttacker } from './attack-sockets.ts'
import { eventually } from './services.ts'
import { tinyParams } from './tiny-chain.ts'

/** Liars next to each of two targets: more than a look-up asks in the end. */
const LIARS = 10
const CLAIMED_PEERS = 200
const FLOOD_DATAGRAMS = 8000
const MAX_GROWTH_BYTES = 150e6

let ground: Ground
let liars: ScriptedPeer[] = []
let heldBefore: number

beforeAll(async () => {
  ground = await openGround({ follow: [] })
  heldBefore = (await ground.victim.status()).heldBytes
}, 60_000)

afterAll(async () => {
  for (const liar of liars) await liar.close()
  await ground?.close()
})

test('garbage and packets of every wrong form are dropped', async () => {
  const attacker = await openDhtAttacker('127.75.0.1', ground.victim.port + 1000)
  for (const size of [1, 21, 1400, 60_000]) {
    await attacker.send(randomBytes(size))
    await attacker.send(utf8Encode(`d1:q${'9'.repeat(size)}:e`))
    await attacker.send(utf8Encode(`d1:x${'l'.repeat(size)}${'e'.repeat(size)}1:z1:qe`))
  }
  expect(await attacker.ask({ method: 'ping' })).toMatchObject({ kind: 'reply' })
  await eventually(ground.victim.status, ({ dht }) => (dht.counts['malformed'] ?? 0) > 0)
  await attacker.close()
})

test('forged puts are refused for what is wrong with them', async () => {
  const attacker = await openDhtAttacker('127.76.0.1', ground.victim.port + 1000)
  const { moment } = ground
  const [forged] = forgedPosts(ATTACK_SEED, 'alice', 0, moment)
  const mention: Resource = { n: 'alice', r: 'mention', t: 'm' }
  const cases = [
    [profile, 'mallory', 'alice', 'invalid signature'],
    [profile, 'mallory', 'mallory', 'only owner is allowed'],
    [mention, 'mallory', 'mallory', 'expected-username'],
  ] as const
  for (const [resource, signer, claimed, refusal] of cases) {
    const target = targetHash(resource)
    const told = await attacker.ask({ method: 'getData', resource, target, justToken: true })
    const token = (told?.kind === 'reply' && told.token) || new Uint8Array(4)
    const { p, sigP } = signedItem(resource, moment, forged?.piece ?? new Uint8Array(0), signer, claimed)
    const put = { method: 'putData', token, p: rawBytes(p), sigP, sigUser: utf8Encode(claimed), target } as const
    expect(await attacker.ask(put)).toMatchObject({ kind: 'error', text: refusal })
    // a token that was given to somebody else, or to nobody
    expect(await attacker.ask({ ...put, token: randomBytes(4) })).toMatchObject({ text: 'invalid token' })
  }
  await attacker.close()
})

test('nodes that crowd around a target and lie about it hide nothing and forge nothing', async () => {
  const places = [targetHash(profile), swarmInfohash(alice)]
  const items = forgedItems(ATTACK_SEED, 'alice', ground.moment)
  liars = await Promise.all(
    places.flatMap((place, side) =>
      Array.from({ length: LIARS }, (_, index) =>
        openLiar(place, `127.${80 + LIARS * side + index}.0.1`, index, items),
      ),
    ),
  )
  for (const liar of liars) liar.call(ground.victim, [])
  await eventually(ground.victim.status, ({ dht }) => dht.contacts > ground.honest.length + 2)
  await ground.victim.follow('alice')
  // each liar that is asked is found out, and asked no more
  const found = await eventually(
    () => ground.victim.get(profile),
    (values) => values.length > 0,
  )
  expect(found).toEqual(['d8:fullname5:Alicee'])
  const { dht } = await ground.victim.status()
  expect(liars.some(({ methods }) => methods.includes('getData'))).toBe(true)
  for (const { code } of items) expect(dht.refused[code], code).toBeGreaterThan(0)
})

test('whatever members of a swarm are made up, those that exist are found', async () => {
  await eventually(ground.victim.status, ({ swarms }) => swarms.held['alice'] === HONEST_POSTS)
})

test('who floods is not listened to, and others are', async () => {
  const flooder = await openDhtAttacker('127.77.0.1', ground.victim.port + 1000)
  const ping = utf8Encode(`d1:q4:ping1:t2:aa1:xd2:id20:${'a'.repeat(20)}e1:z1:qe`)
  for (let count = 0; count < FLOOD_DATAGRAMS; count++) await flooder.send(ping)
  await eventually(ground.victim.status, ({ dht }) => (dht.counts['flooded'] ?? 0) > 0)
  const friend = await openDhtAttacker('127.78.0.1', ground.victim.port + 1000)
  expect(await friend.ask({ method: 'ping' })).toMatchObject({ kind: 'reply' })
  await flooder.close()
  await friend.close()
})

test('after all this the node holds little more than before', async () => {
  const { heldBytes } = await ground.victim.status()
  expect(heldBytes - heldBefore).toBeLessThan(MAX_GROWTH_BYTES)
})

/** As near to `place` as nobody is by chance, with others like it and members of swarms that do not exist. */
function openLiar(place: Target, host: string, index: number, items: ReturnType<typeof forgedItems>) {
  const id = (near: number) => concatBytes(place.subarray(0, 19), Uint8Array.of((place[19] ?? 0) ^ (near + 1)))
  const port = ground.victim.port + 1
  const ghost = { ip: '127.99.0.1', port: 9 }
  const nodes = Array.from({ length: 8 }, (_, near) => concatBytes(id(100 + near), encodeEndpoint(ghost)))
  const claimedPeers = Array.from({ length: CLAIMED_PEERS }, (_, claim) => ({ ip: `127.98.${claim}.1`, port: 9 }))
  return openAttacker({
    host,
    port,
    params: tinyParams,
    clock: systemClock,
    blocks: ground.blocks,
    forgedItems: items,
    swarmsOf: ['alice'],
    dht: { id: id(index), nodes: concatBytes(...nodes), claimedPeers },
  })
}
