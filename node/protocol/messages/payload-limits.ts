import {
  MAX_ADDR_ENTRIES,
  MAX_ALERT_BYTES,
  MAX_BLOCK_BYTES,
  MAX_DHT_PROXY_DATA_BYTES,
  MAX_DHT_PROXY_TEXT_BYTES,
  MAX_FILTER_ADD_BYTES,
  MAX_FILTER_BYTES,
  MAX_HEADERS_ENTRIES,
  MAX_INV_ENTRIES,
  MAX_LOCATOR_ENTRIES,
  MAX_OTHER_MESSAGE_BYTES,
  MAX_TRANSACTION_MESSAGE_BYTES,
  MAX_USER_AGENT_BYTES,
} from '../limits.ts'
import { accept, ignore, reject, type Verdict } from '../verdict.ts'

const HASH_BYTES = 32
/** quirk: "Non-minimal CompactSize is accepted on read" (chain.md B32): a count may take nine bytes. */
const COUNT_BYTES = 9
const INVENTORY_BYTES = COUNT_BYTES + 36 * MAX_INV_ENTRIES
const REQUEST_BYTES = 4 + COUNT_BYTES + HASH_BYTES * (MAX_LOCATOR_ENTRIES + 1)
/** Counts written at their longest more than triple the smallest transactions. */
const BLOCK_BYTES = 4 * MAX_BLOCK_BYTES

/** What a message of this command may have, by its own limits; a payload above it is not even kept. */
const BYTES_BY_COMMAND: ReadonlyMap<string, number> = new Map([
  ['version', 1024 + MAX_USER_AGENT_BYTES],
  ['addr', COUNT_BYTES + 30 * MAX_ADDR_ENTRIES],
  ['inv', INVENTORY_BYTES],
  ['getdata', INVENTORY_BYTES],
  ['notfound', INVENTORY_BYTES],
  ['getblocks', REQUEST_BYTES],
  ['getheaders', REQUEST_BYTES],
  ['headers', COUNT_BYTES + (84 + COUNT_BYTES) * MAX_HEADERS_ENTRIES],
  ['block', BLOCK_BYTES],
  ['merkleblock', BLOCK_BYTES],
  ['tx', MAX_TRANSACTION_MESSAGE_BYTES],
  ['alert', 2 * (COUNT_BYTES + MAX_ALERT_BYTES)],
  ['filterload', 2 * COUNT_BYTES + MAX_FILTER_BYTES],
  ['filteradd', COUNT_BYTES + MAX_FILTER_ADD_BYTES],
  ['dhtgetreq', 4 * MAX_DHT_PROXY_TEXT_BYTES],
  ['dhtputreq', 4 * MAX_DHT_PROXY_TEXT_BYTES + MAX_DHT_PROXY_DATA_BYTES],
  ['dhtgetreply', 2 * COUNT_BYTES + MAX_DHT_PROXY_TEXT_BYTES + MAX_DHT_PROXY_DATA_BYTES],
])

const VERDICT_BY_COMMAND: ReadonlyMap<string, Verdict> = new Map([
  // "addr >1000 / inv or getdata >50000 entries: 20" (chain.md 5.10)
  ...['addr', 'inv', 'getdata'].map((command) => [command, reject(`message-${command}-size`, 20)] as const),
  // "oversized filter etc.: 100"
  ...['filterload', 'filteradd'].map((command) => [command, reject(`message-${command}-size`, 100)] as const),
  // "dht proxy abuse or malformed dht message: 20"
  ...['dhtgetreq', 'dhtputreq', 'dhtgetreply'].map((command) => [command, reject(`malformed-${command}`, 20)] as const),
  // C1: "serialized block <= 50000 bytes: DoS 100"; S1: "serialized size <= 512 bytes: 100" (chain.md 3)
  ['block', reject('size-limits-failed', 100)],
  ['tx', reject('tx-size-limits-failed', 100)],
])

export function maxPayloadBytes(command: string): number {
  return BYTES_BY_COMMAND.get(command) ?? MAX_OTHER_MESSAGE_BYTES
}

/** What it costs to send more than the command allows: the message itself was left out. */
export function checkPayloadSize(command: string, leftOutBytes: number | undefined): Verdict {
  if (leftOutBytes === undefined) return accept
  return VERDICT_BY_COMMAND.get(command) ?? ignore('oversized-payload', `${command}: ${leftOutBytes}`)
}
