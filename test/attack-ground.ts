import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AuthorName } from '../devnet/authors.ts'
import { freeBasePort } from '../devnet/hosts.ts'
import { type DevnetPeer, openPeer } from '../devnet/peer.ts'
import { privateKeyOf } from '../devnet/seed.ts'
import { usernameOf } from '../devnet/writer.ts'
import type { Block } from '../node/protocol/block.ts'
import { systemClock } from '../node/protocol/clock.ts'
import { encodeDhtItem } from '../node/protocol/dht-item.ts'
import type { Resource } from '../node/protocol/dht-target.ts'
import { signUserpost } from '../node/protocol/userpost.ts'
import { ATTACK_SEED } from './attack-forgeries.ts'
import { eventually, testLog } from './services.ts'
import { genesisBlock, mine, register, tinyParams } from './tiny-chain.ts'
import { openVictim, type Victim } from './victim.ts'

const BLOCKS = 40
const BLOCK_SECONDS = 60
const NAMES: readonly AuthorName[] = ['alice', 'bob', 'mallory']
export const HONEST_POSTS = 20
export const alice = usernameOf('alice')
export const profile: Resource = { n: 'alice', r: 'profile', t: 's' }
export const keyOf = (name: AuthorName) => privateKeyOf(ATTACK_SEED, name, 0)

/** A young network: one node to be attacked, and two honest peers that have a chain, alice's posts and her profile. */
export interface Ground {
  readonly victim: Victim
  readonly honest: readonly DevnetPeer[]
  readonly blocks: readonly Uint8Array[]
  /** When and at which height a forgery may say that it was made. */
  readonly moment: { readonly time: number; readonly height: number }
  close(): Promise<void>
}

export async function openGround(options: { follow: readonly string[] }): Promise<Ground> {
  const folder = mkdtempSync(join(tmpdir(), 'windsock-ground-'))
  const blocks = recentBlocks()
  const honest: DevnetPeer[] = []
  const port = await freeBasePort(3)
  for (const host of ['127.51.0.1', '127.52.0.1']) {
    const connect = honest.map((peer) => ({ host: peer.host, port: peer.port }))
    const shared = { params: tinyParams, clock: systemClock, log: testLog, connect, host, port }
    honest.push(await openPeer({ ...shared, path: join(folder, `peer-${honest.length}`) }))
  }
  for (const peer of honest) {
    await peer.chain.acceptBlocks(blocks)
    peer.swarms.follow(alice)
    for (let k = 0; k < HONEST_POSTS; k++) peer.swarms.addPiece(alice, k, honestPost(k), 'local')
  }
  const connect = honest.map((peer) => ({ host: peer.host, port: peer.port }))
  const victim = await openVictim({ host: '127.0.0.1', port, connect, follow: options.follow, isWary: true })
  await eventually(victim.status, ({ height }) => height === BLOCKS)
  await eventually(
    () => honest.map((peer) => peer.dht.stats().contacts),
    (contacts) => contacts.every((count) => count > 0),
  )
  const time = Math.floor(systemClock.now())
  const height = BLOCKS - 1
  const fields = { resource: profile, height, time, seq: 1, v: { fullname: 'Alice' }, sigUser: alice }
  await honest[0]?.dht.put(encodeDhtItem(fields, keyOf('alice')))
  return {
    victim,
    honest,
    blocks: [genesisBlock(), ...blocks].map((block) => block.raw),
    moment: { time, height },
    close: async () => {
      await victim.close()
      for (const peer of honest) await peer.close()
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
    },
  }
}

export function honestPost(k: number): Uint8Array {
  const time = Math.floor(systemClock.now()) - 3600 + k
  return signUserpost({ n: 'alice', k, time, height: 5 + k, msg: `honest words, number ${k}` }, keyOf('alice'))
}

/** Blocks up to now: a tip older than a day would leave DHT and swarms paused. */
function recentBlocks(): Block[] {
  const genesis = genesisBlock()
  const first = Math.floor(systemClock.now()) - BLOCKS * BLOCK_SECONDS - genesis.header.time
  const registrations = NAMES.map((name) => register(name, keyOf(name)))
  const blocks = [mine(genesis, registrations, 0, first)]
  while (blocks.length < BLOCKS) blocks.push(mine(blocks.at(-1) ?? genesis, [], 0, BLOCK_SECONDS))
  return blocks
}
