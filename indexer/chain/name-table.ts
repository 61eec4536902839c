import type { Transaction } from '../../db/client.ts'
import { type HistoryRow, historyRows } from '../../db/writes/registration.ts'
import { bytesEqual } from '../../node/protocol/bytes.ts'
import { type Hash256, hash256 } from '../../node/protocol/hash.ts'
import type { NameRecord, NameView } from '../../node/protocol/name-view.ts'
import { keyIdOf } from '../../node/protocol/signature.ts'
import { registrationKey } from '../../node/protocol/transaction.ts'
import { parseUsername, type Username } from '../../node/protocol/username.ts'

interface KeyRecord extends NameRecord {
  /** hash160 of the registered key; undefined when the script holds none. */
  readonly keyId: Uint8Array | undefined
}

/** The NameView of the indexer: the histories a batch needs, filled from the database before rules look at them. */
export class NameTable implements NameView {
  tipHeight: number
  readonly #histories = new Map<Username, KeyRecord[]>()
  readonly #maxHeight: number

  /** With `maxHeight`: the names as they were after that block. */
  constructor(tipHeight: number, maxHeight = Number.MAX_SAFE_INTEGER) {
    this.tipHeight = tipHeight
    this.#maxHeight = maxHeight
  }

  async load(tx: Transaction, names: Iterable<Username>): Promise<void> {
    const missing = [...new Set(names)].filter((name) => !this.#histories.has(name))
    if (missing.length === 0) return
    // Nothing is there before all of it is: two transactions may fill one table.
    const found = new Map<Username, KeyRecord[]>(missing.map((name) => [name, []]))
    for (const row of await historyRows(tx, missing)) {
      const name = parseUsername(row.username)
      if (name !== undefined && row.height <= this.#maxHeight) found.get(name)?.push(recordOf(row))
    }
    for (const [name, records] of found) this.#histories.set(name, records)
  }

  /** After a reorganisation: nothing that was loaded counts any more. */
  reset(): void {
    this.#histories.clear()
  }

  get size(): number {
    return this.#histories.size
  }

  history(name: Username): readonly KeyRecord[] {
    const records = this.#histories.get(name)
    if (records === undefined) throw new Error(`the name ${name} was not loaded before it was asked for`)
    return records
  }

  add(name: Username, record: NameRecord): void {
    this.#histories.get(name)?.push({ ...record, keyId: keyIdOfScript(record.pubKeyScript) })
  }

  /** Was `keyId` ever a key of this name? */
  hasKeyId(name: Username, keyId: Uint8Array): boolean {
    return this.history(name).some((record) => record.keyId !== undefined && bytesEqual(record.keyId, keyId))
  }

  /** Is it the key that the chain holds for the name at that height? */
  isKeyIdAt(name: Username, height: number, keyId: Uint8Array): boolean {
    // As recordAt; the id of the key was made once, when the record was loaded.
    const expected = this.history(name).findLast((record) => record.height <= height)?.keyId
    return expected !== undefined && bytesEqual(expected, keyId)
  }

  currentKeyId(name: Username): Uint8Array | undefined {
    return this.history(name).at(-1)?.keyId
  }
}

function recordOf(row: HistoryRow): KeyRecord {
  return {
    height: row.height,
    blockHash: stored(row.blockHash),
    txid: stored(row.txid),
    pubKeyScript: row.pubKeyScript,
    index: row.txIndex,
    keyId: keyIdOfScript(row.pubKeyScript),
  }
}

function keyIdOfScript(script: Uint8Array): Uint8Array | undefined {
  const key = registrationKey(script)
  return key && keyIdOf(key)
}

function stored(bytes: Uint8Array): Hash256 {
  const hash = hash256(bytes)
  if (hash === undefined) throw new Error('a hash in the database has not 32 bytes')
  return hash
}
