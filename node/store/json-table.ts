import { utf8Decode, utf8Encode } from '../protocol/bytes.ts'
import type { Database } from './database.ts'

/** Small records by a text key, kept as JSON: for tables of at most some thousand rows. */
export interface JsonTable<T> {
  get(key: string): T | undefined
  put(key: string, record: T): void
  remove(key: string): void
  all(): T[]
  /** Puts these records in the place of all others. */
  replaceAll(records: Iterable<readonly [key: string, record: T]>): void
}

export function openJsonTable<T>(database: Database, name: string): JsonTable<T> {
  const table = database.table(name)
  const put = (key: string, record: T) => table.put(utf8Encode(key), utf8Encode(JSON.stringify(record)))
  return {
    get: (key) => {
      const value = table.get(utf8Encode(key))
      return value && parseRecord<T>(value)
    },
    put: (key, record) => database.write(() => put(key, record)),
    remove: (key) => database.write(() => void table.remove(utf8Encode(key))),
    all: () => Array.from(table.entries(), ({ value }) => parseRecord<T>(value)),
    replaceAll: (records) =>
      database.write(() => {
        table.clear()
        for (const [key, record] of records) put(key, record)
      }),
  }
}

// Written by put alone, so the shape is our own.
function parseRecord<T>(value: Uint8Array): T {
  return JSON.parse(utf8Decode(value) ?? '') as T
}
