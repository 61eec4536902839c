import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sideHeaders } from '../../devnet/forged-blocks.ts'
import { freeBasePort } from '../../devnet/hosts.ts'
import { type DevnetPeer, openPeer } from '../../devnet/peer.ts'
import { systemClock } from '../../node/protocol/clock.ts'
import { encodeHeaders } from '../../node/protocol/messages/headers.ts'
import { openChainAttacker } from '../attack-sockets.ts'
import { eventually, testLog } from '../services.ts'
import { genesisBlock, mine, mineMany, tinyParams } from '../tiny-chain.ts'
import { openVictim, type Victim } from '../victim.ts'

const SIDE_HEADERS = 100_000
/** Honest blocks, and one more than a branch may have. */
const HONEST_BLOCKS = 500
const BATCH = 10_000
/** About 65 bytes each in memory, and what the engine has not collected yet. */
const MAX_GROWTH_BYTES = 80e6

const folder = mkdtempSync(join(tmpdir(), 'windsock-spam-'))
const honestBlocks = mineMany(genesisBlock(), HONEST_BLOCKS, 0)
let honest: DevnetPeer
let victim: Victim

beforeAll(async () => {
  const port = await freeBasePort(1)
  const options = { params: tinyParams, clock: systemClock, log: testLog, connect: [] }
  honest = await openPeer({ ...options, path: folder, host: '127.51.0.1', port })
  await honest.chain.acceptBlocks(honestBlocks)
  const at = { host: '127.0.0.1', port: await freeBasePort(1) }
  victim = await openVictim({ ...at, connect: [{ host: honest.host, port }], follow: [], isWary: true })
  await eventually(victim.status, ({ height }) => height === HONEST_BLOCKS)
})

afterAll(async () => {
  await victim?.close()
  await honest?.close()
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
})

test('a hundred thousand good headers that lead nowhere neither fill the node nor hold it up', async () => {
  const { heldBytes } = await victim.status()
  let tip = honestBlocks.at(-1) ?? genesisBlock()
  for (let sent = 0; sent < SIDE_HEADERS; sent += BATCH) {
    const spammer = await openChainAttacker(`127.${60 + sent / BATCH}.0.9`, victim.port)
    for (const branch of sideHeaders(genesisBlock().header, BATCH, HONEST_BLOCKS - 100, sent)) {
      await spammer.send('headers', encodeHeaders(branch))
    }
    tip = mine(tip, [], 1)
    await honest.chain.acceptBlock(tip)
    await eventually(victim.status, ({ height }) => height === tip.header.height)
    await spammer.settled().catch(() => undefined)
    spammer.socket.destroy()
  }
  const after = await victim.status()
  console.log(`${Math.round((after.heldBytes - heldBytes) / 1e6)} MB more for ${SIDE_HEADERS} headers`)
  expect(after.heldBytes - heldBytes).toBeLessThan(MAX_GROWTH_BYTES)
  expect(after.bestHeaderHeight).toBe(tip.header.height)
  expect(after.peers).toContain(honest.host)
})
