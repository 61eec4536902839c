import type { Transaction } from '../../db/client.ts'
import { ancestorRows } from '../../db/writes/block.ts'
import { type BlockHeader, parseHeader } from '../../node/protocol/block.ts'
import { RETARGET_INTERVAL } from '../../node/protocol/compact-target.ts'
import { type Hash256, hashKey } from '../../node/protocol/hash.ts'
import type { HeaderView } from '../../node/protocol/header-view.ts'
import { HEADERS_KEPT } from '../limits.ts'

export interface HeaderEntry {
  header: BlockHeader
  chainwork: bigint
  cumulativeTxCount: number
  isRefused: boolean
}

/** Ancestors that rules look at: eleven for the median time, a retarget interval where the difficulty changes. */
const MEDIAN_SPAN = 11

/** The headers of stored blocks, kept between batches. A batch that fails must clear() it: its blocks were not stored. */
export class HeaderTable implements HeaderView {
  readonly #entries = new Map<string, HeaderEntry>()

  entry(hash: Hash256): HeaderEntry | undefined {
    return this.#entries.get(hashKey(hash))
  }

  header(hash: Hash256): BlockHeader | undefined {
    return this.entry(hash)?.header
  }

  ancestorAt(hash: Hash256, height: number): BlockHeader | undefined {
    let header = this.header(hash)
    while (header !== undefined && header.height > height) header = this.header(header.prevHash)
    return header
  }

  add(entry: HeaderEntry): void {
    this.#entries.set(hashKey(entry.header.hash), entry)
  }

  clear(): void {
    this.#entries.clear()
  }

  /** Is there all that the rules need for a block on top of `hash`? */
  isReady(hash: Hash256): boolean {
    const parent = this.header(hash)
    return parent !== undefined && this.#reaches(hash, spanOf(parent.height))
  }

  /** Fetches it from the database. Answers whether the block `hash` is there. */
  async load(tx: Transaction, hash: Hash256): Promise<boolean> {
    for (const row of await ancestorRows(tx, hash, RETARGET_INTERVAL + MEDIAN_SPAN)) {
      const header = parseHeader(row.header)
      if (header === undefined) throw new Error('a header in the database is damaged')
      const { chainwork, cumulativeTxCount } = row
      if (this.entry(header.hash) === undefined) {
        this.add({ header, chainwork, cumulativeTxCount, isRefused: row.refused !== null })
      }
    }
    return this.entry(hash) !== undefined
  }

  /** Between batches: what is forgotten is fetched again. */
  prune(): void {
    if (this.#entries.size > HEADERS_KEPT) this.#entries.clear()
  }

  #reaches(hash: Hash256, span: number): boolean {
    let header = this.header(hash)
    for (let i = 1; i < span && header !== undefined && header.height > 0; i++) header = this.header(header.prevHash)
    return header !== undefined
  }
}

function spanOf(parentHeight: number): number {
  return (parentHeight + 1) % RETARGET_INTERVAL === 0 ? RETARGET_INTERVAL : MEDIAN_SPAN
}
