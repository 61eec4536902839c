import type { RawBlock } from '../../db/queries/raw-block.ts'
import { parseBlock } from '../../node/protocol/block.ts'
import { formatHash, isZeroHash } from '../../node/protocol/hash.ts'
import { parsePushes } from '../../node/protocol/script.ts'
import { isPromoted, transactionUsername, usernameHash } from '../../node/protocol/transaction.ts'
import type { JsonObject } from './json.ts'

/** getblock's object, in the order of its keys (chain.md 8.2, rpcblockchain.cpp:47-89). */
export function blockJson(row: RawBlock): JsonObject {
  const block = parseBlock(row.raw)
  if (block === undefined) throw new Error(`the stored block at height ${row.height} cannot be read`)
  const { header, transactions } = block
  const [first, ...others] = transactions
  const promotion = row.isMessageShown && first !== undefined && isPromoted(first) ? first : undefined
  const usernames = others.flatMap((tx) => transactionUsername(tx) ?? [])
  return {
    hash: formatHash(header.hash),
    confirmations: row.isActive ? row.tipHeight - row.height + 1 : 0,
    size: block.sizeBytes,
    height: row.height,
    version: header.version,
    merkleroot: formatHash(header.merkleRoot),
    tx: transactions.map((tx) => formatHash(tx.txid)),
    spamMessage: promotion === undefined ? '' : firstPush(promotion.message),
    spamUser: promotion === undefined ? '' : firstPush(promotion.userName),
    userhashes: usernames.map((name) => formatHash(usernameHash(name))),
    usernames,
    time: header.time,
    nonce: header.nonce,
    bits: header.bits.toString(16).padStart(8, '0'),
    difficulty: difficultyOf(header.bits),
    previousblockhash: isZeroHash(header.prevHash) ? undefined : formatHash(header.prevHash),
    nextblockhash: row.nextHash === undefined ? undefined : formatHash(row.nextHash),
  }
}

/**
 * "(0xffff / mantissa) · 256^(29−exp), relative to Bitcoin's difficulty-1" (chain.md 8.2); "numbers of type real are
 * printed with 8 decimals" (8.1).
 */
export function difficultyOf(bits: number): number {
  return Number(((0xffff / (bits & 0xffffff)) * 256 ** (29 - (bits >>> 24))).toFixed(8))
}

/** Empty where there is none, as the reference has it. */
export function firstPush(script: Uint8Array): string {
  return Buffer.from(parsePushes(script)?.[0] ?? []).toString('utf8')
}
