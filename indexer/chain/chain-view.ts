import type { TipRow } from '../../db/writes/block.ts'
import { bytesEqual } from '../../node/protocol/bytes.ts'
import { NAMES_KEPT } from '../limits.ts'
import { BlockTimes } from './block-times.ts'
import { NameTable } from './name-table.ts'

/** What posts and values are judged by: all of it follows from the tip's hash. */
export interface ChainView {
  tip: TipRow
  names: NameTable
  times: BlockTimes
}

/** The view of the tip, kept between transactions: what was fetched for one holds for the next while the tip stands. */
export class ChainViews {
  #view: ChainView | undefined

  at(tip: TipRow): ChainView {
    const kept = this.#view
    const isFull = kept !== undefined && Math.max(kept.names.size, kept.times.size) >= NAMES_KEPT
    if (kept !== undefined && !isFull && bytesEqual(kept.tip.hash, tip.hash)) return kept
    this.#view = { tip, names: new NameTable(tip.height), times: new BlockTimes() }
    return this.#view
  }
}
