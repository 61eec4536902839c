import type { Transaction } from '../../db/client.ts'
import { blocksAfter, type CheckedBlockRow, heavierBlocks } from '../../db/writes/verify-source.ts'
import { parseBlock } from '../../node/protocol/block.ts'
import { bytesEqual } from '../../node/protocol/bytes.ts'
import { workOf } from '../../node/protocol/compact-target.ts'
import { formatHash, hash256 } from '../../node/protocol/hash.ts'
import type { NetworkParams } from '../../node/protocol/params.ts'
import { checkBlock } from '../../node/protocol/rules/check-block.ts'
import { checkHeaderInContext } from '../../node/protocol/rules/check-header.ts'
import { HeaderTable } from '../chain/header-table.ts'
import type { Problems } from './verify-problems.ts'

/**
 * Every stored block, of any branch: its hash, its work, its merkle root, the rules on top of its parent, and what stands
 * beside it; then that the active ones are one line, and no other has more work. What the rules say about names on the
 * way is checked where the chain is replayed. Answers how many there are.
 */
export async function verifyBlocks(
  tx: Transaction,
  params: NetworkParams,
  problems: Problems,
  onBlocks: (count: number) => void,
): Promise<number> {
  const headers = new HeaderTable()
  let place: { height: number; hash: Uint8Array } = { height: -1, hash: new Uint8Array(0) }
  let active: CheckedBlockRow | undefined
  let count = 0
  for (;;) {
    const rows = await blocksAfter(tx, place)
    const last = rows.at(-1)
    if (last === undefined) break
    for (const row of rows) {
      const wrong = await wrongWith(tx, row, headers, params)
      if (wrong !== undefined) problems.add('block', nameOf(row), wrong)
      if (row.isActive && !isNext(active, row)) problems.add('block', nameOf(row), 'is active, but does not follow')
      if (row.isActive) active = row
    }
    headers.prune()
    count += rows.length
    onBlocks(count)
    place = { height: last.height, hash: last.hash }
  }
  const heavier = await heavierBlocks(tx)
  if (heavier > 0) problems.add('block', 'the best chain', `there are blocks with more work: ${heavier}`)
  return count
}

async function wrongWith(
  tx: Transaction,
  row: CheckedBlockRow,
  headers: HeaderTable,
  params: NetworkParams,
): Promise<string | undefined> {
  const block = parseBlock(row.raw)
  if (block === undefined) return 'cannot be read'
  const { header, transactions } = block
  if (!bytesEqual(header.hash, row.hash) || !bytesEqual(header.prevHash, row.prevHash)) return 'has another hash'
  const isAs = [header.height === row.height, header.time === row.time, header.bits === row.bits]
  if (isAs.includes(false) || transactions.length !== row.txCount) return 'has other facts than stand beside it'
  const own = checkBlock(block, params)
  if (own.kind !== 'accept') return own.code
  const isGenesis = bytesEqual(header.hash, params.genesisHash)
  if (!isGenesis && !headers.isReady(header.prevHash)) await headers.load(tx, header.prevHash)
  const parent = headers.entry(header.prevHash)
  if (parent === undefined && !isGenesis) return 'has no parent'
  const totals = {
    chainwork: (parent?.chainwork ?? 0n) + workOf(header.bits),
    cumulativeTxCount: (parent?.cumulativeTxCount ?? 0) + transactions.length,
  }
  headers.add({ header, ...totals, isRefused: row.refused !== null })
  if (totals.chainwork !== row.chainwork) return 'has another work than stands beside it'
  if (totals.cumulativeTxCount !== row.cumulativeTxCount) return 'has another number of transactions before it'
  const verdict = checkHeaderInContext(header, headers, params, Number.POSITIVE_INFINITY)
  return verdict.kind === 'accept' ? undefined : verdict.code
}

function isNext(before: CheckedBlockRow | undefined, row: CheckedBlockRow): boolean {
  return before === undefined ? row.height === 0 : bytesEqual(before.hash, row.prevHash)
}

function nameOf({ height, hash }: CheckedBlockRow): string {
  const parsed = hash256(hash)
  return `${height} ${parsed === undefined ? 'without a hash' : formatHash(parsed)}`
}
