import { utf8Decode, utf8Encode } from '../protocol/bytes.ts'
import type { Database } from './database.ts'

/** Small facts by name, as text. */
export interface Meta {
  get(name: string): string | undefined
  set(name: string, value: string): void
  remove(name: string): void
}

export function openMeta(database: Database): Meta {
  const table = database.table('meta')
  return {
    get: (name) => {
      const value = table.get(utf8Encode(name))
      return value && utf8Decode(value)
    },
    set: (name, value) => database.write(() => table.put(utf8Encode(name), utf8Encode(value))),
    remove: (name) => database.write(() => void table.remove(utf8Encode(name))),
  }
}
