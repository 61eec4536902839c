import type { Transaction } from '../../db/client.ts'
import {
  activateBlocks,
  type BlockRow,
  branchRows,
  deactivateBlocksAbove,
  deletePromotedAbove,
  highestHeader,
  insertBlocks,
  insertPromoted,
  knownBlocks,
  type PromotedRow,
  rawBlocks,
  refuseBlocks,
  type TipRow,
} from '../../db/writes/block.ts'
import { deleteHiddenPromotedAbove } from '../../db/writes/hidden.ts'
import { promotedHidingRow } from '../../db/writes/hiding-choice.ts'
import {
  deleteRegistrationsAbove,
  deriveNames,
  insertRegistrations,
  type RegistrationRow,
} from '../../db/writes/registration.ts'
import { type Block, type BlockHeader, parseBlock, parseHeader } from '../../node/protocol/block.ts'
import { bytesEqual } from '../../node/protocol/bytes.ts'
import { workOf } from '../../node/protocol/compact-target.ts'
import { formatHash, type Hash256 } from '../../node/protocol/hash.ts'
import type { NetworkParams } from '../../node/protocol/params.ts'
import { checkBlockInContext } from '../../node/protocol/rules/check-block.ts'
import { checkAgainstCheckpoint, checkHeaderInContext } from '../../node/protocol/rules/check-header.ts'
import { parseUsername, type Username } from '../../node/protocol/username.ts'
import { accept, type Verdict } from '../../node/protocol/verdict.ts'
import { hidePosts } from '../hiding/hiding.ts'
import type { BlockReading } from '../ingest/reading.ts'
import { blockRow, indexRegistrations, namesOfBlock, promotedRow } from './block.ts'
import type { HeaderTable } from './header-table.ts'
import { NameTable } from './name-table.ts'

/** What became of a block that was not simply stored. */
export interface BlockProblem {
  reading: BlockReading
  kind: 'wait' | 'refuse'
  code: string
  detail: string
}

/** A block came onto the best chain, or the tip went back to a common ancestor. */
export type ChainMove =
  | { kind: 'connected'; height: number; hash: Uint8Array; time: number; promoter: string | undefined }
  | { kind: 'disconnected'; forkHeight: number; tipHash: Uint8Array }

/**
 * The best chain of one transaction: blocks are stored, those with the most work are connected. A reorganisation goes
 * back to the common ancestor first, and only to more work (chain.md 4.1); what the queue says about blocks that were
 * disconnected is not needed for that.
 */
export class ChainStep {
  readonly #tx: Transaction
  readonly #params: NetworkParams
  readonly #headers: HeaderTable
  /** Names after the tip's block. */
  readonly names: NameTable
  tip: TipRow
  /** Names whose history changed. */
  readonly touched = new Set<string>()
  /** The lowest tip on the way. */
  lowestHeight: number
  /** In the order in which they were made. */
  readonly moves: ChainMove[] = []
  readonly #stored: BlockRow[] = []
  readonly #connected: Uint8Array[] = []
  readonly #registrations: RegistrationRow[] = []
  readonly #promoted: PromotedRow[] = []

  constructor(tx: Transaction, params: NetworkParams, headers: HeaderTable, tip: TipRow) {
    this.#tx = tx
    this.#params = params
    this.#headers = headers
    this.tip = tip
    this.names = new NameTable(tip.height)
    this.lowestHeight = tip.height
  }

