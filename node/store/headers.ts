import { concatBytes } from '../protocol/bytes.ts'
import { type Hash256, hash256 } from '../protocol/hash.ts'
import type { Database } from './database.ts'
import { numberKey, numberOfKey } from './keys.ts'
import type { Meta } from './meta.ts'

const HEADER_SIZE_BYTES = 84
const BEST_BLOCK = 'best-block'

export interface StoredHeader {
  readonly index: number
  /** The 84 bytes. */
  readonly raw: Uint8Array
  readonly hash: Hash256
}

export interface StoredHeaderStatus {
  readonly index: number
  readonly isFailed: boolean
  /** Transactions of the block; 0 while its body is not stored. */
  readonly transactionCount: number
}

/**
 * Headers in the order of their arrival, so that a parent always has a smaller number (`index`) than its children;
 * and what is known of each block. Hashes are looked up in the chain's memory, not here.
 */
export interface Headers {
  put(header: StoredHeader): void
  raw(index: number): Uint8Array | undefined
  hash(index: number): Hash256 | undefined
  putStatus(status: StoredHeaderStatus): void
  all(): Iterable<StoredHeader>
  statuses(): Iterable<StoredHeaderStatus>
  /** The header whose block is the tip of the connected chain; names and outbox belong to exactly this chain. */
  best(): number | undefined
  setBest(index: number): void
}

export function openHeaders(database: Database, meta: Meta): Headers {
  const headers = database.table('headers')
  const statuses = database.table('header-status')
  return {
    put: ({ index, raw, hash }) => database.write(() => headers.put(numberKey(index), concatBytes(raw, hash))),
    raw: (index) => headers.get(numberKey(index))?.subarray(0, HEADER_SIZE_BYTES),
    hash: (index) => {
      const value = headers.get(numberKey(index))
      return value && hash256(value.subarray(HEADER_SIZE_BYTES))
    },
    putStatus: ({ index, isFailed, transactionCount }) =>
      database.write(() => statuses.put(numberKey(index), statusBytes(isFailed, transactionCount))),
    *all() {
      for (const { key, value } of headers.entries()) {
        const hash = hash256(value.slice(HEADER_SIZE_BYTES))
        if (hash === undefined) throw new Error(`header ${numberOfKey(key)} in the store is damaged`)
        yield { index: numberOfKey(key), raw: value.subarray(0, HEADER_SIZE_BYTES), hash }
      }
    },
    *statuses() {
      for (const { key, value } of statuses.entries()) {
        yield { index: numberOfKey(key), isFailed: value[0] === 1, transactionCount: numberOfKey(value, 1) }
      }
    },
    best: () => {
      const text = meta.get(BEST_BLOCK)
      return text === undefined ? undefined : Number(text)
    },
    setBest: (index) => meta.set(BEST_BLOCK, String(index)),
  }
}

function statusBytes(isFailed: boolean, transactionCount: number): Uint8Array {
  return concatBytes(Uint8Array.of(isFailed ? 1 : 0), numberKey(transactionCount))
}
