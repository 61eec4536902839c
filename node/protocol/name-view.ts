import type { Hash256 } from './hash.ts'
import { parsePushes } from './script.ts'
import type { Username } from './username.ts'

/** One registration, re-registration (key replacement) or identical re-inclusion of a name on the best chain. */
export interface NameRecord {
  readonly height: number
  readonly blockHash: Hash256
  readonly txid: Hash256
  readonly pubKeyScript: Uint8Array
  /** Place of the transaction in its block. */
  readonly index: number
}

/** The one interface through which rules see the names of a chain. */
export interface NameView {
  readonly tipHeight: number
  /** Records of the best chain only, by ascending height; empty for a name that is not registered. */
  history(name: Username): readonly NameRecord[]
}

/** The record that was current at a height: "last entry with height <= h" (chain.md 4.2); h < 0 means the newest. */
export function recordAt(view: NameView, name: Username, height: number): NameRecord | undefined {
  const records = view.history(name)
  return height < 0 ? records.at(-1) : records.findLast((record) => record.height <= height)
}

/** The key registered for a name at a height: first push of the pubKey script (twister.cpp:1120-1125); unchecked bytes. */
export function keyAt(view: NameView, name: Username, height: number): Uint8Array | undefined {
  const record = recordAt(view, name, height)
  return record && parsePushes(record.pubKeyScript)?.[0]
}

export function currentRecord(view: NameView, name: Username): NameRecord | undefined {
  return recordAt(view, name, -1)
}

/**
 * The highest post number a user may use now: "post number k <= 2·(tip − registration height) + 20, where the
 * registration height is that of the current record (so a key replacement or re-inclusion lowers the limit)"
 * (chain.md 8.6, twister.cpp:1671).
 */
export function postNumberLimit(view: NameView, name: Username): number | undefined {
  const record = currentRecord(view, name)
  return record && 2 * (view.tipHeight - record.height) + 20
}