  /** Answers the hashes of blocks that are new, and what could not be stored. */
  async addBlocks(readings: readonly BlockReading[]): Promise<{ stored: Uint8Array[]; problems: BlockProblem[] }> {
    const known = await knownBlocks(
      this.#tx,
      readings.map((reading) => reading.block.header.hash),
    )
    const seen = new Set(known.map((hash) => Buffer.from(hash).toString('hex')))
    const names = readings.flatMap((reading) => namesOfBlock(reading.block))
    await this.names.load(this.#tx, names)
    const stored: Uint8Array[] = []
    const problems: BlockProblem[] = []
    for (const reading of readings) {
      const { hash } = reading.block.header
      const key = Buffer.from(hash).toString('hex')
      if (seen.has(key)) continue
      seen.add(key)
      const problem = await this.#addBlock(reading, names)
      if (problem === undefined || problem.isStored) stored.push(hash)
      if (problem !== undefined) problems.push({ reading, detail: '', ...problem })
    }
    await this.#flush()
    return { stored, problems }
  }

  /** Derives what hangs on the names alone. */
  async finish(): Promise<void> {
    await this.#flush()
    await deriveNames(this.#tx, [...this.touched])
  }

  async #addBlock(
    { block, provenance }: BlockReading,
    names: readonly Username[],
  ): Promise<(Omit<BlockProblem, 'reading' | 'detail'> & { detail?: string; isStored: boolean }) | undefined> {
    const { header } = block
    if (!(await this.#ensureHeaders(header.prevHash)))
      return { kind: 'wait', code: 'prev-block-not-found', isStored: false }
    const parent = this.#headers.entry(header.prevHash)
    if (parent === undefined || parent.isRefused)
      return { kind: 'refuse', code: 'prev-block-not-found', isStored: false }
    // The time rule ("nTime <= adjusted time + 7200") says when a block may come, not whether it counts.
    const verdict = checkHeaderInContext(header, this.#headers, this.#params, Number.POSITIVE_INFINITY)
    if (verdict.kind !== 'accept') {
      return { kind: 'refuse', code: verdict.code, isStored: false, ...(verdict.detail && { detail: verdict.detail }) }
    }
    const cheap = await this.#checkSideBranch(header)
    if (cheap.kind !== 'accept') return { kind: 'refuse', code: cheap.code, isStored: false }
    const totals = {
      chainwork: parent.chainwork + workOf(header.bits),
      cumulativeTxCount: parent.cumulativeTxCount + block.transactions.length,
    }
    const row = blockRow(block, provenance, totals)
    const entry = { header, ...totals, isRefused: false }
    this.#headers.add(entry)
    this.#stored.push(row)
    if (!bytesEqual(header.prevHash, this.tip.hash)) {
      if (totals.chainwork > this.tip.chainwork) await this.#reorganise(block, names)
      return undefined
    }
    const connection = checkBlockInContext(block, this.names, this.#params)
    if (connection.kind === 'accept') {
      this.#connect(block, row)
      return undefined
    }
    entry.isRefused = true
    await this.#flush()
    await refuseBlocks(this.#tx, [header.hash], connection.code)
    const detail = connection.detail ?? formatHash(header.hash)
    return { kind: 'refuse', code: connection.code, detail, isStored: true }
  }

  /** "if … some checkpoint block is in the index, and prev ≠ current tip" (chain.md 3.4, Q3 and Q4). */
  async #checkSideBranch(header: BlockHeader): Promise<Verdict> {
    if (this.#params.checkpoints.size === 0 || bytesEqual(header.prevHash, this.tip.hash)) return accept
    await this.#flush()
    const raw = await highestHeader(this.#tx, [...this.#params.checkpoints.values()])
    const checkpoint = raw && parseHeader(raw)
    return checkpoint === undefined ? accept : checkAgainstCheckpoint(header, checkpoint)
  }

  /** Blocks of this batch are known in memory before they are in the database. */
  async #ensureHeaders(prevHash: Hash256): Promise<boolean> {
    if (this.#headers.isReady(prevHash)) return true
    await this.#flush()
    return this.#headers.load(this.#tx, prevHash)
  }

  #connect(block: Block, row: TipRow): void {
    const registrations = indexRegistrations(block, row.cumulativeTxCount - block.transactions.length, this.names)
    for (const registration of registrations) this.touched.add(registration.username)
    const promoted = promotedRow(block)
    this.#registrations.push(...registrations)
    if (promoted !== undefined) this.#promoted.push(promoted)
    this.#connected.push(row.hash)
    const { height, hash, time } = row
    this.moves.push({ kind: 'connected', height, hash, time, promoter: promoted?.username })
    this.tip = row
    this.names.tipHeight = row.height
  }

  /**
   * "Walk from the candidate to the active chain; find fork; disconnect; connect" (chain.md 4.1), with the clean meaning
   * of 4.2: "3.7 is evaluated against the state after parent(B)". Nothing changes unless the end has more work.
   */
  async #reorganise(target: Block, batchNames: readonly Username[]): Promise<void> {
    await this.#flush()
    const [fork, ...branch] = await branchRows(this.#tx, target.header.hash)
    if (fork === undefined || branch.some((row) => row.refused !== null)) return
    const blocks = (
      await rawBlocks(
        this.#tx,
        branch.map((row) => row.hash),
      )
    ).map(storedBlock)
    const names = blocks.flatMap(namesOfBlock)
    const branchNames = new NameTable(fork.height, fork.height)
    await branchNames.load(this.#tx, names)
    const valid: Block[] = []
    for (const block of blocks) {
      const verdict = checkBlockInContext(block, branchNames, this.#params)
      if (verdict.kind !== 'accept') {
        await this.#refuse(blocks.slice(valid.length), verdict.code)
        break
      }
      indexRegistrations(block, 0, branchNames)
      branchNames.tipHeight = block.header.height
      valid.push(block)
    }
    const last = valid.at(-1)
    const end = last && this.#headers.entry(last.header.hash)
    if (end === undefined || end.chainwork <= this.tip.chainwork) return
    await this.#goBackTo(fork)
    await this.names.load(this.#tx, [...names, ...batchNames])
    for (const block of valid) {
      const row = branch.find((candidate) => bytesEqual(candidate.hash, block.header.hash))
      if (row !== undefined) this.#connect(block, row)
    }
    await this.#flush()
  }

  async #goBackTo(fork: TipRow): Promise<void> {
    await deactivateBlocksAbove(this.#tx, fork.height)
    for (const name of await deleteRegistrationsAbove(this.#tx, fork.height)) this.touched.add(name)
    await deletePromotedAbove(this.#tx, fork.height)
    await deleteHiddenPromotedAbove(this.#tx, fork.height)
    this.moves.push({ kind: 'disconnected', forkHeight: fork.height, tipHash: this.tip.hash })
    this.lowestHeight = Math.min(this.lowestHeight, fork.height)
    this.tip = fork
    this.names.reset()
    this.names.tipHeight = fork.height
  }

  async #refuse(blocks: readonly Block[], code: string): Promise<void> {
    await refuseBlocks(
      this.#tx,
      blocks.map((block) => block.header.hash),
      code,
    )
    for (const block of blocks) {
      const entry = this.#headers.entry(block.header.hash)
      if (entry !== undefined) entry.isRefused = true
    }
  }

  async #flush(): Promise<void> {
    await insertBlocks(this.#tx, this.#stored.splice(0))
    if (this.#connected.length > 0) await activateBlocks(this.#tx, this.#connected.splice(0))
    await insertRegistrations(this.#tx, this.#registrations.splice(0))
    await this.#insertPromoted(this.#promoted.splice(0))
  }

  async #insertPromoted(promoted: readonly PromotedRow[]): Promise<void> {
    await insertPromoted(this.#tx, promoted)
    const rows = promoted.map(({ username, height, message }) => promotedHidingRow(username, height, message))
    await hidePosts(this.#tx, rows, rows)
  }

  /** Names for rules outside the chain. */
  async loadNames(names: Iterable<string>): Promise<void> {
    const parsed = [...names].map((name) => parseUsername(name)).filter((name) => name !== undefined)
    await this.names.load(this.#tx, parsed)
  }
}

function storedBlock(raw: Uint8Array): Block {
  const block = parseBlock(raw)
  if (block === undefined) throw new Error('a block in the database is damaged')
  return block
}
