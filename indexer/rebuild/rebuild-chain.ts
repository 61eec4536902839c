import type { Transaction } from '../../db/client.ts'
import { deletePromotedAbove, insertPromoted, type PromotedRow, type TipRow, tipRow } from '../../db/writes/block.ts'
import { type ActiveBlockRow, activeBlocksAbove, forkHeight } from '../../db/writes/rebuild-source.ts'
import { deleteRegistrationsAbove, insertRegistrations, type RegistrationRow } from '../../db/writes/registration.ts'
import { type Block, parseBlock } from '../../node/protocol/block.ts'
import { indexRegistrations, namesOfBlock, promotedRow } from '../chain/block.ts'
import { NameTable } from '../chain/name-table.ts'

/** The best chain as far as the rebuilt tables know it. */
export interface ReplayedChain {
  tip: TipRow
  /** Of the blocks, by height. */
  times: number[]
}

/** A transaction of the rebuilt tables. */
export type WriteRebuilt = <T>(work: (tx: Transaction) => Promise<T>) => Promise<T>

/**
 * Derives registrations and promoted messages from the blocks of the best chain, on from what was replayed before, or
 * back from it to where the chains part. Answers the names whose history changed (all of them, when it is the first
 * time: then nobody asks). The rules were checked when the blocks were connected; who wants them checked again gives a
 * `check`.
 */
export async function replayChain(
  read: Transaction,
  write: WriteRebuilt,
  before: ReplayedChain | undefined,
  onBlocks: (count: number) => void,
  check: (block: Block, names: NameTable) => void = () => undefined,
): Promise<{ chain: ReplayedChain; touched: Set<string>; lowestHeight: number }> {
  const tip = await tipRow(read)
  if (tip === undefined) throw new Error('the index has no genesis block')
  const lowestHeight = before === undefined ? -1 : await forkHeight(read, before.tip.hash)
  const times = before?.times.slice(0, lowestHeight + 1) ?? []
  const touched = new Set<string>()
  if (before !== undefined && lowestHeight < before.tip.height) {
    for (const name of await write((tx) => undoAbove(tx, lowestHeight))) touched.add(name)
  }
  for (let height = lowestHeight; height < tip.height; height = times.length - 1) {
    const blocks = (await activeBlocksAbove(read, height)).map(storedBlock)
    if (blocks.length === 0) throw new Error('the best chain has a gap')
    for (const { block } of blocks) times.push(block.header.time)
    const names = await write((tx) => replayBlocks(tx, blocks, check))
    if (before !== undefined) for (const name of names) touched.add(name)
    onBlocks(times.length)
  }
  return { chain: { tip, times }, touched, lowestHeight: Math.min(lowestHeight, tip.height) }
}

interface ReplayedBlock {
  block: Block
  txCountBefore: number
}

async function undoAbove(tx: Transaction, height: number): Promise<string[]> {
  await deletePromotedAbove(tx, height)
  return deleteRegistrationsAbove(tx, height)
}

async function replayBlocks(
  tx: Transaction,
  blocks: readonly ReplayedBlock[],
  check: (block: Block, names: NameTable) => void,
): Promise<string[]> {
  const names = new NameTable((blocks[0]?.block.header.height ?? 0) - 1)
  await names.load(
    tx,
    blocks.flatMap(({ block }) => namesOfBlock(block)),
  )
  const registrations: RegistrationRow[] = []
  const promoted: PromotedRow[] = []
  for (const { block, txCountBefore } of blocks) {
    check(block, names)
    registrations.push(...indexRegistrations(block, txCountBefore, names))
    names.tipHeight = block.header.height
    const message = promotedRow(block)
    if (message !== undefined) promoted.push(message)
  }
  await insertRegistrations(tx, registrations)
  await insertPromoted(tx, promoted)
  return registrations.map((row) => row.username)
}

function storedBlock({ raw, cumulativeTxCount }: ActiveBlockRow): ReplayedBlock {
  const block = parseBlock(raw)
  if (block === undefined) throw new Error('a block in the database is damaged')
  return { block, txCountBefore: cumulativeTxCount - block.transactions.length }
}
