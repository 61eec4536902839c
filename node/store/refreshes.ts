import { ByteWriter, parseWith, utf8Encode } from '../protocol/bytes.ts'
import type { Database } from './database.ts'

/** When a DHT resource is to be looked up next, and how long it waits between two look-ups. Seconds. */
export interface RefreshRecord {
  readonly dueAt: number
  readonly intervalS: number
}

/** What is looked up in the DHT again and again, by resource. */
export interface Refreshes {
  refresh(key: string): RefreshRecord | undefined
  /** undefined: it is not looked up any more. */
  putRefreshes(records: Iterable<readonly [key: string, record: RefreshRecord | undefined]>): void
}

export function openRefreshes(database: Database): Refreshes {
  const table = database.table('refreshes')
  return {
    refresh: (key) => {
      const value = table.get(utf8Encode(key))
      return value && decode(value)
    },
    putRefreshes: (records) =>
      database.write(() => {
        for (const [key, record] of records) {
          if (record === undefined) table.remove(utf8Encode(key))
          else table.put(utf8Encode(key), encode(record))
        }
      }),
  }
}

function encode({ dueAt, intervalS }: RefreshRecord): Uint8Array {
  const ms = (seconds: number) => BigInt(Math.max(0, Math.round(seconds * 1000)))
  return new ByteWriter().u64(ms(dueAt)).u64(ms(intervalS)).finish()
}

function decode(value: Uint8Array): RefreshRecord {
  const record = parseWith(value, (reader) => {
    return { dueAt: Number(reader.u64()) / 1000, intervalS: Number(reader.u64()) / 1000 }
  })
  if (record === undefined) throw new Error('a refresh record in the store is damaged')
  return record
}
