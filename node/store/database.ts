import { type Database as LmdbTable, open, type RootDatabase } from 'lmdb'

const MAX_TABLES = 32

/** An ordered map of bytes to bytes. Write to it only inside Database.write. */
export interface Table {
  get(key: Uint8Array): Uint8Array | undefined
  has(key: Uint8Array): boolean
  put(key: Uint8Array, value: Uint8Array): void
  /** Returns whether there was something to remove. */
  remove(key: Uint8Array): boolean
  /** Entries with start <= key < end, ascending. */
  entries(range?: KeyRange): Iterable<{ key: Uint8Array; value: Uint8Array }>
  keys(range?: KeyRange): Iterable<Uint8Array>
  /** The last key of start <= key < end. */
  lastKey(range: Required<KeyRange>): Uint8Array | undefined
  count(): number
  clear(): void
}

export interface KeyRange {
  start?: Uint8Array
  end?: Uint8Array
}

/**
 * The environment that holds all tables. `write` runs its function in one transaction which is on disk when `write`
 * returns; a write within a write joins the outer transaction. If the function throws, nothing of it remains.
 */
export interface Database {
  table(name: string): Table
  write<T>(change: () => T): T
  /** Called after each outermost write that succeeded. */
  onCommit(listener: () => void): void
  /** Called after each outermost write that threw, so that what is kept in memory can be read again. */
  onAbort(listener: () => void): void
  close(): Promise<void>
}

export function openDatabase(path: string): Database {
  // overlappingSync would let a commit return before it is on disk; "reported as done" must mean on disk.
  const root: RootDatabase = open({ path, maxDbs: MAX_TABLES, overlappingSync: false, encoding: 'binary' })
  const committed: (() => void)[] = []
  const aborted: (() => void)[] = []
  let isWriting = false
  let closing: Promise<void> | undefined

  function write<T>(change: () => T): T {
    if (isWriting) return change()
    isWriting = true
    try {
      const result = root.transactionSync(change)
      isWriting = false
      for (const listener of committed) listener()
      return result
    } catch (error) {
      isWriting = false
      for (const listener of aborted) listener()
      throw error
    }
  }

  return {
    table: (name) => tableOf(root.openDB<Uint8Array, Uint8Array>({ name, encoding: 'binary', keyEncoding: 'binary' })),
    write,
    onCommit: (listener) => void committed.push(listener),
    onAbort: (listener) => void aborted.push(listener),
    close: () => (closing ??= root.close()),
  }
}

function tableOf(db: LmdbTable<Uint8Array, Uint8Array>): Table {
  return {
    get: (key) => plain(db.get(key)),
    has: (key) => db.doesExist(key),
    put: (key, value) => void db.putSync(key, value),
    remove: (key) => db.removeSync(key),
    entries: (range = {}) => db.getRange(range).map(({ key, value }) => ({ key: view(key), value: view(value) })),
    keys: (range = {}) => db.getKeys(range).map(view),
    lastKey: ({ start, end }) => {
      for (const key of db.getKeys({ start: end, end: start, reverse: true, exclusiveStart: true })) return view(key)
      return db.doesExist(start) ? start : undefined
    },
    count: () => db.getCount(),
    clear: () => db.clearSync(),
  }
}

// A Buffer's slice() does not copy, and it compares unequal to a Uint8Array in tests: only plain arrays leave here.
function plain(bytes: Uint8Array | undefined): Uint8Array | undefined {
  return bytes === undefined ? undefined : view(bytes)
}

function view(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
