import { ByteWriter, parseWith, utf8Decode, utf8Encode } from '../protocol/bytes.ts'
import { hash256 } from '../protocol/hash.ts'
import type { NameRecord } from '../protocol/name-view.ts'
import { parseUsername, type Username } from '../protocol/username.ts'
import type { Database } from './database.ts'
import { nameKey, numberKey, numberOfKey, prefixRange } from './keys.ts'

/**
 * Every registration of every name on the connected chain, by name and height. A block holds at most one registration
 * of a name (chain.md 3.3 C8), so undoing a block is removing the record of its height: nothing else is kept for undo.
 */
export interface Names {
  put(name: Username, record: NameRecord): void
  /** Removes what the block at `height` recorded; throws if there is nothing, since that means a damaged store. */
  removeAt(name: Username, height: number): void
  history(name: Username): NameRecord[]
  /** Registered names that start with `prefix`, in byte order. */
  registered(prefix: string, limit: number): Username[]
}

export function openNames(database: Database): Names {
  const table = database.table('names')
  return {
    put: (name, record) =>
      database.write(() => table.put(nameKey(name, numberKey(record.height)), encodeRecord(record))),
    removeAt: (name, height) =>
      database.write(() => {
        if (!table.remove(nameKey(name, numberKey(height))))
          throw new Error(`no record of ${name} at ${height} to undo`)
      }),
    history: (name) => {
      const records: NameRecord[] = []
      for (const { key, value } of table.entries(prefixRange(nameKey(name)))) {
        records.push(decodeRecord(numberOfKey(key, key.length - 4), value))
      }
      return records
    },
    registered: (prefix, limit) => {
      const names: Username[] = []
      // An empty prefix has no end; a name cannot start with 0xff, so nothing lies above it either.
      for (const key of table.keys(prefixRange(utf8Encode(prefix)))) {
        if (names.length >= limit) break
        const name = nameOfKey(key)
        if (name !== names.at(-1)) names.push(name)
      }
      return names
    },
  }
}

function nameOfKey(key: Uint8Array): Username {
  const name = parseUsername(utf8Decode(key.subarray(0, key.length - 5)) ?? '')
  if (name === undefined) throw new Error('a name in the store is damaged')
  return name
}

function encodeRecord({ blockHash, txid, index, pubKeyScript }: NameRecord): Uint8Array {
  return new ByteWriter().bytes(blockHash).bytes(txid).u32(index).bytes(pubKeyScript).finish()
}

function decodeRecord(height: number, value: Uint8Array): NameRecord {
  const record = parseWith(value, (reader) => {
    const blockHash = hash256(reader.take(32))
    const txid = hash256(reader.take(32))
    const index = reader.u32()
    return blockHash && txid && { height, blockHash, txid, index, pubKeyScript: reader.rest() }
  })
  if (record === undefined) throw new Error('a name record in the store is damaged')
  return record
}
