import type { Database } from './database.ts'
import { numberKey } from './keys.ts'

/** Raw blocks by the number of their header (see headers.ts). */
export interface Blocks {
  put(index: number, raw: Uint8Array): void
  raw(index: number): Uint8Array | undefined
}

export function openBlocks(database: Database): Blocks {
  const table = database.table('blocks')
  return {
    put: (index, raw) => database.write(() => table.put(numberKey(index), raw)),
    raw: (index) => table.get(numberKey(index)),
  }
}
