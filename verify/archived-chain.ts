import { type Block, parseBlock } from './block.ts'
import { hexOf, isEqual, parseHex, Refused } from './bytes.ts'
import { hasItsBits } from './check-headers.ts'
import { type CheckpointList, GENESIS_HEADER } from './checkpoints.ts'
import { displayed, workHash } from './hash.ts'
import { type Header, parseHeader } from './header.ts'
import { meetsTarget, PERIOD_BLOCKS } from './target.ts'

/** The blocks of an archive of everybody: each on top of one that came before, from the genesis block on. */
export class ArchivedChain {
  readonly #headers = new Map<string, Header>()
  readonly #list: CheckpointList

  constructor(list: CheckpointList) {
    this.#list = list
    const genesis = parseHeader(parseHex(GENESIS_HEADER[list.network]) ?? new Uint8Array(0))
    if (genesis !== undefined) this.#headers.set(hexOf(genesis.hash), genesis)
  }

  /** Throws Refused. */
  add(raw: Uint8Array, part: string): Block {
    const block = parseBlock(raw)
    if (block === undefined) throw new Refused(part, 'is no block with its own merkle root')
    const { header } = block
    const before = this.#headers.get(hexOf(header.prevHash))
    if (before === undefined) throw new Refused(part, 'stands on a block that is not here')
    if (header.height !== before.height + 1) throw new Refused(part, `says height ${header.height}`)
    if (!hasItsBits(header, before, this.#firstOfPeriod(header))) {
      throw new Refused(part, 'has another difficulty than the chain demands')
    }
    if (!meetsTarget(workHash(header.raw), header.bits)) throw new Refused(part, 'has not its work')
    this.#headers.set(hexOf(header.hash), header)
    return block
  }

  /** That the best chain ends where the archive says, and passes the checkpoints below. */
  checkTip(height: number, hash: string): void {
    let header = [...this.#headers.values()].find((one) => displayed(one.hash) === hash)
    if (header?.height !== height) throw new Refused('tip', 'is not among the blocks')
    for (; header !== undefined; header = this.#headers.get(hexOf(header.prevHash))) {
      mustBeCheckpoint(header, this.#list, 'tip')
    }
  }

  /** "ancestor of last, 2015 steps back" (chain.md 3.6), where a new period begins. */
  #firstOfPeriod({ height, prevHash }: Header): Header | undefined {
    if (height % PERIOD_BLOCKS !== 0) return undefined
    let header = this.#headers.get(hexOf(prevHash))
    for (let step = 1; step < PERIOD_BLOCKS && header !== undefined; step++) {
      header = this.#headers.get(hexOf(header.prevHash))
    }
    return header
  }
}

/** A block at the height of a checkpoint is that checkpoint. */
export function mustBeCheckpoint({ height, hash }: Header, { items }: CheckpointList, part: string): void {
  const checkpoint = items.find((one) => one.height === height)
  if (checkpoint === undefined || isEqual(parseHex(checkpoint.hash)?.reverse() ?? new Uint8Array(0), hash)) return
  throw new Refused(part, `has not the hash of the checkpoint at height ${height}`)
}
