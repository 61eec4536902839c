import { join } from 'node:path'
import pino from 'pino'
import { type Dht, openDht } from '../node/dht/dht.ts'
import { clockFrom } from '../node/protocol/clock.ts'
import { networkParams } from '../node/protocol/params.ts'
import { openStore } from '../node/store/store.ts'
import { namesOf } from '../node/store/test-authors.ts'

const NOW = 1_795_358_500
export const DHT_USERS = Array.from({ length: 100 }, (_, index) => `user${index}`)
const NAMES = namesOf(...DHT_USERS)

export interface DhtBenchNode {
  readonly dht: Dht
  readonly host: string
  close(): Promise<void>
}

/** A DHT node with an address and a store of its own, for names that a chain of the benchmark's would hold. */
export async function openDhtNode(host: string, folder: string): Promise<DhtBenchNode> {
  const log = pino({ level: process.env['WINDSOCK_LOG'] ?? 'warn' }, process.stderr)
  const params = networkParams('regtest', { checkpoints: false })
  const store = await openStore({ path: join(folder, host.replaceAll('.', '-')), params, log })
  const options = { store, nameView: NAMES, clock: clockFrom(NOW), log, bind: host, port: 0, isDiversityOn: false }
  const dht = await openDht({ ...options, allowAddress: (ip) => ip.startsWith('127.') })
  return { dht, host, close: () => dht.close().then(() => store.close()) }
}

/** Resolves when each of them has `count` contacts. */
export async function untilContacts(nodes: readonly DhtBenchNode[], count: number): Promise<void> {
  while (nodes.some(({ dht }) => dht.stats().contacts < count)) await new Promise((resolve) => setTimeout(resolve, 20))
}
