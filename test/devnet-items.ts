import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDevnet } from '../devnet/network.ts'
import type { OutboxItem } from '../node/outbox/item.ts'
import { systemClock } from '../node/protocol/clock.ts'
import { networkParams } from '../node/protocol/params.ts'
import { openStore } from '../node/store/store.ts'
import { testLog } from './services.ts'

export const devnetParams = networkParams('regtest', { checkpoints: false })
const PEERS = 2
const LIVE_POSTS = 12
const MAX_ITEMS = 10_000
const MAX_BYTES = 50_000_000

/** What the nodes of a private network would publish: their outboxes, and the values of the DHT that they hold. */
export async function devnetItems(): Promise<OutboxItem[]> {
  const dataDir = mkdtempSync(join(tmpdir(), 'windsock-devnet-'))
  try {
    const devnet = await openDevnet({ dataDir, peers: PEERS, clock: systemClock, log: testLog })
    for (let i = 0; i < LIVE_POSTS; i++) {
      await devnet.step()
      if (i % 4 === 0) await devnet.mineBlock()
    }
    await devnet.stop()
    const items: OutboxItem[] = []
    for (let peer = 1; peer <= PEERS; peer++) {
      const store = await openStore({ path: join(dataDir, `peer-${peer}`), params: devnetParams, log: testLog })
      items.push(...store.outbox.read(1, MAX_ITEMS, MAX_BYTES))
      for (const { p, sigP, sigUser, firstSeen, source, tipHeight } of store.dhtItems.liveItems())
        items.push({ seq: 0, kind: 'dht-item', p, sigP, sigUser, firstSeen, source, tipHeight })
      await store.close()
    }
    return items
  } finally {
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 3 })
  }
}
