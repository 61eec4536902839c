import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Chain } from '../node/chain/chain.ts'
import { bytesToHex } from '../node/protocol/bytes.ts'
import { systemClock } from '../node/protocol/clock.ts'
import { networkParams } from '../node/protocol/params.ts'
import { parseProfile } from '../node/protocol/resources/profile.ts'
import { openAttacker } from './attackers.ts'
import { forgedBlocks } from './forged-blocks.ts'
import { forgedPosts } from './forgeries.ts'
import { freeBasePort } from './hosts.ts'
import { type Devnet, openDevnet } from './network.ts'
import { type DevnetPeer, openPeer } from './peer.ts'
import { usernameOf } from './writer.ts'

const log = pino({ level: process.env['WINDSOCK_TEST_LOG'] ?? 'silent' })
const clock = systemClock
const params = networkParams('regtest', { checkpoints: false })
const folder = mkdtempSync(join(tmpdir(), 'windsock-devnet-'))
const [alice, mallory] = [usernameOf('alice'), usernameOf('mallory')]

let devnet: Devnet
let newcomer: DevnetPeer

beforeAll(async () => {
  devnet = await openDevnet({ dataDir: join(folder, 'net'), peers: 3, clock, log })
  const port = await freeBasePort(50)
  const path = join(folder, 'newcomer')
  newcomer = await openPeer({ path, params, clock, log, host: '127.50.0.1', port, connect: devnet.connect })
  for (const author of devnet.authors) newcomer.swarms.follow(author)
}, 150_000)

afterAll(async () => {
  await newcomer.close()
  await devnet.stop()
  rmSync(folder, { recursive: true, maxRetries: 3 })
})

test('a newcomer gets the chain and every post', async () => {
  await until(() => newcomer.chain.tip.height === devnet.peers[0]?.chain.tip.height)
  for (const author of devnet.authors) {
    const count = devnet.written.filter(({ fields }) => fields.n === author).length
    await until(() => newcomer.swarms.state(author)?.held === count)
  }
})

test('a newcomer finds profiles, statuses and hashtags in the DHT', async () => {
  await until(() => newcomer.dht.stats().contacts >= 2)
  const [profile] = await newcomer.dht.get({ n: alice, r: 'profile', t: 's' })
  expect(profile && parseProfile(profile)?.fullname).toBe('Alice Marlowe')
  const [status] = await newcomer.dht.get({ n: alice, r: 'status', t: 's' })
  const lastPublic = devnet.written.findLast(({ beat }) => beat.by === 'alice' && beat.act.kind !== 'direct')
  expect(status?.seq).toBeLessThanOrEqual(lastPublic?.fields.k ?? -1)
  expect((await newcomer.dht.get({ n: 'twister', r: 'hashtag', t: 'm' })).length).toBeGreaterThan(2)
})

test('a live post reaches a newcomer within seconds', async () => {
  const made = await devnet.step()
  const author = usernameOf(made?.fields.n ?? '')
  await until(() => newcomer.swarms.state(author)?.knownK === made?.fields.k, 5000)
})

test('forgeries are refused, their peers marked, and everybody else goes on', async () => {
  const [chain] = devnet.peers.map((peer) => peer.chain)
  if (chain === undefined) throw new Error('no chain')
  const moment = { time: Math.floor(clock.now()), height: chain.tip.height - 1 }
  const tip = chain.headerView.header(chain.tip.hash)
  const forged = forgedPosts('windsock', 'alice', 60, moment)
  const port = await freeBasePort(1)
  const attackers = await Promise.all(
    forged.map((post, index) =>
      openAttacker({
        host: `127.60.${index}.1`,
        port: port + index,
        params,
        clock,
        blocks: blocksOf(chain),
        forgedPosts: [post],
        forgedBlocks:
          tip === undefined
            ? []
            : forgedBlocks({ prev: tip, time: moment.time, params, registered: 'alice' }).map((block) => block.raw),
        garbage: [new Uint8Array(100).fill(0xff)],
      }),
    ),
  )
  const connect = attackers.map((attacker) => ({ host: attacker.host, port: attacker.port }))
  const victim = await openPeer({
    path: join(folder, 'victim'),
    params,
    clock,
    log,
    host: '127.51.0.1',
    port: await freeBasePort(51),
    connect: [...devnet.connect, ...connect],
  })
  victim.swarms.follow(alice)
  try {
    const codes = forged.map((post) => post.code).filter((code) => code !== 'post-from-future')
    await until(() => codes.every((code) => victim.swarms.rejected().has(code)))
    await until(() => (victim.peers.refused()['proof-of-work-failed'] ?? 0) > 0)
    const count = devnet.written.filter(({ fields }) => fields.n === alice).length
    await until(() => victim.swarms.state(alice)?.held === count)
    expect(victim.chain.tip.hash).toEqual(chain.tip.hash)
  } finally {
    await victim.close()
    for (const attacker of attackers) await attacker.close()
  }
})

test('after a stop it goes on where it was, with the same bytes', async () => {
  const before = devnet.written.map((made) => bytesToHex(made.signed.piece))
  await devnet.stop()
  devnet = await openDevnet({ dataDir: join(folder, 'net'), peers: 3, clock, log })
  expect(devnet.written.map((made) => bytesToHex(made.signed.piece))).toEqual(before)
  expect(devnet.peers.every((peer) => peer.swarms.state(mallory)?.held !== 0)).toBe(true)
  expect(await devnet.step()).toBeDefined()
})

function blocksOf(chain: Chain): Uint8Array[] {
  return Array.from({ length: chain.tip.height + 1 }, (_, height) => {
    const hash = chain.hashAt(height)
    return (hash && chain.block(hash)) ?? params.genesisBlock
  })
}

async function until(isTrue: () => boolean, timeoutMs = 25_000): Promise<void> {
  const deadline = performance.now() + timeoutMs
  while (!isTrue()) {
    if (performance.now() > deadline) throw new Error(`not so after ${timeoutMs} ms: ${isTrue}`)
    await delay(20)
  }
}
